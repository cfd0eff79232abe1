"""auroc_answerable: does the system's confidence know what can be answered?"""

import numpy as np
from numpy.typing import NDArray

from eval.measures.base import ConfidenceMeasure, Floats, Part
from eval.outcome import Outcome


class AurocAnswerable(ConfidenceMeasure):
    """How well confidence tells answerable questions from unanswerable ones.

    Formula: the share of pairs of an answerable and an unanswerable question in which the
    answerable one has the higher confidence, ties counting half: the area under the ROC curve,
    as the Mann-Whitney statistic.
    Range: 0 to 1; 0.5 is chance. Denominator: questions; without any of either kind no value.
    Reference: Hanley and McNeil, "The Meaning and Use of the Area under a Receiver Operating
    Characteristic (ROC) Curve" (Radiology, 1982).
    Edge cases: a refusal counts with the confidence that it tells; a system that tells none has 1
    for an answer and 0 for a refusal. A failure is as wrong as can be: 0 for an answerable
    question, 1 for an unanswerable one.
    """

    name = "auroc_answerable"
    over = "questions"

    def part(self, outcome: Outcome) -> Part:
        answerable = float(outcome.question.answerable)
        known = outcome.confidence if outcome.reply else 1 - answerable
        return Part(known, label=answerable)

    def of(self, confidence: Floats, label: NDArray[np.bool_]) -> float:
        positive, negative = confidence[label], np.sort(confidence[~label])
        if not (len(positive) and len(negative)):
            return float("nan")
        below = np.searchsorted(negative, positive, side="left")
        up_to = np.searchsorted(negative, positive, side="right")
        return float((below + up_to).sum() / (2 * len(positive) * len(negative)))
