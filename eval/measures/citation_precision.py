"""citation_precision: of all that an answer cites, how much bears it out?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome, QuoteCheck


class CitationPrecision(Measure):
    """The share of an answer's citations that support the sentence they stand at.

    Formula: the mean over answers of precise references / references. A sentence's reference to a
    citation is precise when all quotes that the sentence refers to are real (found in the article
    they name) and support it together, and this quote supports it alone or is needed by the
    others. A citation whose quote is not real and to which no sentence refers is one more
    reference that is not precise.
    Range: 0 to 1. Denominator: answers given, to answerable questions or not.
    Reference: Gao et al., "Enabling Large Language Models to Generate Text with Citations" (ALCE,
    EMNLP 2023), section 3. Theirs leaves out the references of a sentence that refers to a
    citation which does not exist; here they are errors, like those to fabricated quotes. What
    judges support is in the run's configuration.
    Edge cases: an answer that cites nothing scores 0, an answer with no text too. Refusals and
    failures claim nothing and are outside the denominator: see refusal_precision and the failures.
    """

    name = "citation_precision"
    over = "answers"

    def part(self, outcome: Outcome) -> Part:
        if outcome.reply is None or not outcome.answered:
            return OUTSIDE
        precise = [mark for statement in outcome.statements for mark in statement.precise]
        cited = outcome.reply.cited_numbers
        loose_errors = sum(
            citation.number not in cited and checked.check is not QuoteCheck.FOUND
            for citation, checked in zip(outcome.reply.citations, outcome.citations, strict=True)
        )
        claimed = len(precise) + loose_errors
        return Part(sum(precise) / claimed if claimed else 0.0)
