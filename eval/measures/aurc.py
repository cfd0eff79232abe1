"""aurc: if only the surest answers were given, how wrong would they be?"""

import numpy as np
from numpy.typing import NDArray

from eval.measures.base import OUTSIDE, ConfidenceMeasure, Floats, Part
from eval.outcome import Outcome

_AFTER_ALL_ANSWERS = -1.0


class RiskCoverage(ConfidenceMeasure):
    """Area under the risk-coverage curve.

    Formula: questions in order of falling confidence; after each, the risk is the share of those
    so far that went wrong; the mean of the risks. Of equally confident questions each stands for
    their average, so that the order of the questions does not matter.
    Range: 0 to 1; lower is better. Denominator: questions, but for answerable ones without a gold
    answer.
    Reference: Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks" (NIPS
    2017), for the curve; Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for
    Deep Neural Classifiers" (ICLR 2019), for its area.
    Edge cases: refusals and failures stand behind all answers, as equals: their part has the
    confidence -1. A due refusal did not go wrong; any other, a failure and an answer with no text
    did.
    """

    name = "aurc"
    over = "questions with a gold answer or none to find"
    better = "lower"

    def part(self, outcome: Outcome) -> Part:
        if outcome.question.answerable and not outcome.question.answers:
            return OUTSIDE
        order = outcome.confidence if outcome.answered else _AFTER_ALL_ANSWERS
        return Part(order, label=float(outcome.right))

    def of(self, confidence: Floats, label: NDArray[np.bool_]) -> float:
        return float(_risks(confidence, label).mean()) if len(confidence) else float("nan")


def risk_coverage(parts: Floats) -> tuple[Floats, Floats]:
    """The risk-coverage curve: the share of questions taken, surest first, and the risk then.

    Args:
        parts: the parts of aurc, shape (questions, 3).

    Returns:
        (coverage, risk), both 0 to 1, one entry for each question in the denominator.
    """
    inside = parts[parts[:, 1] > 0]
    risk = _risks(inside[:, 0], inside[:, 2] > 0)
    return np.arange(1, len(risk) + 1) / max(1, len(risk)), risk


def _risks(confidence: Floats, label: NDArray[np.bool_]) -> Floats:
    """The risk after the first, the first two, ... of the questions, surest first."""
    _, tie, size = np.unique(-confidence, return_inverse=True, return_counts=True)
    wrong = np.bincount(tie, weights=~label, minlength=len(size)) / np.maximum(size, 1)
    risks: Floats = np.repeat(wrong, size).cumsum() / np.arange(1, len(confidence) + 1)
    return risks
