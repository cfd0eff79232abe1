"""mrr@10: how high does the first article that holds the answer stand?"""

from typing import ClassVar

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome

_DEPTH = 10


class ReciprocalRank(Measure):
    """Mean reciprocal rank over distinct articles, down to the tenth.

    Formula: the mean of 1 / rank of the first gold evidence article; 0 beyond rank 10.
    Range: 0 to 1. Denominator: answerable questions that name evidence.
    Reference: Voorhees, "The TREC-8 Question Answering Track Report" (TREC 1999).
    Edge cases: as for hits@k; nothing retrieved and a failed retrieval score 0.
    """

    name = "mrr@10"
    over: ClassVar[str] = "answerable questions with evidence"

    def part(self, outcome: Outcome) -> Part:
        if not (outcome.question.answerable and outcome.question.evidence):
            return OUTSIDE
        rank = outcome.first_evidence_rank
        return Part(1 / rank if rank is not None and rank <= _DEPTH else 0.0)
