"""`newscite chat`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from api.cli.ask import After, AsOf, Before, Mode, Source, articles_of, filters_of
from api.cli.console import complain, out, remark, waiting

if TYPE_CHECKING:
    from api.cli.chat.commands import Commands
    from api.cli.chat.conversation import Conversation


_WORDS = {"exit": "/quit", "quit": "/quit", "bye": "/quit", "help": "/help"}
"""What nobody means as a question, alone in a line."""


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
    from api.cli.chat.commands import Commands
    from api.cli.chat.conversation import Conversation
    from api.cli.chat.prompt import at_a_terminal, piped, typed
    from api.cli.door import engine_or_server

    filters = filters_of(after, before, source)
    live = at_a_terminal()
    with engine_or_server(context.obj, "newscite chat") as engine:
        talk = Conversation(engine, filters, as_of, mode)
        commands = Commands(talk, paged=live)
        if live:
            remark("Ask the corpus. /help lists the commands; Ctrl-D ends.")
        failed = _converse(typed(commands.names) if live else piped(), talk, commands, live=live)
    if failed and not live:
        raise typer.Exit(1)


def _converse(
    lines: Iterable[str], talk: "Conversation", commands: "Commands", *, live: bool
) -> bool:
    """Answers line by line; returns whether any failed."""
    from api.cli.chat.commands import Quit
    from api.cli.refusals import briefly
    from api.cli.render import print_turn
    from rag.errors import NewsciteError

    failed = False
    for line in lines:
        try:
            command = line if line.startswith("/") else _WORDS.get(line.lower())
            if command is not None:
                commands(command)
                continue
            with waiting("Reading ..."):
                answer = talk.ask(line)
                articles = articles_of(talk.engine, answer)
            print_turn(out, answer, articles)
        except Quit:
            break
        except KeyboardInterrupt:
            if not live:
                raise
            remark("Stopped.")
        except NewsciteError as error:
            failed = True
            complain(briefly(error))
    return failed
