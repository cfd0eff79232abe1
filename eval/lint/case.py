"""A gold question with its evidence looked up, and what a check finds in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal

from eval.questions import Evidence, GoldQuestion
from eval.quotes import Span, quote_span
from eval.systems.base import ReferenceCorpus

_SHOWN = 90  # characters of a quote in a message
_LISTED = 3  # names in a message


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
        texts: for each article that the name means, the texts that may be quoted: the current one
            and, for a question with `as_of`, those of all versions; none if it may not be shown.
        spans: where the quote stands in them: the article, and the place in a text.
        replaced: the number of a version in which the quote stands, if it is in none of `texts`.
    """

    evidence: Evidence
    texts: dict[str, list[str]]
    spans: list[tuple[str, Span]]
    replaced: int | None


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
            for texts in place.texts.values():
                yield from texts

    def error(self, check: str, message: str) -> Finding:
        return Finding(self.question.id, check, "error", message)

    def warning(self, check: str, message: str) -> Finding:
        return Finding(self.question.id, check, "warning", message)


def look_up(question: GoldQuestion, corpus: ReferenceCorpus) -> Case:
    """The question with what the corpus has of its evidence."""
    any_version = question.as_of is not None
    return Case(question, [_place(item, corpus, any_version) for item in question.evidence])


def _place(evidence: Evidence, corpus: ReferenceCorpus, any_version: bool) -> Place:
    quote = evidence.quote or ""
    texts: dict[str, list[str]] = {}
    for article in sorted(corpus.resolve(evidence.article)):
        current = corpus.text(article, None)
        texts[article] = [] if current is None else [current]
        if any_version:
            texts[article] += _versions(article, corpus)
    spans = [
        (article, span)
        for article, own in texts.items()
        for text in own
        if (span := quote_span(text, quote))
    ]
    lost = quote and not spans and not any_version
    return Place(evidence, texts, spans, _version_with(quote, texts, corpus) if lost else None)


def _versions(article: str, corpus: ReferenceCorpus) -> Iterator[str]:
    """The texts of an article's versions, in order."""
    for number in count(1):
        text = corpus.text(article, number)
        if text is None:
            return
        yield text


def _version_with(quote: str, articles: Iterable[str], corpus: ReferenceCorpus) -> int | None:
    """The first version of one of the articles in which the quote stands."""
    for article in articles:
        for number, text in enumerate(_versions(article, corpus), start=1):
            if quote_span(text, quote):
                return number
    return None


def shortened(text: str) -> str:
    """A text as a message quotes it."""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…")


def listed(names: Iterable[str]) -> str:
    """Names as a message lists them: the first three, and how many more."""
    every = list(names)
    rest = f" and {len(every) - _LISTED} more" if len(every) > _LISTED else ""
    return ", ".join(every[:_LISTED]) + rest
