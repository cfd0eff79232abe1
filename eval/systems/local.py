"""The engine of this process, as a system under test and as a reference corpus."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eval.questions import GoldQuestion
from eval.reply import Reply, statement
from eval.systems.names import Names
from rag.errors import HiddenError, NotFoundError, WithdrawnError
from rag.types import ArticleSummary, Mode

if TYPE_CHECKING:
    from rag.engine import Engine

_RANKED_PASSAGES = 30  # enough that their articles are ten, unless one article fills them
_CITATIONS = 5
_PAGE = 1000


class LocalEngine:
    """The engine of this process, as the command line and the service use it."""

    def __init__(self, engine: "Engine", mode: Mode = "extractive") -> None:
        """Loads the models by asking something.

        The first answer of a process includes loading; asked here, it is not a gold question
        that pays for it.
        """
        self._engine = engine
        self._mode: Mode = mode
        with suppress(Exception):  # a failing engine shows in the first gold question
            engine.ask("What happened?")

    def config(self) -> dict[str, Any]:
        models = self._engine.model_hashes()
        if self._mode == "generative":
            models |= {"llm": self._engine.language_model or ""}
        return {
            "system": "local engine",
            "mode": self._mode,
            "models": models,
            "max_citations": _CITATIONS,
            "ranked_passages": _RANKED_PASSAGES,
        }

    def ask(self, question: GoldQuestion) -> Reply:
        trace = self._engine.trace(
            question.question,
            history=question.history,
            filters=question.filters,
            as_of=question.as_of,
            mode=self._mode,
            max_citations=_CITATIONS,
            ranked=_RANKED_PASSAGES,
        )
        return Reply(
            **trace.answer.model_dump(include={"answerable", "answer", "confidence", "notes"}),
            sentences=[statement(s) for s in trace.answer.sentences],
            citations=trace.answer.citations,
            passages=trace.ranked,
            read=trace.read,
            model_runs=trace.usage.model_runs,
            tokens=trace.usage.tokens,
        )


class LocalCorpus:
    """The articles that the engine of this process holds."""

    def __init__(self, engine: "Engine") -> None:
        """Reads the names of all articles once."""
        self._engine = engine
        self._names = Names(_all_articles(engine))
        self.text = lru_cache(maxsize=256)(self._read)

    def describe(self) -> dict[str, Any]:
        status: dict[str, Any] = self._engine.status().model_dump(mode="json")
        return status | {"fingerprint": self._engine.fingerprint()}

    def articles(self) -> Iterable[str]:
        return self._names.ids

    def resolve(self, name: str) -> frozenset[str]:
        return self._names.resolve(name)

    def version_seen(self, article_id: str, question: GoldQuestion) -> int | None:
        """The version of an article that a question may see, by its filters and `as_of`, if any."""
        filters = question.filters
        if filters.article_ids and article_id not in filters.article_ids:
            return None
        only = filters.model_copy(update={"article_ids": [article_id]})
        page = self._engine.articles(filters=only, as_of=question.as_of, limit=1)
        return page.articles[0].version if page.articles else None

    def _read(self, article_id: str, version: int | None) -> str | None:
        try:
            return self._engine.article(article_id, version).text
        except (NotFoundError, WithdrawnError, HiddenError):
            return None


def _all_articles(engine: "Engine") -> Iterator[ArticleSummary]:
    """Every article that may be seen now, page by page."""
    page = engine.articles(limit=_PAGE)
    yield from page.articles
    while page.next_cursor:
        page = engine.articles(limit=_PAGE, cursor=page.next_cursor)
        yield from page.articles
