"""A gold question with its evidence looked up, and what a check finds in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal, Protocol

from eval.questions import Evidence, GoldQuestion
from eval.quotes import Span, quote_span
from eval.systems.base import ReferenceCorpus

_SHOWN = 90  # characters of a quote in a message


class LintedCorpus(ReferenceCorpus, Protocol):
    """A corpus that can tell what a question may see of it."""

    def version_seen(self, article_id: str, question: GoldQuestion) -> int | None:
        """The version of an article that the question's filters and `as_of` leave, if any."""


@dataclass(frozen=True)
class Finding:
    """One thing that one check has to say of one question.

    Attributes:
        question_id: which question.
        check: the check's name, which is stable.
        severity: an error makes scores wrong; a warning is to be looked at.
        message: what is wrong, where, and what to do.
    """

    question_id: str
    check: str
    severity: Literal["error", "warning"]
    message: str


@dataclass(frozen=True)
class Place:
    """One piece of evidence, looked up.

    Attributes:
        evidence: the article's name and the quote, as gold has them.
        texts: for each article that the name means, the text that the question may see; None when
            it may see none.
        shown: whether one of the articles may be shown at all.
        spans: where the quote stands in the texts: the article, and the place in its text.
        elsewhere: the number of a version in which the quote stands, if it is in none of `texts`.
    """

    evidence: Evidence
    texts: dict[str, str | None]
    shown: bool
    spans: list[tuple[str, Span]]
    elsewhere: int | None


@dataclass(frozen=True)
class Case:
    """A question with its evidence looked up."""

    question: GoldQuestion
    places: list[Place]

    @property
    def articles(self) -> frozenset[str]:
        """The ids of all articles that its evidence means."""
        return frozenset(article for place in self.places for article in place.texts)

    def texts(self) -> Iterator[str]:
        """All texts that its evidence may be quoted from."""
        for place in self.places:
            yield from filter(None, place.texts.values())

    def error(self, check: str, message: str) -> Finding:
        return Finding(self.question.id, check, "error", message)

    def warning(self, check: str, message: str) -> Finding:
        return Finding(self.question.id, check, "warning", message)


def look_up(question: GoldQuestion, corpus: LintedCorpus) -> Case:
    """The question with what the corpus has of its evidence."""
    return Case(question, [_place(item, question, corpus) for item in question.evidence])


def _place(evidence: Evidence, question: GoldQuestion, corpus: LintedCorpus) -> Place:
    quote = evidence.quote or ""
    texts: dict[str, str | None] = {}
    for article in sorted(corpus.resolve(evidence.article)):
        version = corpus.version_seen(article, question)
        texts[article] = None if version is None else corpus.text(article, version)
    spans = [
        (article, span)
        for article, text in texts.items()
        if text and (span := quote_span(text, quote))
    ]
    return Place(
        evidence,
        texts,
        shown=any(corpus.text(article, None) is not None for article in texts),
        spans=spans,
        elsewhere=None if spans or not quote else _version_with(quote, texts, corpus),
    )


def _version_with(quote: str, articles: Iterable[str], corpus: ReferenceCorpus) -> int | None:
    """The first version of one of the articles in which the quote stands."""
    for article in articles:
        for number in count(1):
            text = corpus.text(article, number)
            if text is None:
                break
            if quote_span(text, quote):
                return number
    return None


def shortened(text: str) -> str:
    """A text as a message quotes it."""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…")
