"""quote_holds_answer: do the quotes show the reader a gold answer?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome, QuoteCheck
from eval.squad_text import states


class QuoteHoldsAnswer(Measure):
    """Whether a gold answer stands in a quote that the answer cites.

    Formula: 1 when the quote of a citation stands in the article it names and holds the words of a
    gold answer, by the comparison of answer_match; else 0. The mean.
    Range: 0 to 1. Denominator: questions with a gold answer.
    Reference: answer_match's, applied to the quotes: an answer that can be checked at a glance.
    Edge cases: a refusal, a failure and an answer that quotes nothing score 0, and so does a quote
    that is altered or not the named article's, whatever it holds.
    """

    name = "quote_holds_answer"
    over = "questions with a gold answer"
    binary = True

    def part(self, outcome: Outcome) -> Part:
        question = outcome.question
        if not (question.answerable and question.answers):
            return OUTSIDE
        cited = outcome.reply.citations if outcome.reply else []
        quotes = [
            citation.quote
            for citation, checked in zip(cited, outcome.citations, strict=True)
            if checked.quoted and checked.check is QuoteCheck.FOUND
        ]
        held = any(states(quote, gold) for quote in quotes for gold in question.answers)
        return Part(float(held))
