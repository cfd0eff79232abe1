"""`newscite quarantine`: what could not be ingested, why, and its bytes."""

import sys
from typing import Annotated

import typer
from rich.text import Text

from api.cli.ask import AsJson
from api.cli.console import out, print_json

app = typer.Typer(help="See what could not be ingested, and why.", no_args_is_help=True)


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
        out.print(Text(f"   {item.reason}"), soft_wrap=True)
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
