"""hits@k: was an article that holds the answer among the first k?"""

from typing import ClassVar

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class HitsAt(Measure):
    """Success at k over distinct articles.

    Formula: the share of questions with a gold evidence article among the first k articles of
    the ranking; an article counts once, at its best passage.
    Range: 0 to 1. Denominator: answerable questions that name evidence.
    Reference: "success@n" of trec_eval; Craswell, Hawking and Robertson, "Effective Site Finding
    using Link Anchor Information" (SIGIR 2001).
    Edge cases: nothing retrieved, a failed retrieval, and evidence that names no article of the
    corpus score 0. One of several evidence articles is enough.
    """

    over: ClassVar[str] = "answerable questions with evidence"

    def __init__(self, k: int) -> None:
        self.name = f"hits@{k}"
        self._k = k

    def part(self, outcome: Outcome) -> Part:
        if not (outcome.question.answerable and outcome.question.evidence):
            return OUTSIDE
        rank = outcome.first_evidence_rank
        return Part(float(rank is not None and rank <= self._k))
