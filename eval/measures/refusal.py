"""refusal_precision and refusal_recall: does the system refuse what it should, and only that?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class RefusalPrecision(Measure):
    """Of the refusals, the share that was right.

    Formula: refused unanswerable questions / refused questions.
    Range: 0 to 1. Denominator: refusals.
    Reference: precision, with "unanswerable" as the class to find; Rajpurkar, Jia and Liang
    (ACL 2018).
    Edge cases: a system that never refuses has no refusal precision: no value, over 0. A failure
    and an answer with no text are not refusals.
    """

    name = "refusal_precision"
    over = "refusals"

    def part(self, outcome: Outcome) -> Part:
        return Part(float(not outcome.question.answerable)) if outcome.refused else OUTSIDE


class RefusalRecall(Measure):
    """Of the unanswerable questions, the share that was refused.

    Formula: refused unanswerable questions / unanswerable questions.
    Range: 0 to 1. Denominator: unanswerable questions; without any there is no value.
    Reference: as for refusal_precision.
    Edge cases: a failure and an answer with no text are not refusals, and score 0.
    """

    name = "refusal_recall"
    over = "unanswerable questions"
    binary = True

    def part(self, outcome: Outcome) -> Part:
        return OUTSIDE if outcome.question.answerable else Part(float(outcome.refused))
