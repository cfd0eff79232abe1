"""What a measure is: a part for each question, and a way to put the parts together."""

from abc import ABC, abstractmethod
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.outcome import Outcome

Floats = NDArray[np.float64]
Unit = Literal["share", "ms", "count"]
Better = Literal["higher", "lower"] | None


class Part(NamedTuple):
    """What one question adds to a measure.

    Attributes:
        value: its share of the numerator, or the confidence of a measure of confidence.
        weight: its share of the denominator; 0 is outside it.
        label: what a confidence is held against, 1 or 0; unused by ratios.
    """

    value: float
    weight: float = 1.0
    label: float = 0.0

    @property
    def score(self) -> float | None:
        """The question's own score; None outside the denominator."""
        return self.value / self.weight if self.weight else None

    @property
    def says_more_than_score(self) -> bool:
        """Whether the part cannot be told from its score: a weight other than 1, or a label."""
        return bool(self.weight) and (self.weight, self.label) != (1, 0)


OUTSIDE = Part(0.0, 0.0)
"""The part of a question that is not in the measure's denominator."""


class Measure(ABC):
    """A measure over a run; a subclass's docstring gives formula, range, reference, edge cases.

    Attributes:
        name: the name in results.json.
        over: what is counted in the denominator, as a plural noun.
        unit: `share` is a number near 0 to 1, `ms` milliseconds, `count` how many.
        better: which way is better, or None when neither is in itself.
        binary: every question scores 0 or 1, so that McNemar's test applies.
    """

    name: str
    over: str
    unit: Unit = "share"
    better: Better = "higher"
    binary: bool = False

    @abstractmethod
    def part(self, outcome: Outcome) -> Part:
        """This question's part; `OUTSIDE` when the question is not in the denominator."""

    def combine(self, parts: Floats) -> Floats:
        """The measure from its parts.

        Here: the sum of values over the sum of weights.

        Args:
            parts: shape (..., questions, 3): value, weight and label.

        Returns:
            shape (...); NaN where the weights add up to nothing.
        """
        value, weight = parts[..., 0].sum(axis=-1), parts[..., 1].sum(axis=-1)
        result: Floats = np.full_like(weight, np.nan)
        np.divide(value, weight, out=result, where=weight > 0)
        return result


class ConfidenceMeasure(Measure):
    """A measure of how confidence and truth go together; the value is not a mean over questions."""

    def combine(self, parts: Floats) -> Floats:
        """One run, or one resample, at a time."""
        runs = parts.reshape(-1, *parts.shape[-2:])
        each = [self.of(run[run[:, 1] > 0][:, 0], run[run[:, 1] > 0][:, 2] > 0) for run in runs]
        return np.array(each, dtype=np.float64).reshape(parts.shape[:-2])

    @abstractmethod
    def of(self, confidence: Floats, label: NDArray[np.bool_]) -> float:
        """The measure of confidences and their labels; NaN when it has no value."""
