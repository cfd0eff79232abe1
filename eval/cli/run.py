"""`newscite eval run`: ask gold questions, score the answers, write a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from eval.cli.opening import Kind, Target

if TYPE_CHECKING:
    from eval.support import Support

_SYSTEM = "What is asked"


def run_command(
    context: typer.Context,
    gold: Annotated[
        Path, typer.Option("--gold", metavar="FILE", help="Gold questions, in any known format.")
    ],
    gold_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="How the gold is written.")
    ] = "auto",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="The run's folder; an interrupted run in it goes on.  "
            "[default: runs/<gold>-<UTC time>]",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print results.json instead of the table.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Ask the first N only.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="Ask N drawn at random.")
    ] = None,
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out",
            help="Ask each question again with its evidence hidden, and expect a refusal.",
        ),
    ] = False,
    entailment: Annotated[
        Path | None,
        typer.Option(
            "--entailment", metavar="DIR", help="An ONNX entailment model that judges support."
        ),
    ] = None,
    judge: Annotated[
        bool,
        typer.Option("--judge", help="Have NEWSCITE_LLM_MODEL judge too; reported apart."),
    ] = False,
    mode: Annotated[
        Literal["extractive", "generative"],
        typer.Option(help="How to answer.", rich_help_panel=_SYSTEM),
    ] = "extractive",
    system: Annotated[
        Kind, typer.Option("--system", help="The kind of system.", rich_help_panel=_SYSTEM)
    ] = Kind.LOCAL,
    url: Annotated[
        str | None, typer.Option(help="A server's or endpoint's URL.", rich_help_panel=_SYSTEM)
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The endpoint's model.", rich_help_panel=_SYSTEM)
    ] = None,
    query_engine: Annotated[
        str | None,
        typer.Option(
            "--query-engine",
            metavar="MODULE:NAME",
            help="A LlamaIndex query engine, or what makes one.",
            rich_help_panel=_SYSTEM,
        ),
    ] = None,
) -> None:
    """Ask every gold question, score the answers, and write a run.

    Exits with 1 when the system failed on a question; the run is written all the same.
    """
    from rich.console import Console

    from eval import folder, report, runs
    from eval.cli.opening import checked, opened
    from eval.gold_choice import GoldChoice
    from eval.judge import settled_judge
    from rag.settings import load_settings

    target = checked(Target(system, mode, url, model, query_engine, leave_out))
    choice = GoldChoice(gold, gold_format, limit, sample, leave_out)
    questions, record = choice.read()
    support = _support(entailment)
    settings = load_settings(context.obj)
    judging = settled_judge(settings) if judge else None
    out = out or folder.default_folder(gold)
    folder.prepare(out, record)
    with opened(target, settings) as (asked, corpus):
        questions = choice.asked(questions, corpus)
        with _progress("asking", len(questions), f"--out {out}") as advance:
            run = runs.run(
                asked, corpus, questions, support,
                folder=out, gold=record, on_question=advance,
            )  # fmt: skip
    if judging:
        with _progress("judging", len(run.questions), f"--out {out}") as advance:
            run.judge = judging(run.questions, advance)
    folder.write(out, run)
    folder.write_reports(out, {"report.md": report.markdown(run), "report.html": report.html(run)})
    if as_json:
        typer.echo(folder.document(run), nl=False)
    else:
        Console().print(report.table(run))
    Console(stderr=True).print(f"The run is in {out}", markup=False, highlight=False)
    if run.counts["failed"]:
        raise typer.Exit(1)


def _support(model: Path | None) -> "Support":
    from eval.support import FirstLexical, LexicalSupport

    if model is None:
        return LexicalSupport()
    from eval.entailment import EntailmentModel

    return FirstLexical(EntailmentModel(model))


@contextmanager
def _progress(what: str, total: int, resume: str) -> Iterator[Callable[[object], None]]:
    """A bar with rate and remaining time on standard error, if that is a terminal.

    Interrupted, it says how the run is taken up again.
    """
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

    class Rate(ProgressColumn):
        """Questions a second so far."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        try:
            yield lambda _: progress.advance(task)
        except KeyboardInterrupt:
            console.print(
                f"Interrupted. The same command with {resume} goes on where this one stopped.",
                markup=False, highlight=False,
            )  # fmt: skip
            raise
