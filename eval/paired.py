"""Paired statistics of one measure in two runs over the same questions.

The interval of the difference is a paired bootstrap: the same questions are drawn for both runs,
so that what makes a question hard for both cancels out. Efron and Tibshirani, "An Introduction to
the Bootstrap" (1993), chapters 8 and 13; for comparing retrieval systems Sakai, "Evaluating
Evaluation Metrics based on the Bootstrap" (SIGIR 2006), and Smucker, Allan and Carterette, "A
Comparison of Statistical Significance Tests for Information Retrieval Evaluation" (CIKM 2007).
"""

from enum import StrEnum
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from eval.intervals import LEVEL, quantiles, resampled
from eval.measures import Floats, Measure
from eval.results import value

FEWEST = 6
"""With fewer differing questions no difference can be shown.

A randomisation test swaps the two runs' results question by question. Of d differing questions it
makes 2^d arrangements, and the most extreme two have p = 2 / 2^d, which is above 0.05 up to d = 5;
a bootstrap interval of so few is too narrow, and may even be a point.
"""

_ALPHA = 1 - LEVEL
_ZERO = 1e-12  # a bound nearer to 0 than this is rounding


class Verdict(StrEnum):
    """What the two runs' values say of one measure."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"  # of a measure that is better neither high nor low
    NOT_SHOWN = "no difference shown"
    NOT_COMPARABLE = "not comparable"


class McNemar(BaseModel):
    """McNemar's exact test over the questions that score in one run and not in the other."""

    only_baseline: int = Field(description="Questions that score 1 in the baseline alone.")
    only_candidate: int = Field(description="Questions that score 1 in the candidate alone.")
    p: float = Field(description="Two-sided; 1 when no question differs.")


class MeasureDifference(BaseModel):
    """One measure in both runs, over the questions that they share."""

    measure: str
    unit: Literal["share", "ms", "count"]
    better: Literal["higher", "lower"] | None
    baseline: float | None = Field(description="Null when its denominator is zero.")
    candidate: float | None
    baseline_over: int = Field(description="The denominator.")
    candidate_over: int
    difference: float | None = Field(description="Candidate minus baseline.")
    interval: tuple[float, float] | None = Field(description="95%, of the difference; paired.")
    differing: int = Field(description="How many questions the two runs score differently.")
    mcnemar: McNemar | None = Field(
        description="For a measure that scores every question 0 or 1, over the same in both runs."
    )
    verdict: Verdict
    note: str | None = Field(description="Why there is no verdict, where that needs saying.")


def mcnemar(only_baseline: int, only_candidate: int) -> McNemar:
    """McNemar's exact test: is either run alone in the right more often than a fair coin?

    Formula: p = min(1, 2 P(X <= min(b, c))) with X binomial over b + c tosses of a fair coin.
    Reference: McNemar, "Note on the sampling error of the difference between correlated
    proportions or percentages" (Psychometrika, 1947), in its exact, conditional form.
    """
    tosses, fewer = only_baseline + only_candidate, min(only_baseline, only_candidate)
    ways = among = 1  # of getting this many heads, and at most this many
    for heads in range(fewer):
        ways = ways * (tosses - heads) // (heads + 1)
        among += ways
    p = min(1.0, 2 * among / 2**tosses)
    return McNemar(only_baseline=only_baseline, only_candidate=only_candidate, p=p)


def paired_difference(measure: Measure, baseline: Floats, candidate: Floats) -> MeasureDifference:
    """Compares a measure's columns, whose rows are the same questions in the same order.

    Resamples in which the measure has no value in one of the runs are left out.

    Args:
        measure: the measure.
        baseline: its parts in the baseline, of shape (questions, 3); see `eval.results.column`.
        candidate: its parts in the candidate.
    """
    before, after = value(measure, baseline), value(measure, candidate)
    difference = interval = None
    if before is not None and after is not None:
        difference = after - before
        interval = quantiles(resampled(measure, candidate) - resampled(measure, baseline))
    differing = int((baseline != candidate).any(axis=1).sum())
    discordance = _discordance(measure, baseline, candidate)
    verdict, note = _verdict(measure, interval, differing, discordance)
    return MeasureDifference(
        measure=measure.name,
        unit=measure.unit,
        better=measure.better,
        baseline=before,
        candidate=after,
        baseline_over=int(baseline[:, 1].sum()),
        candidate_over=int(candidate[:, 1].sum()),
        difference=difference,
        interval=interval,
        differing=differing,
        mcnemar=discordance,
        verdict=verdict,
        note=_without_value(before, after) or note,
    )


def _verdict(
    measure: Measure,
    interval: tuple[float, float] | None,
    differing: int,
    discordance: McNemar | None,
) -> tuple[Verdict, str | None]:
    """Shown is what both tests show, where there are two: a few questions can part them."""
    if interval is None:
        return Verdict.NOT_COMPARABLE, "no resample has a value in both runs"
    low, high = interval
    if low <= _ZERO and high >= -_ZERO:
        return Verdict.NOT_SHOWN, None
    if differing < FEWEST:
        return Verdict.NOT_SHOWN, f"too few questions differ ({differing}; {FEWEST} are needed)"
    if discordance and discordance.p > _ALPHA:
        return Verdict.NOT_SHOWN, f"McNemar's test does not show it (p = {discordance.p:.3f})"
    if measure.better is None:
        return Verdict.CHANGED, None
    gained = (low > 0) == (measure.better == "higher")
    return Verdict.BETTER if gained else Verdict.WORSE, None


def _without_value(before: float | None, after: float | None) -> str | None:
    if before is None and after is None:
        return "no value in either run"
    if before is None:
        return "no value in the baseline"
    return "no value in the candidate" if after is None else None


def _discordance(measure: Measure, baseline: Floats, candidate: Floats) -> McNemar | None:
    """None unless the two runs' denominators are the same questions, as McNemar's test needs."""
    if not measure.binary or not np.array_equal(baseline[:, 1], candidate[:, 1]):
        return None
    counted = baseline[:, 1] > 0
    if not counted.any():
        return None
    hit, hit_now = baseline[counted, 0] > 0, candidate[counted, 0] > 0
    return mcnemar(int((hit & ~hit_now).sum()), int((hit_now & ~hit).sum()))
