"""`newscite quarantine`: what could not be ingested, why, its bytes; to retry it or drop it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli.ask import AsJson
from api.cli.console import complain, out, print_json

if TYPE_CHECKING:
    from ingest.retrying import RetryReport
    from rag.engine import Engine

app = typer.Typer(
    help="See what could not be ingested, try it again, or drop it.", no_args_is_help=True
)


@app.command("list")
def list_items(context: typer.Context, as_json: AsJson = False) -> None:
    """List the items that could not be ingested, newest first."""
    import json

    from rag.corpus import open_archive
    from rag.settings import load_settings

    with open_archive(load_settings(context.obj)) as archive:
        items = archive.quarantined()
    if as_json:
        print_json(json.dumps([item.as_json() for item in items], indent=2))
        return
    for item in items:
        # A path is to be copied, so no line is broken to the width of the terminal.
        out.print(Text(f"{item.id}  {item.at:%Y-%m-%d %H:%M}  {item.place}"), soft_wrap=True)
        kind = "transient" if item.transient else "permanent"
        out.print(Text(f"   {kind}: {item.reason}"), soft_wrap=True)
    if not items:
        out.print("Nothing is in quarantine.")


@app.command()
def show(
    context: typer.Context, number: Annotated[int, typer.Argument(help="As the list gives it.")]
) -> None:
    """Write the bytes of an item to standard output, as they were received."""
    from rag.corpus import open_archive
    from rag.settings import load_settings

    with open_archive(load_settings(context.obj)) as archive:
        sys.stdout.buffer.write(archive.quarantined_bytes(number))


@app.command()
def retry(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="As the list gives them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every item.")] = False,
    transient: Annotated[
        bool, typer.Option(help="Every item whose error is transient, as of a busy server.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ingest items anew; those that succeed leave the quarantine.

    An item is read from the bytes that were kept of it. One that came from an address is fetched
    again, if NEWSCITE_FETCH=true allows that.
    """
    from api.cli.door import engine_or_server
    from api.client import RemoteEngine
    from rag.errors import UsageError

    if [bool(numbers), everything, transient].count(True) != 1:
        raise UsageError("say which: numbers as the list gives them, --all or --transient")
    with engine_or_server(context.obj, "newscite quarantine retry") as engine:
        if isinstance(engine, RemoteEngine):
            done = engine.retry(numbers or [], transient=transient)
        else:
            done = _retry_here(engine, context, numbers or [], transient)
    if as_json:
        print_json(done.model_dump_json(indent=2))
    else:
        for item in done.kept:
            complain(f"{item.where}: {item.reason}")
        out.print(f"{len(done.released)} ingested, {len(done.kept)} still in quarantine.")
    if done.kept:
        raise typer.Exit(1)


@app.command()
def drop(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="As the list gives them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every item.")] = False,
) -> None:
    """Drop items and their bytes: they are not wanted, or came in by another delivery."""
    from api.cli.door import engine_or_server
    from api.client import RemoteEngine
    from ingest.retrying import chosen
    from rag.corpus import open_archive
    from rag.errors import UsageError
    from rag.settings import load_settings

    if bool(numbers) == everything:
        raise UsageError("say which: numbers as the list gives them, or --all")
    with engine_or_server(context.obj, "newscite quarantine drop") as engine:
        with open_archive(load_settings(context.obj)) as archive:
            items = chosen(archive, numbers or [], transient=False)
        for item in items:
            if isinstance(engine, RemoteEngine):
                engine.drop(item.id)
            else:
                engine.corpus.archive.release(item.id)
    out.print(f"{len(items)} dropped.")


def _retry_here(
    engine: "Engine", context: typer.Context, numbers: list[int], transient: bool
) -> "RetryReport":
    from ingest.fetching import open_crawl
    from ingest.pipeline import Pipeline
    from ingest.retrying import chosen
    from ingest.retrying import retry as ingest_anew
    from rag.settings import load_settings

    settings, archive = load_settings(context.obj), engine.corpus.archive
    items = chosen(archive, numbers, transient=transient)
    crawl = open_crawl(settings, archive) if settings.fetch else None
    return ingest_anew(archive, Pipeline(engine.corpus), items, crawl)
