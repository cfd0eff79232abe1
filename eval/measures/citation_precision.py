"""citation_precision: of all that is cited, how much is really there?"""

from typing import ClassVar

from eval.measures.base import Measure, Part
from eval.outcome import Outcome, cited_numbers


class CitationPrecision(Measure):
    """The share of citations that hold, by arithmetic.

    Formula: holding citations / (citations + dangling references), summed over all answers. A
    citation holds when its quote is not empty and article(version).text[start:end] == quote. A
    dangling reference is a number that a sentence refers to and no citation has.
    Range: 0 to 1. Denominator: citations and dangling references.
    Reference: Gao et al., "Enabling Large Language Models to Generate Text with Citations" (ALCE,
    EMNLP 2023), but by comparison of characters instead of entailment, and with out-of-range
    references counted as errors where ALCE drops them.
    Edge cases: a citation of an unknown article or version is an error. An answer that cites
    nothing counts as one citation that does not hold. A refusal and a failure claim nothing and
    add nothing; a run with nothing but those has no value.
    """

    name = "citation_precision"
    over: ClassVar[str] = "citations and dangling references"

    def part(self, outcome: Outcome) -> Part:
        if outcome.answer is None:
            return Part(0.0, 0.0)
        numbers = {citation.number for citation in outcome.answer.citations}
        dangling = cited_numbers(outcome.answer) - numbers
        claimed = len(outcome.exact) + len(dangling)
        if outcome.answered and not claimed:
            return Part(0.0)
        return Part(sum(outcome.exact), claimed)
