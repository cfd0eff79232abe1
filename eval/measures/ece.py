"""ece: when the system says 70%, is it right seven times in ten?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures.base import OUTSIDE, ConfidenceMeasure, Floats, Part
from eval.outcome import Outcome

_EDGES = np.arange(1, 10) / 10  # between ten bins of equal width, each open below


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability diagram.

    Attributes:
        confidence: the mean confidence of its questions, 0 to 1.
        accuracy: the share of them that got a right answer, 0 to 1.
        count: how many they are; a bin is never empty.
    """

    confidence: float
    accuracy: float
    count: int


class CalibrationError(ConfidenceMeasure):
    """Expected calibration error of the confidence that a right answer is given.

    Formula: the sum over ten bins of equal width, (0, 0.1] to (0.9, 1] with 0 in the first, of the
    bin's share of questions times |mean confidence - share with a right answer|.
    Range: 0 to 1; lower is better. Denominator: questions, but for answerable ones without a gold
    answer.
    Reference: Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017), section 2.
    Edge cases: a right answer is one given that says a gold answer, so no refusal is one, not even
    a due one. Refusals are in all the same: a confidence of 0.1 says that one such question in ten
    can be answered, and without them a system could hide its doubts by refusing. A failure is as
    wrong as can be: a confidence of 1 and no right answer. A system that tells no confidence is
    taken at its word: 1 where it answers, 0 where it refuses.
    """

    name = "ece"
    over = "questions with a gold answer or none to find"
    better = "lower"

    def part(self, outcome: Outcome) -> Part:
        if outcome.question.answerable and not outcome.question.answers:
            return OUTSIDE
        told = outcome.confidence if outcome.reply else 1.0
        return Part(told, label=float(outcome.answered and outcome.matched))

    def of(self, confidence: Floats, label: NDArray[np.bool_]) -> float:
        if not len(confidence):
            return float("nan")
        place = np.searchsorted(_EDGES, confidence, side="left")
        # In each bin: count * |mean confidence - accuracy| = |sum of (confidence - label)|.
        gaps = np.bincount(place, weights=confidence - label)
        return float(np.abs(gaps).sum() / len(confidence))


def reliability(parts: Floats) -> list[Bin]:
    """The bins of a reliability diagram, in order of confidence, empty ones left out.

    Args:
        parts: the parts of ece, shape (questions, 3).
    """
    inside = parts[parts[:, 1] > 0]
    place = np.searchsorted(_EDGES, inside[:, 0], side="left")
    members = (inside[place == number] for number in np.unique(place))
    return [Bin(float(m[:, 0].mean()), float(m[:, 2].mean()), len(m)) for m in members]
