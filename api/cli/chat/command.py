"""`newscite chat`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from api.cli.ask import After, AsOf, Before, Mode, Source, filters_of
from api.cli.console import complain, out, remark, reply, waiting

if TYPE_CHECKING:
    from api.cli.chat.commands import Commands
    from api.cli.chat.conversation import Conversation
    from rag.errors import NewsciteError


def chat(
    context: typer.Context,
    as_of: AsOf = None,
    after: After = None,
    before: Before = None,
    source: Source = None,
    mode: Mode = "extractive",
) -> None:
    """Ask one question after the other, each understood from those before; /help lists more.

    From a pipe, each line is a question or a command; exit code 1: not all went well.
    """
    from api.cli import publishers
    from api.cli.chat.commands import Commands
    from api.cli.chat.conversation import Conversation
    from api.cli.chat.prompt import at_a_terminal, piped, typed
    from api.cli.door import Door, remark_if_empty

    filters = filters_of(after, before, source)
    live = at_a_terminal()
    with Door(context.obj, "newscite chat") as door:
        talk = Conversation(door, filters, as_of, mode)
        for said in publishers.unknown(talk.engine, filters.sources):
            remark(said)
        remark_if_empty(talk.engine, context.obj)
        commands = Commands(talk, paged=live)
        if live:
            remark("Ask the corpus. /help lists the commands; Ctrl-D ends.")
        failed = converse(typed(commands.names) if live else piped(), talk, commands, live=live)
    if failed and not live:
        complain(f"{failed:,} of the lines could not be done; the output says which, and why.")
        raise typer.Exit(1)


def converse(
    lines: Iterable[str], talk: "Conversation", commands: "Commands", *, live: bool
) -> int:
    """Answers line by line, on standard output alone, what fails too; returns how many failed."""
    from api.cli.chat.commands import Quit
    from rag.errors import NewsciteError

    failed = 0
    for line in lines:
        try:
            if commands.are_meant(line):
                commands(line)
                out.print()
            else:
                _answer(line, talk)
        except Quit:
            break
        except KeyboardInterrupt:
            if not live:
                raise
            remark("Stopped.")
        except NewsciteError as error:
            failed += 1
            _refuse(error, talk)
    return failed


def _answer(question: str, talk: "Conversation") -> None:
    from api.cli.render import print_turn

    _ = talk.engine  # opened before it is said that there is reading
    with waiting("Reading ..."):
        exchange = talk.ask(question)
    print_turn(out, exchange.answer, exchange.articles)


def _refuse(error: "NewsciteError", talk: "Conversation") -> None:
    """Says what was wrong. A server that has gone is left, and looked for at the next line."""
    from api.cli.refusals import briefly
    from rag.errors import StoppingError, UnreachableError

    out.print(Text(briefly(error), style="bold red"), soft_wrap=True)
    gone = isinstance(error, UnreachableError | StoppingError)
    if gone and talk.door.leave_server():
        reply("The next question is asked of it if it is back, else of the corpus itself.")
    out.print()
