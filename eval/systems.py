"""The systems under test: one small protocol, and one adapter for each kind of system."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from eval.questions import GoldQuestion
from rag.errors import NotFoundError
from rag.types import Answer, ArticleSummary, Mode, Passage

if TYPE_CHECKING:
    from rag.engine import Engine

_RANKED_PASSAGES = 30  # enough that their articles are ten, unless one article fills them
_CITATIONS = 5
_PAGE = 1000


class System(Protocol):
    """What can be asked gold questions.

    Any exception of `ask`, `rank` or `text` is recorded as that question's error and scored; it
    does not end the run.
    """

    def config(self) -> dict[str, Any]:
        """What must be known to set the system up again, as JSON values, without secrets."""

    def corpus(self) -> dict[str, Any]:
        """What the system answers from, as JSON values."""

    def ask(self, question: GoldQuestion) -> Answer:
        """Answers; the answer's `passages` are those it was read from, if the system knows."""

    def rank(self, question: GoldQuestion) -> list[Passage]:
        """The passages that retrieval finds, best first, enough for ten articles."""

    def text(self, article_id: str, version: int) -> str | None:
        """The text that a citation's offsets point into; None when there is no such article."""

    def resolve(self, name: str) -> frozenset[str]:
        """The ids of the articles that gold evidence means by an id, url or title; may be none."""


class LocalEngine:
    """The engine of this process, as the command line and the service use it."""

    def __init__(self, engine: "Engine", mode: Mode = "extractive") -> None:
        """Reads the names of all articles once, and loads the models by asking something.

        The first answer of a process includes loading; asked here, it is not a gold question
        that pays for it.
        """
        self._engine = engine
        self._mode: Mode = mode
        self._names = _Names(_all_articles(engine))
        with suppress(Exception):  # a failing engine shows in the first gold question
            engine.ask("What happened?")

    def config(self) -> dict[str, Any]:
        return {
            "system": "local engine",
            "mode": self._mode,
            "max_citations": _CITATIONS,
            "ranked_passages": _RANKED_PASSAGES,
        }

    def corpus(self) -> dict[str, Any]:
        status: dict[str, Any] = self._engine.status().model_dump(mode="json")
        return status

    def ask(self, question: GoldQuestion) -> Answer:
        return self._engine.ask(
            question.question,
            filters=question.filters,
            as_of=question.as_of,
            mode=self._mode,
            max_citations=_CITATIONS,
            include_passages=True,
        )

    def rank(self, question: GoldQuestion) -> list[Passage]:
        return self._engine.search(
            question.question,
            filters=question.filters,
            as_of=question.as_of,
            limit=_RANKED_PASSAGES,
        )

    def text(self, article_id: str, version: int) -> str | None:
        try:
            return self._engine.article(article_id, version).text
        except NotFoundError:
            return None

    def resolve(self, name: str) -> frozenset[str]:
        return self._names.resolve(name)


def _all_articles(engine: "Engine") -> Iterator[ArticleSummary]:
    """Every article that may be seen now, page by page."""
    page = engine.articles(limit=_PAGE)
    yield from page.articles
    while page.next_cursor:
        page = engine.articles(limit=_PAGE, cursor=page.next_cursor)
        yield from page.articles


class _Names:
    """All the names that a corpus' articles go by.

    Urls are compared without scheme, `www.`, fragment, percent-encoding and superfluous slashes,
    and titles without case and spacing, because gold is often written from another copy of the
    article than the one ingested. Several articles may share a title; the name then means each.
    """

    def __init__(self, articles: Iterable[ArticleSummary]) -> None:
        self._ids: set[str] = set()
        self._urls: dict[str, set[str]] = {}
        self._titles: dict[str, set[str]] = {}
        for article in articles:
            self._ids.add(article.id)
            if article.url:
                self._urls.setdefault(_folded_url(article.url), set()).add(article.id)
            if article.title:
                self._titles.setdefault(_folded_title(article.title), set()).add(article.id)

    def resolve(self, name: str) -> frozenset[str]:
        if name in self._ids:
            return frozenset({name})
        ids = self._urls.get(_folded_url(name)) or self._titles.get(_folded_title(name))
        return frozenset(ids or ())


def _folded_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # not a url at all, such as a title with a bracket
        return url
    path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/")
    return f"{parts.netloc.lower().removeprefix('www.')}{path}?{parts.query}"


def _folded_title(title: str) -> str:
    return " ".join(title.split()).casefold()
