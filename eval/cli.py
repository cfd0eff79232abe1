"""`newscite eval`: measure a corpus against gold questions.

Everything heavy is imported inside the command, so that `newscite --help` stays fast.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from eval.questions import GoldQuestion
    from eval.runs import Run
    from eval.systems import System

app = typer.Typer(no_args_is_help=True, help="Measure answers against gold questions.")


@app.callback()
def _group() -> None:
    """Measure answers against gold questions."""


@app.command("run")
def run_command(
    context: typer.Context,
    gold: Annotated[
        Path, typer.Option("--gold", metavar="FILE", help="Gold questions, one JSON object a line.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where results.json and report.md go.  [default: runs/<gold>-<UTC time>]",
        ),
    ] = None,
    mode: Annotated[Literal["extractive"], typer.Option(help="How to answer.")] = "extractive",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print results.json instead of the table.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Ask the first N only.")
    ] = None,
) -> None:
    """Ask every gold question, score the answers, and write a run.

    Exits with 1 when the engine failed on a question; the run is written all the same.
    """
    from rich.console import Console

    from eval import folder, report
    from eval.questions import read_gold
    from eval.systems import LocalEngine
    from rag.engine import open_engine
    from rag.settings import load_settings

    questions = read_gold(gold)[:limit]
    settings = load_settings(context.obj)
    out = out or folder.default_folder(gold)
    folder.prepare(out)
    with open_engine(settings, "newscite eval run") as engine:
        run = _run_with_progress(
            LocalEngine(engine, mode), questions, out.resolve().name, _gold_config(gold, limit)
        )
    folder.write(out, run, report.markdown(run))
    if as_json:
        typer.echo(folder.document(run), nl=False)
    else:
        Console().print(report.table(run))
    Console(stderr=True).print(f"The run is in {out}", markup=False, highlight=False)
    if run.counts["errors"]:
        raise typer.Exit(1)


def _gold_config(gold: Path, limit: int | None) -> dict[str, object]:
    from hashlib import sha256

    digest = sha256(gold.read_bytes()).hexdigest()
    return {"gold": {"file": gold.name, "sha256": digest, "limit": limit}}


def _run_with_progress(
    system: "System", questions: "list[GoldQuestion]", name: str, config: dict[str, object]
) -> "Run":
    """Runs with a bar, rate and remaining time on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    from eval.runs import run

    class Rate(ProgressColumn):
        """Questions a second so far."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    console = Console(stderr=True)
    columns = (
        TextColumn("asking"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("asking", total=len(questions))
        return run(
            system,
            questions,
            name=name,
            config=config,
            on_question=lambda: progress.advance(task),
        )
