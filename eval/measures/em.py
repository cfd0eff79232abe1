"""em: is the answer, as a whole, a gold answer?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome
from eval.squad_text import normalise


class ExactMatch(Measure):
    """Exact match after SQuAD normalisation.

    Formula: 1 when the normalised answer, without its [n] markers, equals one of the normalised
    gold answers, else 0; for an unanswerable question 1 when the system refuses, else 0. The mean.
    Range: 0 to 1. Denominator: questions, but for answerable ones without a gold answer.
    Reference: Rajpurkar et al. (EMNLP 2016); Rajpurkar, Jia and Liang, "Know What You Don't Know"
    (ACL 2018) for unanswerable questions.
    Edge cases: a failure scores 0 everywhere. An answer with no text is not a refusal, and scores
    0 everywhere. An answer in whole sentences rarely matches exactly: that is the measure's
    nature, see answer_match.
    """

    name = "em"
    over = "questions with a gold answer or none to find"
    binary = True

    def part(self, outcome: Outcome) -> Part:
        question = outcome.question
        if not question.answerable:
            return Part(float(outcome.refused))
        if not question.answers:
            return OUTSIDE
        answer = normalise(outcome.text)
        return Part(float(bool(answer) and answer in map(normalise, question.answers)))
