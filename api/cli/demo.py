"""`newscite demo`: the whole of newscite on the bundled sample corpus, in one command."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import out, remark
from api.cli.serve import HOST, PORT

if TYPE_CHECKING:
    from socket import socket

_QUESTIONS = (
    "What justification did the Pentagon give?",
    "How many people died when the Maren Elise capsized?",
    "What did the Chinese foreign ministry say about the talks?",
)
_NEXT_PORTS = 100


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option(help="Go on serving when the answers are printed.")] = True,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = HOST,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="If it is in use, the next free one is taken.")
    ] = PORT,
) -> None:
    """Ingest the bundled sample corpus, ask three questions, print the answers, then serve."""
    from importlib.resources import files
    from pathlib import Path

    from api.cli.ask import articles_of
    from api.cli.ingest import put, report
    from api.cli.render import print_answer
    from api.cli.serve import listen, refuse_if_open_to_others, run
    from ingest.sources import find_files
    from rag.engine import open_engine
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    if serve:  # what is refused is refused before the work
        with listen(host, 0) as bound:
            refuse_if_open_to_others(settings, bound)
    remark(f"The corpus is in {settings.data_dir}; opening it and loading the models ...")
    with open_engine(settings, "newscite demo") as engine:
        report(put(engine, settings, find_files([Path(str(files("ingest") / "sample"))])))
        for question in _QUESTIONS:
            answer = engine.ask(question)
            out.rule()
            print_answer(out, answer, articles_of(engine, answer), {})
        out.rule()
    if serve:
        run(settings, _listen_from(host, port))


def _listen_from(host: str, port: int) -> "socket":
    """A socket on the port or, with a remark, on the next one that is free."""
    from api.cli.serve import listen
    from rag.errors import UsageError

    last = min(port + _NEXT_PORTS, 65535)
    for candidate in range(port, last):
        try:
            bound = listen(host, candidate)
        except UsageError:
            continue
        if candidate != port:
            remark(f"Port {port} is in use; taking the next free one, {candidate}.")
        return bound
    return listen(host, last)
