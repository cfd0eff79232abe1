"""The root of the command line: global options, the commands, and errors as exit codes."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import complain
from api.cli.opening import WithOpen

app = typer.Typer(
    name="newscite",
    help="Ask a news corpus questions; every sentence of an answer is cited to the character.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Named, not imported: the harness is a peer of this service and knows nothing of it, nor it of
# the harness; only this command line brings them together.
_COMMANDS = (
    ("api.cli.ingest", "ingest"),
    ("api.cli.ask", "ask"),
    ("api.cli.chat.command", "chat"),
    ("api.cli.ask", "search"),
    ("api.cli.serve", "serve"),
    ("api.cli.mcp", "mcp"),
    ("api.cli.demo", "demo"),
    ("api.cli.upkeep", "doctor"),
    ("api.cli.audit", "audit"),
    ("api.cli.upkeep", "reindex"),
    ("api.cli.backup", "backup"),
    ("api.cli.backup", "restore"),
)
_GROUPS = (
    ("api.cli.articles", "articles"),
    ("api.cli.quarantine", "quarantine"),
    ("api.cli.keys", "keys"),
    ("eval.cli", "eval"),
)

_CLASSES = {"ask": WithOpen}

for _module, _name in _COMMANDS:
    app.command(_name, cls=_CLASSES.get(_name))(getattr(import_module(_module), _name))
for _module, _name in _GROUPS:
    app.add_typer(import_module(_module).app, name=_name)


def _print_version(wanted: bool) -> None:
    if wanted:
        import rag

        typer.echo(f"newscite {rag.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="The folder that holds the corpus; stands before the command. "
            "Default: NEWSCITE_DATA_DIR, else your user data folder."
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an internal error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    context.obj = data_dir


def run() -> None:
    """Runs the command line; every error becomes one clear message and its exit code."""
    # To look through what is imported for cycles every 700 objects is a tenth of a command's start.
    gc.set_threshold(10_000)
    from api.cli.refusals import in_words
    from rag.errors import NewsciteError

    try:
        app()
    except NewsciteError as error:
        complain(in_words(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        complain("Interrupted.")
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        complain(
            f"Something went wrong inside newscite: {type(error).__name__}: {error}\n"
            "This is a fault of newscite's. newscite --debug COMMAND shows the traceback."
        )
        sys.exit(5)


if __name__ == "__main__":
    run()
