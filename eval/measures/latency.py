"""latency_p50_ms and latency_p95_ms: how long does an answer take?"""

import numpy as np

from eval.measures.base import Floats, Measure, Part
from eval.outcome import Outcome


class Latency(Measure):
    """A quantile of the wall time of an answer, in milliseconds.

    Formula: the sample quantile of the time from asking to the whole answer, with linear
    interpolation between order statistics.
    Range: 0 up; lower is better. Denominator: all questions.
    Reference: Hyndman and Fan, "Sample Quantiles in Statistical Packages" (The American
    Statistician, 1996), definition 7.
    Edge cases: refusals count like answers, and a failure with the time it took to fail, so a
    system that fails fast looks fast: read it beside the number of failures.
    """

    over = "questions"
    unit = "ms"
    better = "lower"

    def __init__(self, percentile: int) -> None:
        self.name = f"latency_p{percentile}_ms"
        self._quantile = percentile / 100

    def part(self, outcome: Outcome) -> Part:
        return Part(outcome.ask_ms)

    def combine(self, parts: Floats) -> Floats:
        """The quantile; every question weighs the same."""
        return np.asarray(np.quantile(parts[..., 0], self._quantile, axis=-1))
