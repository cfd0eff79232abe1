"""A newscite server by its URL, as a system under test and as a reference corpus."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from eval.questions import GoldQuestion
from eval.reply import Reply, statement
from eval.systems.endpoint import TIMEOUT_S, Endpoint
from eval.systems.names import Names
from rag.errors import HiddenError, NewsciteError, NotFoundError, WithdrawnError
from rag.types import Answer, ArticleSummary, Mode, Passage, StoredArticle

_RANKED_PASSAGES = 30
_CITATIONS = 5
_PAGE = 200


class NewsciteServer:
    """A running newscite server.

    Each question is asked of it twice: /v1/ask for the answer with the passages that its reader
    was given, and /v1/search for the ranking that goes on after them. Only the first counts as the
    time that an answer took.

    Args:
        url: the server's address.
        mode: how it is to answer.
        api_key: sent as a bearer token, if the server wants one.
        timeout_s: seconds after which a request is given up.

    Raises:
        UsageError, NewsciteError: the server does not answer, or refuses; see `Endpoint.post`.
    """

    def __init__(
        self,
        url: str,
        mode: Mode = "extractive",
        api_key: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Asks something first: a server that refuses shows before the gold questions are asked.

        Its models are loaded by it too, so that no gold question pays for that.
        """
        self._mode: Mode = mode
        self._endpoint = Endpoint(url, api_key, timeout_s)
        try:
            self._status = _status(self._endpoint)
            self._post("/v1/ask", {"question": "What happened?", "mode": mode}, Answer)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._endpoint.close()

    def config(self) -> dict[str, Any]:
        told = {key: self._status[key] for key in ("version", "models") if key in self._status}
        return {
            "system": "newscite server",
            "url": self._endpoint.url,
            "mode": self._mode,
            "server": told,
            "max_citations": _CITATIONS,
            "ranked_passages": _RANKED_PASSAGES,
        }

    def ask(self, question: GoldQuestion) -> Reply:
        view = {
            "filters": question.filters.model_dump(mode="json", exclude_defaults=True),
            "as_of": question.as_of.isoformat() if question.as_of else None,
        }
        asked: dict[str, Any] = {
            "mode": self._mode,
            "max_citations": _CITATIONS,
            "include_passages": True,
        }
        start = perf_counter()
        asked["history"] = [turn.model_dump() for turn in question.history]
        answer = self._post("/v1/ask", {"question": question.question, **view, **asked}, Answer)
        ask_ms = (perf_counter() - start) * 1000
        query = answer.standalone_question or question.question
        search = {"query": query, **view, "limit": _RANKED_PASSAGES}
        found = self._post("/v1/search", search, _Found).passages
        given = answer.passages or []
        return Reply(
            **answer.model_dump(include={"answerable", "answer", "confidence", "notes"}),
            sentences=[statement(sentence) for sentence in answer.sentences],
            citations=answer.citations,
            passages=list({p.passage_id: p for p in (*given, *found)}.values()),
            read=len(given) if answer.passages_read is None else answer.passages_read,
            ask_ms=ask_ms,
        )

    def _post(self, path: str, body: dict[str, Any], shape: type["_Shape"]) -> "_Shape":
        return _shaped(self._endpoint.post(path, body), shape, self._endpoint.url + path)


class ServerCorpus:
    """The articles that a running newscite server shows.

    Args:
        url, api_key, timeout_s: see `NewsciteServer`.

    Raises:
        UsageError, NewsciteError: see `NewsciteServer`.
    """

    def __init__(self, url: str, api_key: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Reads the names of all articles once."""
        self._endpoint = Endpoint(url, api_key, timeout_s)
        try:
            self._status = _status(self._endpoint)
            articles = list(_all_articles(self._endpoint))
        except Exception:
            self.close()
            raise
        self._names = Names(articles)
        self._listed = _digest(articles)
        self.text = lru_cache(maxsize=256)(self._read)

    def close(self) -> None:
        """Closes the connection."""
        self._endpoint.close()

    def describe(self) -> dict[str, Any]:
        """What the server says of itself.

        Unless it tells its corpus' fingerprint, there is one of the ids and versions it lists.
        """
        return {"url": self._endpoint.url, "fingerprint": self._listed} | self._status

    def articles(self) -> Iterable[str]:
        return self._names.ids

    def resolve(self, name: str) -> frozenset[str]:
        return self._names.resolve(name)

    def _read(self, article_id: str, version: int | None) -> str | None:
        path = f"/v1/articles/{quote(article_id, safe='')}"
        query = {} if version is None else {"version": version}
        try:
            given = self._endpoint.get(path, **query)
        except (NotFoundError, WithdrawnError, HiddenError):
            return None
        return _shaped(given, StoredArticle, self._endpoint.url + path).text


class _Found(BaseModel):
    passages: list[Passage]


class _Listed(BaseModel):
    articles: list[ArticleSummary]
    next_cursor: str | None


_Shape = TypeVar("_Shape", bound=BaseModel)


def _shaped(given: Any, shape: type[_Shape], where: str) -> _Shape:
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in problem["loc"]) or "the whole"
        raise NewsciteError(
            f"{where} answered otherwise than this version of newscite expects ({field}: "
            f"{problem['msg']}); is that a newscite server, and of which version?"
        ) from error


def _status(endpoint: Endpoint) -> dict[str, Any]:
    """What /readyz says."""
    status = endpoint.get("/readyz")
    if not isinstance(status, dict):
        raise NewsciteError(f"{endpoint.url}/readyz did not answer as a newscite server does")
    return status


def _all_articles(endpoint: Endpoint) -> Iterator[ArticleSummary]:
    """Every article that the server lists, page by page."""
    query: dict[str, str | int] = {"limit": _PAGE}
    while True:
        page = _shaped(
            endpoint.get("/v1/articles", **query), _Listed, f"{endpoint.url}/v1/articles"
        )
        yield from page.articles
        if not page.next_cursor:
            return
        query["cursor"] = page.next_cursor


def _digest(articles: list[ArticleSummary]) -> str:
    """SHA-256 over the ids and versions in order of id."""
    lines = sorted(f"{article.id}\0{article.version}\n" for article in articles)
    return "listing-sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()
