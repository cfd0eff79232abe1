"""The gate of a CI: does a candidate lose anything that a baseline had?

It fails on a loss that is both larger than allowed and shown by the statistics, on a guarantee that
is broken even once, and on questions that vanished or broke: a gate must not pass by asking less.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite

from pydantic import BaseModel, Field

from eval.compare import Comparison, Flip
from eval.measures import MEASURES
from eval.paired import FEWEST, MeasureDifference, Verdict
from eval.printing import listed
from rag.errors import UsageError

GUARDED = (
    "answer_match", "citation_precision", "citation_recall", "quote_exact", "refusal_recall",
    "refusal_precision", "crag", "hits@4", "mrr@10", "nugget_recall",
)  # fmt: skip
"""What is guarded unless measures are named."""

PROMISED = ("quote_exact",)
"""Guarantees: of a baseline that keeps one, not a single question may break it."""


class Ruling(StrEnum):
    """What the gate says of one measure: NOT_SHOWN is a loss that may be chance."""

    OK = "ok"
    NOT_SHOWN = "not shown"
    LOST = "LOST"
    NO_VALUE = "no value"


class Guarded(BaseModel):
    """One guarded measure."""

    measure: str
    ruling: Ruling
    loss: float | None = Field(
        description="In the worse direction, negative for a gain; of ms and counts as a share of "
        "the baseline. Null without a value in both runs, or when the baseline is 0."
    )
    found: MeasureDifference


class GateResult(BaseModel):
    """Whether the candidate may pass, and why."""

    passed: bool
    baseline: str
    candidate: str
    questions: int = Field(description="How many were compared.")
    max_loss: float
    guarded: list[Guarded]
    problems: list[str] = Field(description="Why it fails, apart from measures that were lost.")
    warnings: list[str]
    lost: list[Flip]


def gate(comparison: Comparison, max_loss: float, named: Sequence[str] = ()) -> GateResult:
    """Rules on a comparison.

    The candidate fails when a guarded measure is worse by more than `max_loss` and that is shown
    (verdict "worse"); when a guarantee that the baseline keeps is broken once; when a question of
    the baseline was not asked, or not with the same text and gold; when a question failed that did
    not fail in the baseline; when a measure that was named has no value in both runs; and when no
    guarded measure has. A measure that is guarded by default and has no value is reported and
    passes: what takes its denominator away, such as never answering, shows in another guarded
    measure.

    Args:
        comparison: the candidate against the baseline.
        max_loss: how much may be lost: in the measure's own units where those are shares; as a
            share of the baseline where they are milliseconds or counts.
        named: the measures to guard, instead of GUARDED.

    Raises:
        UsageError: a name is no measure's or of one that is better neither high nor low,
            `max_loss` is not a number from 0 up, or so few questions are shared that no loss
            could be shown and the gate would pass whatever happened.
    """
    _check(comparison, max_loss, named)
    rows = {row.measure: row for row in comparison.measures}
    guarded = [
        _ruled(rows[name], max_loss) for name in dict.fromkeys(named or GUARDED) if name in rows
    ]
    problems = _problems(comparison, guarded, bool(named))
    return GateResult(
        passed=not problems and all(item.ruling is not Ruling.LOST for item in guarded),
        baseline=comparison.baseline,
        candidate=comparison.candidate,
        questions=comparison.questions.both,
        max_loss=max_loss,
        guarded=guarded,
        problems=problems,
        warnings=comparison.warnings,
        lost=comparison.lost,
    )


def _check(comparison: Comparison, max_loss: float, named: Sequence[str]) -> None:
    guardable = [name for name, measure in MEASURES.items() if measure.better]
    for name in named:
        if name not in MEASURES:
            known = ", ".join(guardable)
            raise UsageError(f"there is no measure {name!r}; those to guard are {known}")
        if name not in guardable:
            raise UsageError(f"{name} is better neither high nor low, so nothing of it can be lost")
    if not (isfinite(max_loss) and max_loss >= 0):
        raise UsageError(f"--max-loss is {max_loss}; give a number from 0 up, such as 0.02")
    if comparison.questions.both < FEWEST:
        raise UsageError(
            f"the runs share {comparison.questions.both} questions, and over fewer than {FEWEST} "
            f"no loss can be shown: the gate would pass whatever happened; {_more(comparison)}"
        )


def _more(comparison: Comparison) -> str:
    missing = len(comparison.questions.baseline_only)
    return f"ask the {missing} others of the baseline too" if missing else "ask more questions"


def _ruled(row: MeasureDifference, max_loss: float) -> Guarded:
    if row.verdict is Verdict.NOT_COMPARABLE or row.difference is None or row.baseline is None:
        return Guarded(measure=row.measure, ruling=Ruling.NO_VALUE, loss=None, found=row)
    lost = row.difference if row.better == "lower" else -row.difference
    unit = 1.0 if row.unit == "share" else row.baseline
    # 0.50 - 0.48 is a hair more than 0.02 in binary fractions
    over = lost > max_loss * unit + 1e-9
    broken = row.measure in PROMISED and row.baseline == 1 and row.difference < 0
    lost_it = broken or (over and row.verdict is Verdict.WORSE)
    return Guarded(
        measure=row.measure,
        ruling=Ruling.LOST if lost_it else Ruling.NOT_SHOWN if over else Ruling.OK,
        loss=lost / unit if unit else None,
        found=row,
    )


def _problems(comparison: Comparison, guarded: Sequence[Guarded], named: bool) -> list[str]:
    questions = comparison.questions
    problems = []
    for ids, what in (
        (questions.baseline_only, "of the baseline not asked in the candidate"),
        (questions.changed, "asked with another text or other gold than in the baseline; "
         "make a new baseline"),
        (comparison.newly_failed, "failed in the candidate and not in the baseline"),
    ):  # fmt: skip
        if ids:
            noun = "question" if len(ids) == 1 else "questions"
            problems.append(f"{len(ids)} {noun} {what}: {listed(ids)}")
    without = [item for item in guarded if item.ruling is Ruling.NO_VALUE]
    if named:
        problems += [f"{item.measure} cannot be guarded: {item.found.note}" for item in without]
    elif len(without) == len(guarded):
        problems.append("no guarded measure has a value in both runs")
    return problems
