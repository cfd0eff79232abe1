"""Talks to a running newscite server: what the command line does when a server holds the corpus."""

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from api.schemas import ArticleList, SearchResponse
from ingest.retrying import RetryReport
from ingest.summary import DeliveryReport
from rag.errors import CorpusHeldError, NewsciteError, UsageError, error_of
from rag.lock import is_held, read_owner
from rag.types import Answer, Article, Filters, Mode, Passage, PubStatus, StoredArticle

_TIMEOUT = httpx.Timeout(600.0, connect=2.0)  # a batch of articles takes a while to embed
_NO_FILTERS = Filters()


def connect(data_dir: Path) -> "RemoteEngine | None":
    """The server that holds the corpus in `data_dir`, if it is one and it answers."""
    owner = read_owner(data_dir)
    if owner is None or owner.url is None or not is_held(data_dir):
        return None
    remote = RemoteEngine(owner.url)
    try:
        remote.status()
    except (httpx.HTTPError, UsageError):
        remote.close()
        return None
    return remote


class RemoteEngine:
    """The engine's questions, asked of a server at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        # A proxy from the environment has no business with a server on this machine.
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def status(self) -> dict[str, Any]:
        """What the server says it has open."""
        return dict(self._call("GET", "/readyz").json())

    def ask(
        self,
        question: str,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        mode: Mode = "extractive",
    ) -> Answer:
        """See `Engine.ask`."""
        body = {
            "question": question, "filters": filters.model_dump(mode="json"), "mode": mode,
            "as_of": as_of.isoformat() if as_of else None,
        }  # fmt: skip
        return Answer.model_validate_json(self._call("POST", "/v1/ask", json=body).content)

    def search(
        self,
        query: str,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        """See `Engine.search`."""
        body = {
            "query": query, "filters": filters.model_dump(mode="json"), "limit": limit,
            "as_of": as_of.isoformat() if as_of else None,
        }  # fmt: skip
        response = self._call("POST", "/v1/search", json=body)
        return SearchResponse.model_validate_json(response.content).passages

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """See `Engine.article`."""
        query = {} if version is None else {"version": version}
        path = f"/v1/articles/{quote(article_id, safe='')}"
        return StoredArticle.model_validate_json(self._call("GET", path, params=query).content)

    def articles(
        self, *, status: PubStatus | None = None, cursor: str | None = None, limit: int = 50
    ) -> ArticleList:
        """See `Engine.articles`."""
        query = {"status": status, "cursor": cursor, "limit": limit}
        given = {key: str(value) for key, value in query.items() if value is not None}
        response = self._call("GET", "/v1/articles", params=given)
        return ArticleList.model_validate_json(response.content)

    def withdraw(self, article_id: str) -> None:
        """See `Pipeline.withdraw`."""
        self._call("DELETE", f"/v1/articles/{quote(article_id, safe='')}")

    def deliver(self, articles: list[Article]) -> DeliveryReport:
        """Sends articles to be ingested; ones that cannot be are among the failures."""
        body = [article.model_dump(mode="json", exclude_none=True) for article in articles]
        response = self._call("POST", "/v1/articles", json=body)
        return DeliveryReport.model_validate_json(response.content)

    def retry(self, numbers: list[int], *, transient: bool) -> RetryReport:
        """See `ingest.retrying.retry`."""
        body = {"numbers": numbers, "transient": transient}
        response = self._call("POST", "/v1/quarantine/retry", json=body)
        return RetryReport.model_validate_json(response.content)

    def _call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise CorpusHeldError(
                f"the server at {self.url} holds the corpus and does not answer ({error})"
            ) from error
        if response.is_error:
            raise _error(response)
        return response


def _error(response: httpx.Response) -> NewsciteError:
    """What the server's problem document says; of an answer without one, what its status does."""
    try:
        told = response.json()
        kind, detail = error_of(told["type"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):
        kind, detail = None, f"the server answered {response.status_code}"
    return (kind or (NewsciteError if response.is_server_error else UsageError))(detail)
