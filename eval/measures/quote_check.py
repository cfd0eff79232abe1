"""quote_found, quote_altered, quote_misattributed and quote_absent: are the quotes real?"""

from eval.measures.base import Measure, Part
from eval.outcome import Outcome, QuoteCheck


class QuoteShare(Measure):
    """The share of citations whose quote met this fate; the four add up to 1.

    Formula: citations with this result / citations. `found`: the quote stands in the article it
    names, word for word, white space aside. Else `misattributed`: it stands in another article
    that was retrieved or is gold evidence. Else `altered`: the named article says nearly this, by
    a similarity of 85 of 100. Else `absent`.
    Range: 0 to 1; found: higher is better, the others: lower. Denominator: citations that quote.
    Reference: the similarity is 100 times the normalised indel similarity of the quote and the
    part of the article that is most like it, `partial_ratio` of the library RapidFuzz.
    Edge cases: an empty quote, and a quote of an article that the corpus does not have or show,
    are absent or misattributed. Answers without citations, refusals and failures have no quote
    and add nothing, and neither does a citation that only names an article.
    """

    over = "quotes"

    def __init__(self, check: QuoteCheck) -> None:
        self.name = f"quote_{check.value}"
        self.better = "higher" if check is QuoteCheck.FOUND else "lower"
        self._check = check

    def part(self, outcome: Outcome) -> Part:
        checks = [checked for checked in outcome.citations if checked.quoted]
        return Part(sum(checked.check is self._check for checked in checks), len(checks))
