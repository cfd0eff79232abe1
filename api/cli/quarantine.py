"""`newscite quarantine`: what could not be ingested, why, its bytes; to retry it or drop it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli.ask import AsJson
from api.cli.console import complain, out, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.cli.progress import Progress
    from api.client import RemoteEngine
    from ingest.job_told import Job
    from ingest.retrying import RetryReport
    from rag.engine import Engine
    from rag.settings import Settings

app = typer.Typer(
    help="See what could not be ingested, try it again, or drop it.", no_args_is_help=True
)


@app.command("list")
def list_items(context: typer.Context, as_json: AsJson = False) -> None:
    """List the items that could not be ingested, newest first."""
    import json

    from rag.archive.quarantine import quarantined
    from rag.archive_opening import open_archive
    from rag.settings import load_settings

    with open_archive(load_settings(context.obj)) as archive:
        items = quarantined(archive.engine)
        if as_json:
            print_json(json.dumps([item.as_json() for item in items], indent=2))
            return
        item = None
        for item in items:
            # A path is to be copied, so no line is broken to the width of the terminal.
            out.print(Text(f"{item.id}  {item.at:%Y-%m-%d %H:%M}  {item.place}"), soft_wrap=True)
            kind = "transient" if item.transient else "permanent"
            out.print(Text(f"   {kind}: {item.reason}"), soft_wrap=True)
    if item is None:
        out.print("Nothing is in quarantine.")


@app.command()
def show(
    context: typer.Context, number: Annotated[int, typer.Argument(help="As the list gives it.")]
) -> None:
    """Write the bytes of an item to standard output, as they were received."""
    from rag.archive.quarantine import quarantined_bytes
    from rag.archive_opening import open_archive
    from rag.settings import load_settings

    with open_archive(load_settings(context.obj)) as archive:
        sys.stdout.buffer.write(quarantined_bytes(archive.engine, number))


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
    from api.cli.handing_over import left_to
    from api.cli.interruption import Interruption
    from api.cli.progress import Progress
    from api.client import RemoteEngine
    from rag.errors import UsageError
    from rag.settings import load_settings

    if [bool(numbers), everything, transient].count(True) != 1:
        raise UsageError("say which: numbers as the list gives them, --all or --transient")
    with (
        engine_or_server(context.obj, "newscite quarantine retry") as engine,
        Interruption() as interruption,
        Progress(0) as progress,
    ):
        if isinstance(engine, RemoteEngine):
            done = _retry_there(engine, numbers or [], transient, progress, interruption.came)
        else:
            settings = load_settings(context.obj)
            done = _retry_here(
                engine, settings, numbers or [], transient, progress, interruption.came
            )
    left = interruption.came() and isinstance(engine, RemoteEngine)
    if as_json:
        print_json(done.model_dump_json(indent=2))
    elif not left:
        out.print(f"{len(done.released)} ingested, {len(done.kept)} still in quarantine.")
    if interruption.came():
        complain(
            left_to(engine, done.job_id)
            if isinstance(engine, RemoteEngine)
            else "Interrupted; what was not looked at is in quarantine still."
        )
        raise typer.Exit(130)
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
    from rag.archive.quarantine import release
    from rag.archive_opening import open_archive
    from rag.errors import UsageError
    from rag.settings import load_settings

    if bool(numbers) == everything:
        raise UsageError("say which: numbers as the list gives them, or --all")
    with engine_or_server(context.obj, "newscite quarantine drop") as engine:
        with open_archive(load_settings(context.obj)) as archive:
            wanted = chosen(archive, numbers or [], transient=False)
        if isinstance(engine, RemoteEngine):
            for number in wanted:
                engine.drop(number)
        else:
            release(engine.corpus.archive.engine, wanted)
    out.print(f"{len(wanted)} dropped.")


def _retry_here(
    engine: "Engine",
    settings: "Settings",
    numbers: list[int],
    transient: bool,
    progress: "Progress",
    stopping: "Callable[[], bool]",
) -> "RetryReport":
    from ingest.fetching import open_crawl
    from ingest.pipeline import Pipeline
    from ingest.retrying import chosen
    from ingest.retrying import retry as ingest_anew

    archive = engine.corpus.archive
    wanted = chosen(archive, numbers, transient=transient)
    crawl = open_crawl(settings, archive) if settings.fetch else None
    return ingest_anew(archive, Pipeline(engine.corpus), wanted, crawl, progress.watch, stopping)


def _retry_there(
    server: "RemoteEngine",
    numbers: list[int],
    transient: bool,
    progress: "Progress",
    stopping: "Callable[[], bool]",
) -> "RetryReport":
    from api.cli.handing_over import follow
    from ingest.retrying import Kept, RetryReport

    kept: list[Kept] = []

    def show(job: "Job") -> None:
        progress.job(job)
        kept.extend(Kept(where=failure.where, reason=failure.reason) for failure in job.failures)

    job = follow(server, server.retry(numbers, transient=transient).id, show, stopping)
    counts = job.model_dump(exclude={"released"}) | {"job_id": job.id}
    return RetryReport.model_validate(counts | {"released": job.released or [], "kept": kept})
