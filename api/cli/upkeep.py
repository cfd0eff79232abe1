"""`newscite doctor` and `newscite reindex`: is the corpus whole, and making it so."""

from typing import Annotated

import typer

from api.cli.ask import AsJson
from api.cli.console import out, print_json


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option(help="Mend what is found.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare archive, indexes and copies exactly. Exit code 1: they differ."""
    from rag.corpus import open_corpus
    from rag.doctor import examine, mend
    from rag.settings import load_settings

    with open_corpus(load_settings(context.obj), "newscite doctor") as corpus:
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
    """Rebuild both indexes from the archive, with the embedding model that is configured."""
    from rich.progress import Progress

    from api.cli.console import err
    from rag.corpus import open_corpus
    from rag.doctor import rebuild
    from rag.settings import load_settings

    settings = load_settings(context.obj)
    with (
        open_corpus(settings, "newscite reindex", reindexing=True) as corpus,
        Progress(console=err, transient=True, disable=not err.is_terminal) as bar,
    ):
        task = bar.add_task("Reindexing", total=None)
        passages = rebuild(
            corpus, lambda done, total: bar.update(task, completed=done, total=total)
        )
    out.print(f"Reindexed {passages:,} passages with {corpus.embedder.name}.")
