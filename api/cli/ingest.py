"""`newscite ingest`: files and pages into the corpus, here or through the server that holds it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.ask import AsJson
from api.cli.console import complain, out, print_json

if TYPE_CHECKING:
    from api.cli.progress import Progress
    from api.client import RemoteEngine
    from ingest.fetching import Crawl
    from ingest.sources import Delivered, Format, Naming, Refused
    from ingest.summary import Summary
    from rag.engine import Engine
    from rag.settings import Settings


FormatName = Literal[  # `ingest.sources.Format`, which would take long to import
    "auto", "text", "markdown", "html", "jsonl", "json", "ninjs", "ap", "newsml-g2", "nitf", "rss",
    "sitemap", "csv", "parquet", "pdf", "warc",
]  # fmt: skip


def _shown(name: str | None) -> str | None:
    if name is not None and not name.isprintable():
        raise typer.BadParameter("it holds what is no character, or one without a shape")
    return name


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL...",
            help="Files and folders, which are walked; with NEWSCITE_FETCH=true also addresses of "
            "pages, feeds and sitemaps.",
        ),
    ],
    format: Annotated[  # noqa: A002  the option's name is the contract's
        FormatName,
        typer.Option(help="What the files are; auto looks at their content."),
    ] = "auto",
    source: Annotated[
        str | None,
        typer.Option(callback=_shown, help="The publisher of articles that do not name one."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Which column of a table holds what: title=Headline,text=Body. "
            "FIELD= leaves a field out.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put articles into the corpus. Safe to interrupt and to run again."""
    from api.cli.door import engine_or_server
    from api.cli.handing_over import left_to
    from api.cli.interruption import Interruption
    from api.client import RemoteEngine
    from ingest.fetching import is_url
    from ingest.sources import find_files
    from ingest.sources.tables import naming_of
    from rag.settings import load_settings

    naming = naming_of(columns or [])
    urls = [path for path in paths if is_url(path)]
    files = find_files(Path(path) for path in paths if not is_url(path))
    settings = load_settings(context.obj)
    with (
        _crawl(settings, urls) as crawl,
        engine_or_server(context.obj, "newscite ingest") as engine,
        Interruption() as interruption,
    ):
        pages = crawl.items(urls, format, source) if crawl else None
        summary = put(engine, settings, files, format, source, naming, interruption.came, pages)
        if crawl and not interruption.came():  # what was read last may not have been stored
            crawl.remember()
        if crawl:
            summary.seen += crawl.unchanged
            summary.unchanged += crawl.unchanged
    if as_json:
        print_json(summary.model_dump_json(indent=2))
    else:
        report(summary)
    if interruption.came():
        complain(
            left_to(engine, summary.job_id)
            if isinstance(engine, RemoteEngine)
            else f"Interrupted after {summary.seen:,} items, which are in. To go on, run the same "
            "command again; what is in is skipped."
        )
        raise typer.Exit(130)
    if summary.quarantined:
        raise typer.Exit(1)


@contextmanager
def _crawl(settings: "Settings", urls: list[str]) -> "Iterator[Crawl | None]":
    """A run over addresses, if there are any.

    Raises:
        UsageError: the settings do not allow fetching.
    """
    from ingest.fetching import open_crawl
    from rag.archive_opening import open_archive

    if not urls:
        yield None
        return
    with open_archive(settings) as archive:
        yield open_crawl(settings, archive)


def put(
    engine: "Engine | RemoteEngine",
    settings: "Settings",
    files: list[Path],
    format: "Format" = "auto",  # noqa: A002
    source: str | None = None,
    naming: "Naming" = MappingProxyType({}),
    stopping: Callable[[], bool] = lambda: False,
    fetched: "Iterable[Delivered | Refused] | None" = None,
) -> "Summary":
    """Ingests files, then what is fetched, through an engine or the server that holds the corpus.

    Args:
        engine: either of them.
        settings: of the corpus.
        files: see `ingest.sources.find_files`.
        format, source, naming: see `ingest.sources.read`.
        stopping: once it is true the job ends early, or, at a server, is left to it.
        fetched: comes from addresses, if any were given.
    """
    from api.cli.progress import Progress
    from api.client import RemoteEngine
    from ingest.pipeline import Pipeline

    with Progress(sum(map(_size, files))) as progress:
        if isinstance(engine, RemoteEngine):
            from api.cli.handing_over import Handing

            handing = Handing(engine, settings, progress, stopping)
            if files or fetched is None:
                handing.files(files, format, source, naming)
            if fetched is not None:
                handing.fetched(fetched)
            return handing.summary
        items = chain(_items(files, format, source, naming, progress), fetched or ())
        return Pipeline(engine.corpus).run(items, progress.watch, stopping=stopping)


def _items(
    files: list[Path],
    format: "Format",  # noqa: A002
    source: str | None,
    naming: "Naming",
    progress: "Progress",
) -> "Iterator[Delivered | Refused]":
    from ingest.sources import read

    for file in files:
        yield from read(file, format, source, naming, told=progress.at)
        progress.file_done(_size(file))


def _size(file: Path) -> int:
    """In bytes; 0 of a file that cannot be looked at, which reading it will say."""
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0


def report(summary: "Summary") -> None:
    """Prints what a job did, in one line."""
    from api.cli.render import summary_lines

    counts = ", ".join(summary_lines(summary.model_dump())) or "nothing found to ingest"
    out.print(f"Ingested in {summary.seconds:.1f} s: {counts}.")
    if summary.quarantined:
        out.print("What was refused is kept: see newscite quarantine list.")
