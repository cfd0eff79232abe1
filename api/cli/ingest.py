"""`newscite ingest`: files into the corpus, here or through the server that holds it."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.ask import AsJson
from api.cli.console import complain, err, out, print_json, remark

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from ingest.sources import Delivered, Format, Naming, Refused
    from ingest.summary import ItemDone, Summary, Watcher
    from rag.engine import Engine
    from rag.settings import Settings


FormatName = Literal[  # `ingest.sources.Format`, which would take long to import
    "auto", "text", "markdown", "html", "jsonl", "json", "ninjs", "ap", "newsml-g2", "nitf", "rss",
    "sitemap", "csv", "parquet", "pdf", "warc",
]  # fmt: skip
_OF_MANY = frozenset({".csv", ".tsv", ".tab", ".parquet", ".warc", ".gz"})


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
        str | None, typer.Option(help="The publisher of articles that do not name one.")
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
    from ingest.fetching import is_url, open_crawl
    from ingest.sources import find_files
    from ingest.sources.tables import naming_of
    from rag.corpus import open_archive
    from rag.settings import load_settings

    naming = naming_of(columns or [])
    settings = load_settings(context.obj)
    urls = [path for path in paths if is_url(path)]
    files = find_files(Path(path) for path in paths if not is_url(path))
    with open_archive(settings) as archive:
        crawl = open_crawl(settings, archive) if urls else None
        with engine_or_server(context.obj, "newscite ingest") as engine:
            pages = crawl.items(urls, format, source) if crawl else ()
            summary = put(engine, settings, files, format, source, naming, pages)
        if crawl:
            crawl.remember()
            summary.seen += crawl.unchanged
            summary.unchanged += crawl.unchanged
    if as_json:
        print_json(summary.model_dump_json(indent=2))
    else:
        report(summary)
    if summary.quarantined:
        raise typer.Exit(1)


def put(
    engine: "Engine | RemoteEngine",
    settings: "Settings",
    files: list[Path],
    format: "Format" = "auto",  # noqa: A002
    source: str | None = None,
    naming: "Naming" = MappingProxyType({}),
    fetched: "Iterable[Delivered | Refused]" = (),
) -> "Summary":
    """Ingests files, then what is fetched, here or through the server that holds the corpus."""
    from api.client import RemoteEngine
    from ingest.handover import hand_over
    from ingest.sources import read
    from rag.corpus import open_archive

    items = chain((item for file in files for item in read(file, format, source, naming)), fetched)
    with _progress(files, known=not fetched) as watch:
        if isinstance(engine, RemoteEngine):
            remark(f"The server at {engine.url} holds the corpus; it ingests the articles.")
            with open_archive(settings) as archive:
                job_id = uuid.uuid4().hex

                def quarantine(lost: "Refused") -> None:
                    archive.quarantine(
                        job_id, lost.where, lost.reason, lost.raw, transient=lost.transient
                    )

                return hand_over(items, engine.deliver, quarantine, watch)
        from ingest.pipeline import Pipeline

        return Pipeline(engine.corpus).run(items, watch)


def report(summary: "Summary") -> None:
    """Prints what a job did, in one line."""
    from api.cli.render import summary_lines

    counts = ", ".join(summary_lines(summary.model_dump())) or "nothing found to ingest"
    out.print(f"Ingested in {summary.seconds:.1f} s: {counts}.")
    if summary.quarantined:
        out.print("What was refused is kept: see newscite quarantine list.")


@contextmanager
def _progress(files: list[Path], *, known: bool) -> "Iterator[Watcher]":
    """A progress bar on a terminal; refusals are printed either way."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("Ingesting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task("ingest", total=_count(files) if known else None, rate="")

        def watch(item: "ItemDone") -> None:
            summary = item.summary
            rate = f"{summary.seen / summary.seconds:,.1f} articles/s" if summary.seconds else ""
            bar.update(task, completed=summary.seen, rate=rate)
            if item.refused is not None:
                complain(f"{item.refused.where}: {item.refused.reason}")

        yield watch


def _count(files: list[Path]) -> int | None:
    """About how many items the files hold: one each, or one a line of JSONL. None: who knows."""
    total = 0
    for file in files:
        if file.suffix.lower() in _OF_MANY:
            return None
        if file.suffix.lower() in (".jsonl", ".ndjson") and file.is_file():
            with file.open("rb") as lines:
                total += sum(1 for line in lines if line.strip())
        else:
            total += 1
    return total
