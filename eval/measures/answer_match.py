"""answer_match: does the answer say a gold answer?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class AnswerMatch(Measure):
    """Whether a gold answer stands, word for word, in the answer.

    Formula: 1 when the words of a gold answer stand in the answer without its [n] markers, one
    after the other and each whole; else 0. Both are normalised as for SQuAD, with words parted at
    dashes and without typographic quotation marks and possessive 's. A gold answer of yes or no has
    to begin the answer. The mean.
    Range: 0 to 1. Denominator: questions with a gold answer.
    Reference: the "has answer" check of Chen et al., "Reading Wikipedia to Answer Open-Domain
    Questions" (ACL 2017).
    Edge cases: a refusal, a failure and an answer with no text score 0. A longer answer can only
    gain, so read it beside f1 and answer_words.
    """

    name = "answer_match"
    over = "questions with a gold answer"
    binary = True

    def part(self, outcome: Outcome) -> Part:
        question = outcome.question
        if not (question.answerable and question.answers):
            return OUTSIDE
        return Part(float(outcome.matched))
