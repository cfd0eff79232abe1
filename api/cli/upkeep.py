"""`newscite doctor` and `newscite reindex`: is the corpus whole, and making it so."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.ask import AsJson
from api.cli.console import out, print_json, remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.client import RemoteEngine
    from rag.settings import Settings

_ASKED_EVERY_S = 0.3


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option(help="Mend what is found.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare archive, indexes and copies exactly. Exit code 1: they differ."""
    from rag.doctor import examine, mend
    from rag.opening import Purpose, open_corpus
    from rag.settings import load_settings

    purpose: Purpose = "mending" if repair else "examining"
    with open_corpus(load_settings(context.obj), "newscite doctor", purpose=purpose) as corpus:
        found = examine(corpus)
        if repair and not found.healthy:
            mend(corpus, found)
            found = examine(corpus)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        out.print("\n".join(found.lines()))
    if not found.healthy:
        raise typer.Exit(1)


def reindex(context: typer.Context) -> None:
    """Rebuild both indexes from the archive, with the embedding model that is configured.

    A server that holds the corpus does it, and answers meanwhile. Safe to interrupt and run again.
    """
    from rich.progress import Progress

    from api.cli.console import err
    from api.client import connect
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Reindexing", total=None)

        def watch(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        server = connect(settings)
        if server is None:
            said = _reindex_here(settings, watch)
        else:
            with server:
                said = _reindex_there(server, settings, watch)
    out.print(said)


def _reindex_here(settings: "Settings", watch: "Callable[[int, int], None]") -> str:
    from rag.opening import open_corpus
    from rag.upkeep.reindexing import rebuild

    with open_corpus(settings, "newscite reindex", purpose="reindexing") as corpus:
        passages = rebuild(corpus, watch)
    return f"Reindexed {passages:,} passages with {corpus.embedder.name}."


def _reindex_there(
    server: "RemoteEngine", settings: "Settings", watch: "Callable[[int, int], None]"
) -> str:
    from rag.embedding import make_embedder
    from rag.errors import ModelError, NewsciteError

    wanted, used = make_embedder(settings).name, server.status()["models"]["embedding"]
    if wanted != used:
        raise ModelError(
            f"the server at {server.url} has the embedding model {used}, NEWSCITE_EMBEDDING here "
            f"is {wanted}; stop the server, run newscite reindex, and start it with this setting"
        )
    remark(f"The server at {server.url} reindexes, and answers meanwhile.")
    state = server.reindex()
    while state.state == "running":
        watch(state.done, state.total)
        time.sleep(_ASKED_EVERY_S)
        state = server.reindexing()
    if state.error is not None:
        raise NewsciteError(f"the server at {server.url} could not reindex: {state.error}")
    if state.state == "stopped":
        raise NewsciteError(
            f"the server at {server.url} was stopped before it had reindexed; run newscite "
            "reindex again: it goes on where it was"
        )
    return f"Reindexed {state.passages:,} passages with {used}."
