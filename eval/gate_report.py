"""The gate's ruling on the terminal: one line a measure, what was lost, and why."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval.comparison_report import flips, interval, shown
from eval.gate import PROMISED, GateResult, Guarded, Ruling
from eval.paired import Verdict
from eval.printing import plain

_STYLES = {
    Ruling.OK: "green",
    Ruling.NOT_SHOWN: "yellow",
    Ruling.LOST: "bold red",
    Ruling.NO_VALUE: "yellow",
}


def terminal(result: GateResult) -> RenderableType:
    """All of it."""
    lines = Table(box=None, pad_edge=False, show_header=False)
    for item in result.guarded:
        lines.add_row(
            Text(item.ruling.value, style=_STYLES[item.ruling]), item.found.measure, _found(item)
        )
    against = f"{result.candidate} against {result.baseline}, {result.questions} questions"
    return Group(
        *(Text(warning, style="yellow") for warning in result.warnings),
        lines,
        flips(result.lost, "lost"),
        Text(),
        Text(plain(_ending(result, against)), style="bold green" if result.passed else "bold red"),
    )


def _found(item: Guarded) -> str:
    row = item.found
    if item.ruling is Ruling.NO_VALUE:
        return row.note or ""
    moved = f"{shown(row, row.baseline)} → {shown(row, row.candidate)}"
    line = f"{moved}, difference {shown(row, row.difference, '+')} ({interval(row)})"
    if item.ruling is Ruling.OK and row.verdict in {Verdict.BETTER, Verdict.WORSE}:
        return f"{line}, {row.verdict.value}"
    return line if row.note is None else f"{line}, {row.note}"


def _ending(result: GateResult, against: str) -> str:
    if result.passed:
        passed = f"Passed: {against}; no loss above {result.max_loss:g} was shown."
        unsure = sum(item.ruling is Ruling.NOT_SHOWN for item in result.guarded)
        if unsure:
            noun = "measure" if unsure == 1 else "measures"
            passed += f" {unsure} {noun} lost more, which may be chance: more questions would tell."
        return passed
    lost = [item.measure for item in result.guarded if item.ruling is Ruling.LOST]
    broken = [name for name in lost if name in PROMISED]
    less = [name for name in lost if name not in PROMISED]
    reasons = [f"lost more than {result.max_loss:g} of {', '.join(less)}"] if less else []
    reasons += [f"{name} was guaranteed, and no longer is 1" for name in broken]
    return f"Failed: {against}; {'; '.join([*reasons, *result.problems])}."
