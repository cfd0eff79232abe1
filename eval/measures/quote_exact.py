"""quote_exact: are the quotes the article's own characters?"""

from eval.measures.base import Measure, Part
from eval.outcome import Outcome


class QuoteExact(Measure):
    """The share of citations whose quote is exact.

    Formula: citations with a quote that is not empty and equals article(version).text[start:end],
    in Unicode code points, over all citations.
    Range: 0 to 1; the project promises 1 of itself. Denominator: citations that quote.
    Reference: the project's guarantee that a citation is arithmetic, not opinion.
    Edge cases: an unknown article or version is not exact. Answers without citations, refusals
    and failures have no quote to check and add nothing; see citation_precision for the former. A
    citation that only names an article has none either.
    """

    name = "quote_exact"
    over = "quotes"

    def part(self, outcome: Outcome) -> Part:
        checks = [checked for checked in outcome.citations if checked.quoted]
        return Part(sum(checked.exact for checked in checks), len(checks))
