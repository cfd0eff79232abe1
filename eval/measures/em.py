"""em: is the answer, as a whole, a gold answer?"""

from typing import ClassVar

from eval.measures.base import Measure, Part
from eval.measures.squad_text import normalise
from eval.outcome import Outcome


class ExactMatch(Measure):
    """Exact match after SQuAD normalisation.

    Formula: 1 when the normalised answer, without its [n] markers, equals one of the normalised
    gold answers, else 0; for an unanswerable question 1 when the system refuses, else 0. The mean.
    Range: 0 to 1. Denominator: all questions.
    Reference: Rajpurkar et al. (EMNLP 2016); Rajpurkar, Jia and Liang, "Know What You Don't Know"
    (ACL 2018) for unanswerable questions.
    Edge cases: a failure scores 0 everywhere. An answer with no text is not a refusal, and scores
    0 everywhere. An answer in whole sentences rarely matches exactly: that is the measure's
    nature, see answer_match.
    """

    name = "em"
    over: ClassVar[str] = "questions"

    def part(self, outcome: Outcome) -> Part:
        if not outcome.question.answerable:
            return Part(float(outcome.refused))
        answer = normalise(outcome.text)
        right = bool(answer) and answer in map(normalise, outcome.question.answers)
        return Part(float(right))
