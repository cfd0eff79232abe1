"""`newscite backup` and `newscite restore`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.ask import AsJson
from api.cli.console import out, print_json


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it is replaced if it is there.")],
    as_json: AsJson = False,
) -> None:
    """Write the corpus as it is now to one file. A server that holds it goes on meanwhile."""
    from api.client import connect
    from rag.opening import open_corpus
    from rag.settings import load_settings
    from rag.upkeep.backup import backing_up, write_backup

    settings = load_settings(context.obj)
    server = connect(settings)
    if server is not None:
        with server, server.backup() as pieces:
            manifest = write_backup(pieces, file)
    else:
        with open_corpus(settings, "newscite backup") as corpus, backing_up(corpus) as pieces:
            manifest = write_backup(pieces, file)
    if as_json:
        print_json(manifest.model_dump_json(indent=2))
        return
    counts = manifest.counts
    out.print(
        f"Backed up {counts['articles']:,} articles ({counts['withdrawn']:,} withdrawn) and "
        f"{counts['vectors']:,} passages to {file}, fingerprint {manifest.fingerprint[:16]}.",
        soft_wrap=True,
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup that newscite backup has written.")],
    force: Annotated[bool, typer.Option(help="Replace a corpus that has articles in it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the corpus, and check it. Exit code 1: the check failed."""
    from rich.progress import Progress

    from api.cli.console import err
    from rag.settings import load_settings
    from rag.upkeep.restoring import restore as put_back

    settings = load_settings(context.obj)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Restoring", total=None)
        done = put_back(
            settings, file, lambda at, of: bar.update(task, completed=at, total=of), force=force
        )
    if as_json:
        print_json(done.model_dump_json(indent=2))
    else:
        counts = done.backup.counts
        taken_at = f"{done.backup.taken_at:%Y-%m-%d %H:%M:%S} UTC"
        said = [
            f"Restored {counts['articles']:,} articles ({counts['withdrawn']:,} withdrawn) and "
            f"{counts['vectors']:,} passages as of {taken_at}; the fingerprint agrees."
        ]
        if done.embedded:
            said.append(f"{done.embedded:,} passages were embedded anew.")
        if done.kept_withdrawals:
            said.append(
                f"{done.kept_withdrawals:,} articles that had been withdrawn since stay withdrawn."
            )
        out.print("\n".join([*said, *done.findings.lines()]), soft_wrap=True)
    if not done.findings.healthy:
        raise typer.Exit(1)
