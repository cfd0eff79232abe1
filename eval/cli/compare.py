"""`newscite eval compare` and `newscite eval gate`: two runs of the same gold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.compare import Comparison

_RUN = "a run's folder or its results.json"


def compare_command(
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE", help=f"The older run: {_RUN}.")],
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help=f"The newer run: {_RUN}.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.md", help="Write it as Markdown, for a pull request."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say of every measure whether a run is better or worse, and which questions flipped.

    Over the questions that both runs asked, with the interval of every difference.
    """
    from rich.console import Console

    from eval import comparison_report

    found = _compared(baseline, candidate)
    if out:
        _write(out, comparison_report.markdown(found))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        Console(highlight=False).print(comparison_report.terminal(found))
    if out:
        Console(stderr=True).print(f"The comparison is in {out}", markup=False, highlight=False)


def gate_command(
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help=f"The newer run: {_RUN}.")],
    baseline: Annotated[
        Path,
        typer.Option("--baseline", metavar="RUN", help=f"What it must not fall behind: {_RUN}."),
    ],
    max_loss: Annotated[
        float,
        typer.Option(
            "--max-loss",
            metavar="X",
            help="The loss allowed: 0.02 is two points of a share, such as 0.90 to 0.88, and 2% "
            "of the baseline for a measure in ms or a count.",
        ),
    ] = 0.02,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", metavar="NAME", help="Guard this one instead of the usual; repeatable."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Exit with 1 when a run has lost something significant against its baseline.

    A measure is lost when it is worse by more than --max-loss and the interval
    of the difference excludes 0; quote_exact, a guarantee, when a baseline of 1
    is missed at all. The gate fails as well when questions of the baseline were
    not asked, or failed that did not fail before.

    Usually guarded: answer_match, citation_precision, citation_recall,
    quote_exact, refusal_recall, refusal_precision, crag, hits@4, mrr@10,
    nugget_recall.
    """
    from rich.console import Console

    from eval import gate_report
    from eval.gate import gate

    result = gate(_compared(baseline, candidate), max_loss, measures or ())
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        Console(highlight=False).print(gate_report.terminal(result))
    if not result.passed:
        raise typer.Exit(1)


def _compared(baseline: Path, candidate: Path) -> "Comparison":
    """The comparison; two runs of one name are called what the command line calls them."""
    from eval.compare import compare
    from eval.loading import load_run

    found = compare(load_run(baseline), load_run(candidate))
    if found.baseline != found.candidate or baseline == candidate:
        return found
    return found.model_copy(update={"baseline": str(baseline), "candidate": str(candidate)})


def _write(path: Path, text: str) -> None:
    from rag.errors import UsageError

    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"the comparison cannot be written to {path}: {reason}") from error
