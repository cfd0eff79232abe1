"""Intervals: how far a measure could have come out otherwise with other questions.

The 95% percentile bootstrap: questions are drawn with replacement as often as there are
questions, the measure is computed anew, and the interval runs from the 2.5th to the 97.5th
percentile of what comes out. Reference: Efron and Tibshirani, "An Introduction to the Bootstrap"
(1993), chapter 13.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from eval.measures import Floats, Measure

LEVEL = 0.95
RESAMPLES = 2000
SEED = 1993

_BLOCK = 1_000_000  # drawn indices held in memory at a time


def interval(measure: Measure, parts: Floats) -> tuple[float, float] | None:
    """The measure's interval over its questions' parts, of shape (questions, 3).

    Whole questions are drawn, with value, weight and label together, so that a ratio such as
    quote_exact varies in both. The draws depend on the number of questions alone: measures
    of one run share them, and a repeated run has the same interval. Draws in which the measure
    has no denominator are left out.

    Returns:
        (low, high), or None when the measure has no value. When every question scores alike the
        interval is one point, which says nothing of questions unlike these.
    """
    return quantiles(resampled(measure, parts))


def resampled(measure: Measure, parts: Floats) -> Floats:
    """The measure over each of the resamples, NaN where it has no value; shape (resamples,)."""
    return np.concatenate([measure.combine(parts[rows]) for rows in _draws(len(parts))])


def quantiles(drawn: Floats) -> tuple[float, float] | None:
    """The interval of resampled values; None when none of them is a number."""
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return None
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def _draws(questions: int) -> Iterator[NDArray[np.int64]]:
    """Blocks of resamples: each row is a draw of as many questions, by their index."""
    generator = np.random.default_rng(SEED)
    rows = max(1, _BLOCK // questions)
    for start in range(0, RESAMPLES, rows):
        yield generator.integers(questions, size=(min(rows, RESAMPLES - start), questions))
