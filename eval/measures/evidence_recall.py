"""evidence_recall: how much of the evidence did the answer have before it?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class EvidenceRecall(Measure):
    """The share of the gold evidence that was read for the answer.

    Formula: the mean over questions of the share of pieces of gold evidence whose passage, the
    first that holds half of the quote or more, was among those the answer was read from; for
    evidence without a quote, any passage of its article.
    Range: 0 to 1. Denominator: answerable questions that name evidence.
    Reference: "context recall" of Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented
    Generation" (EACL 2024 demonstrations), here by the place of gold quotes in the articles.
    Edge cases: a failure, and evidence that the corpus does not have, score 0. A refusal is
    scored by what was read before it. A system that does not tell what it read is taken to have
    read all that it retrieved.
    """

    name = "evidence_recall"
    over = "answerable questions with evidence"

    def part(self, outcome: Outcome) -> Part:
        pieces = outcome.question.evidence
        if not (outcome.question.answerable and pieces):
            return OUTSIDE
        return Part(sum(trail.read for trail in outcome.trails) / len(pieces))
