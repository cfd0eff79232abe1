"""Checks of what an answer cites: are the words the article's, and do they support the answer?

Support follows ALCE: Gao et al., "Enabling Large Language Models to Generate Text with Citations"
(EMNLP 2023), section 3. As there, a sentence that refers to a citation that does not exist is not
supported, whatever else it cites; and so is here one that refers to a quote which is not in the
article it names. ALCE's script leaves the references of such a sentence out of its precision; here
they count, and none of them is precise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.fuzz import partial_ratio

from eval.outcome import CheckedCitation, CheckedStatement, QuoteCheck
from eval.quotes import quote_span
from eval.reply import Reply, Statement
from eval.support import Support
from eval.systems.base import ReferenceCorpus
from rag.types import Citation

_NEAR = 85.0  # of 100: how like the article's words an altered quote still is


def check_citations(
    reply: Reply, corpus: ReferenceCorpus, others: Iterable[str]
) -> tuple[CheckedCitation, ...]:
    """Checks every citation of a reply against the articles.

    Args:
        reply: the reply.
        corpus: where the articles are looked up.
        others: ids of the articles in which a quote is looked for that its own does not have.
    """
    candidates = tuple(dict.fromkeys(others))
    return tuple(
        replace(_checked(citation, corpus, candidates), quoted=place not in reply.unquoted)
        for place, citation in enumerate(reply.citations)
    )


def _checked(citation: Citation, corpus: ReferenceCorpus, others: Sequence[str]) -> CheckedCitation:
    quote = citation.quote
    if not quote.strip():
        return CheckedCitation(exact=False, check=QuoteCheck.ABSENT)
    text = corpus.text(citation.article_id, citation.version) or ""
    if quote_span(text, quote):
        exact = text[citation.start : citation.end] == quote
        return CheckedCitation(exact=exact, check=QuoteCheck.FOUND)
    texts = (corpus.text(other, None) or "" for other in others if other != citation.article_id)
    if any(quote_span(other, quote) for other in texts):
        return CheckedCitation(exact=False, check=QuoteCheck.MISATTRIBUTED)
    near = len(quote) <= len(text) and partial_ratio(quote, text, score_cutoff=_NEAR) > 0
    return CheckedCitation(exact=False, check=QuoteCheck.ALTERED if near else QuoteCheck.ABSENT)


def check_statements(
    reply: Reply, citations: Sequence[CheckedCitation], support: Support
) -> tuple[CheckedStatement, ...]:
    """Checks every sentence of a reply against the quotes that it cites."""
    made_up = {
        citation.number
        for citation, checked in zip(reply.citations, citations, strict=True)
        if checked.check is not QuoteCheck.FOUND
    }
    real = {
        citation.number: citation.quote
        for citation in reply.citations
        if citation.number not in made_up  # a number of two citations is real if both are
    }
    return tuple(_attributed(statement, real, support) for statement in reply.sentences)


def _attributed(
    statement: Statement, real: Mapping[int, str], support: Support
) -> CheckedStatement:
    numbers = list(dict.fromkeys(statement.citations))
    quotes = {number: real[number] for number in numbers if number in real}

    def supported_by(chosen: Iterable[int]) -> bool:
        premise = " ".join(quotes[number] for number in chosen)
        return bool(premise) and support.supports(premise, statement.text)

    supported = len(quotes) == len(numbers) and supported_by(quotes)

    def precise(number: int) -> bool:
        if not supported:
            return False
        return supported_by([number]) or not supported_by([n for n in quotes if n != number])

    return CheckedStatement(supported=supported, precise=tuple(map(precise, numbers)))
