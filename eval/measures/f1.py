"""f1: how much do the answer's words overlap with a gold answer's?"""

from collections import Counter

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome
from eval.squad_text import normalise


class TokenF1(Measure):
    """F1 over the bags of normalised words, against the gold answer that fits best.

    Formula: 2PR / (P + R), with precision P and recall R over words counted with repetition; the
    best over the gold answers; for an unanswerable question 1 when the system refuses, else 0.
    The mean over questions.
    Range: 0 to 1, and never below em. Denominator: as for em.
    Reference: Rajpurkar et al. (EMNLP 2016); Rajpurkar, Jia and Liang (ACL 2018).
    Edge cases: as for em. A gold answer of which normalisation leaves nothing scores 0.
    """

    name = "f1"
    over = "questions with a gold answer or none to find"

    def part(self, outcome: Outcome) -> Part:
        question = outcome.question
        if not question.answerable:
            return Part(float(outcome.refused))
        if not question.answers:
            return OUTSIDE
        answer = outcome.text
        return Part(max(overlap(answer, gold) for gold in question.answers))


def overlap(answer: str, gold: str) -> float:
    """F1 of two texts' normalised words, 0 to 1; 0 when either has none."""
    ours, theirs = Counter(normalise(answer).split()), Counter(normalise(gold).split())
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0
