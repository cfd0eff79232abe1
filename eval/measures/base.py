"""What a measure is: a part for each question, and a way to put the parts together."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.outcome import Outcome

Floats = NDArray[np.float64]


class Part(NamedTuple):
    """What one question adds: its share of the numerator, and its share of the denominator."""

    value: float
    weight: float = 1.0


OUTSIDE = Part(0.0, 0.0)
"""The part of a question that is not in the measure's denominator."""


class Measure(ABC):
    """A measure over a run; a subclass's docstring gives formula, range, reference, edge cases.

    Attributes:
        name: the name in results.json.
        over: what is counted in the denominator, as a plural noun.
        unit: `share` is between 0 and 1, higher is better; `ms` is milliseconds, lower is better.
    """

    name: str
    over: ClassVar[str]
    unit: ClassVar[Literal["share", "ms"]] = "share"

    @abstractmethod
    def part(self, outcome: Outcome) -> Part:
        """This question's part; `OUTSIDE` when the question is not in the denominator."""

    def combine(self, values: Floats, weights: Floats) -> Floats:
        """The measure from the parts of its questions, which run along the last axis.

        Here: the sum of values over the sum of weights, NaN where the weights add up to nothing.
        """
        total = weights.sum(axis=-1)
        result: Floats = np.full_like(total, np.nan)
        np.divide(values.sum(axis=-1), total, out=result, where=total > 0)
        return result
