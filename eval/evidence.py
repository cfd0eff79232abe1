"""How far gold evidence came: retrieved, read, cited."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from eval.outcome import Ranking, Trail
from eval.questions import Evidence, GoldQuestion
from eval.quotes import quote_span
from eval.reply import Reply
from eval.systems.base import ReferenceCorpus
from rag.types import Citation, Passage

_SpanOf = Callable[[str, int, str], tuple[int, int] | None]


@dataclass(frozen=True)
class _Piece:
    """One piece of gold evidence.

    Attributes:
        name: what gold calls its article.
        named: the articles that this means; none when the corpus has no such article.
        articles: these, and their copies: retrieved articles that hold the quote too.
        quote: the words, if gold has them.
        span_of: where a quote stands in a version of an article.
    """

    name: str
    named: frozenset[str]
    articles: frozenset[str]
    quote: str | None
    span_of: _SpanOf

    def in_passage(self, passage: Passage) -> bool:
        """Half of the quote or more stands there; without a quote: it is the article's."""
        if self.quote is None:
            return passage.article_id in self.articles
        span = self._span(passage.article_id, passage.version)
        if span is None or passage.start == passage.end:
            return quote_span(passage.text, self.quote) is not None  # a copy, or not located
        return _shared(span, (passage.start, passage.end)) * 2 >= span[1] - span[0]

    def in_citation(self, citation: Citation) -> bool:
        """Half of the quote, or half of the citation, is the same words."""
        if self.quote is None:
            return citation.article_id in self.articles
        span = self._span(citation.article_id, citation.version)
        if span is None or citation.end == citation.start:
            return any(
                quote_span(*texts) is not None
                for texts in ((citation.quote, self.quote), (self.quote, citation.quote))
            )
        shorter = min(span[1] - span[0], citation.end - citation.start)
        return _shared(span, (citation.start, citation.end)) * 2 >= shorter

    def _span(self, article_id: str, version: int) -> tuple[int, int] | None:
        if article_id not in self.articles or self.quote is None:
            return None
        return self.span_of(article_id, version, self.quote)


class EvidenceTracer:
    """Follows the gold evidence of questions through replies.

    Args:
        corpus: where evidence is looked up.
    """

    def __init__(self, corpus: ReferenceCorpus) -> None:
        self._corpus = corpus
        self._span_of = lru_cache(maxsize=4096)(self._find)

    def trace(
        self, question: GoldQuestion, reply: Reply | None
    ) -> tuple[tuple[Trail, ...], Ranking, Ranking]:
        """The trail of each piece of evidence, the ranking of articles and that of passages."""
        passages = reply.passages if reply else []
        pieces = [self._piece(item, passages) for item in question.evidence]
        articles = list(dict.fromkeys(passage.article_id for passage in passages))
        wanted: dict[frozenset[str] | str, frozenset[str]] = {}
        for piece in pieces:  # quotes of one article are one article
            name = piece.named or piece.name
            wanted[name] = wanted.get(name, frozenset()) | piece.articles
        return (
            tuple(_trail(piece, articles, passages, reply) for piece in pieces),
            _ranking(
                wanted.values(),
                [(article, article) for article in articles],
                lambda meant, article: article in meant,
            ),
            _ranking(
                {(p.name, p.quote): p for p in pieces if p.quote is not None}.values(),
                [(passage.passage_id, passage) for passage in passages],
                _Piece.in_passage,
            ),
        )

    def _piece(self, item: Evidence, passages: Iterable[Passage]) -> _Piece:
        named, quote = self._corpus.resolve(item.article), item.quote
        copies = (p.article_id for p in passages if quote and quote_span(p.text, quote))
        return _Piece(item.article, named, named.union(copies), quote, self._span_of)

    def _find(self, article_id: str, version: int, quote: str) -> tuple[int, int] | None:
        text = self._corpus.text(article_id, version)
        return None if text is None else quote_span(text, quote)


def _trail(
    piece: _Piece, articles: Sequence[str], passages: Sequence[Passage], reply: Reply | None
) -> Trail:
    passage_rank = _first(map(piece.in_passage, passages))
    # A system that does not tell how many passages it read is taken to have read what it returns.
    read = len(passages) if reply is None or reply.read is None else reply.read
    return Trail(
        known=bool(piece.named),
        article_rank=_first(article in piece.articles for article in articles),
        passage_rank=passage_rank,
        read=passage_rank is not None and passage_rank <= read,
        cited=any(map(piece.in_citation, reply.citations)) if reply else False,
    )


_Wanted = TypeVar("_Wanted")
_Found = TypeVar("_Found")


def _ranking(
    wanted: Iterable[_Wanted],
    found: Iterable[tuple[str, _Found]],
    fits: Callable[[_Wanted, _Found], bool],
) -> Ranking:
    """Names each found thing by the wanted ones that it is the first to fit, or as another.

    One that fits only what was found before is no gain, and stands as an irrelevant one.
    """
    open_ = {f"evidence {number}": thing for number, thing in enumerate(wanted, start=1)}
    names: list[str] = []
    relevant: list[str] = []
    for name, item in found:
        held = [label for label, thing in open_.items() if fits(thing, item)]
        for label in held:
            del open_[label]
        if held:
            relevant.append(" + ".join(held))
        names.append(relevant[-1] if held else f"other {name}")
    return Ranking(tuple(dict.fromkeys(names)), frozenset([*relevant, *open_]))


def _first(hits: Iterable[bool]) -> int | None:
    return next((rank for rank, hit in enumerate(hits, start=1) if hit), None)


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
