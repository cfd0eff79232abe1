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


def interval(measure: Measure, values: Floats, weights: Floats) -> tuple[float, float] | None:
    """The measure's interval over its questions' parts.

    Whole questions are drawn, with value and weight together, so that a ratio such as
    citation_precision varies in both. The draws depend on the number of questions alone: measures
    of one run share them, and a repeated run has the same interval. Draws in which the measure
    has no denominator are left out.

    Returns:
        (low, high), or None when the measure has no value. When every question scores alike the
        interval is one point, which says nothing of questions unlike these.
    """
    if not weights.any():
        return None
    drawn = np.concatenate(
        [measure.combine(values[rows], weights[rows]) for rows in _draws(len(values))]
    )
    defined = drawn[~np.isnan(drawn)]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def _draws(questions: int) -> Iterator[NDArray[np.int64]]:
    """Blocks of resamples: each row is a draw of as many questions, by their index."""
    generator = np.random.default_rng(SEED)
    rows = max(1, _BLOCK // questions)
    for start in range(0, RESAMPLES, rows):
        yield generator.integers(questions, size=(min(rows, RESAMPLES - start), questions))
