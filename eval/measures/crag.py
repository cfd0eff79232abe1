"""crag: is a wrong answer dearer than none?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class Crag(Measure):
    """A score that takes away for wrong answers.

    Formula: +1 for an answer that says a gold answer and for the refusal of an unanswerable
    question, 0 for saying nothing (the refusal of an answerable question, a failure, an answer with
    no text), -1 for any other answer. The mean.
    Range: -1 to 1. Denominator: questions, but for answerable ones without a gold answer.
    Reference: Yang et al., "CRAG - Comprehensive RAG Benchmark" (NeurIPS 2024), section 2, whose
    "missing" is our saying nothing. Ours differs: right is answer_match instead of a human's or a
    model's grade, there is no half point for an acceptable answer, and a right refusal is worth 1.
    Edge cases: all are in the formula; there is no outcome without a score.
    """

    name = "crag"
    over = "questions with a gold answer or none to find"

    def part(self, outcome: Outcome) -> Part:
        if outcome.question.answerable and not outcome.question.answers:
            return OUTSIDE
        if outcome.right:
            return Part(1.0)
        return Part(-1.0 if outcome.text.strip() else 0.0)
