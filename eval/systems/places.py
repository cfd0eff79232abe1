"""Finds the words that a peer cites in the corpus that its answers are checked in."""

from collections.abc import Sequence
from itertools import count, takewhile
from typing import NamedTuple

from eval.quotes import quote_span
from eval.systems.base import ReferenceCorpus


class Place(NamedTuple):
    """A place in an article; `start` and `end` are both 0 when the words do not stand in it."""

    article_id: str
    version: int
    start: int
    end: int


def locate(
    corpus: ReferenceCorpus,
    names: Sequence[str],
    words: str,
    *,
    version: int | None = None,
    span: tuple[int, int] | None = None,
) -> Place | None:
    """Where words stand in the article that the first known name means.

    Args:
        corpus: where names and words are looked up.
        names: what the article is called: ids, urls or titles. Of several articles of one name
            the first that holds the words is meant.
        words: what is looked for, any white space standing for any other.
        version: of the article, None for the current one.
        span: where the words are believed to be; kept if they do stand there.

    Returns:
        None when the corpus knows none of the names.
    """
    ids = next((sorted(found) for name in names if (found := corpus.resolve(name))), [])
    places = [_place(corpus, article_id, words, version, span) for article_id in ids]
    return next((place for place in places if place.end), places[0] if places else None)


def _place(
    corpus: ReferenceCorpus,
    article_id: str,
    words: str,
    version: int | None,
    span: tuple[int, int] | None,
) -> Place:
    number = version or _current(corpus, article_id)
    text = corpus.text(article_id, number) or ""
    if span and words and text[span[0] : span[1]] == words:
        return Place(article_id, number, *span)
    at = text.find(words) if words.strip() else -1
    found = (at, at + len(words)) if at >= 0 else quote_span(text, words)
    return Place(article_id, number, *(found or (0, 0)))


def _current(corpus: ReferenceCorpus, article_id: str) -> int:
    """The number of the current version; 1 when the article may not be shown."""
    current = corpus.text(article_id, None)
    texts = takewhile(lambda text: text is not None, (corpus.text(article_id, n) for n in count(1)))
    return next((number for number, text in enumerate(texts, start=1) if text == current), 1)
