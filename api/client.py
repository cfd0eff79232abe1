"""Talks to a running newscite server: what the command line does when a server holds the corpus."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from api.schemas import ArticleList, SearchResponse
from ingest.job_told import Job
from ingest.sources import Format, Naming
from ingest.sources.reading import name_of, open_file
from rag.archive.holdings import Holdings
from rag.errors import (
    CorpusHeldError,
    ForbiddenError,
    NewsciteError,
    NotReadyError,
    UnauthorizedError,
    UsageError,
    error_of,
)
from rag.lock import is_held, read_owner
from rag.quoting import QuoteVerdict
from rag.settings import Settings
from rag.types import Answer, Filters, Mode, Passage, PubStatus, StoredArticle, Turn
from rag.upkeep.background import ReindexState

_TIMEOUT = httpx.Timeout(600.0, connect=2.0)  # a batch of articles takes a while to embed
_LONGEST_WAIT_S = 120
_JOBS = "/v1/ingest-jobs"
_PIECE = 256 * 1024  # bytes
_NO_FILTERS = Filters()


def connect(settings: Settings) -> "RemoteEngine | None":
    """The server that holds the corpus of these settings, if it is one and it answers."""
    owner = read_owner(settings.data_dir)
    if owner is None or owner.url is None or not is_held(settings.data_dir):
        return None
    key = settings.api_key
    remote = RemoteEngine(owner.url, key.get_secret_value() if key else None)
    try:
        remote.status()
    except (httpx.HTTPError, UsageError):
        remote.close()
        return None
    except NotReadyError:  # it is there; what is asked of it will say what it cannot do
        return remote
    return remote


class RemoteEngine:
    """The engine's questions, asked of a server at `url`, with an API key if it wants one.

    A server that says after how many seconds it is to be asked again is asked again then.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        # A proxy from the environment has no business with a server on this machine.
        self._http = httpx.Client(
            base_url=url, timeout=_TIMEOUT, trust_env=False,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )  # fmt: skip

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
        history: Sequence[Turn] = (),
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        mode: Mode = "extractive",
        max_citations: int = 5,
        request_id: str | None = None,
    ) -> Answer:
        """See `Engine.ask`."""
        body = {
            "question": question, "filters": filters.model_dump(mode="json"), "mode": mode,
            "history": [turn.model_dump() for turn in history], "max_citations": max_citations,
            "as_of": as_of.isoformat() if as_of else None,
        }  # fmt: skip
        named = {"X-Request-ID": request_id} if request_id else {}
        response = self._call("POST", "/v1/ask", json=body, headers=named)
        return Answer.model_validate_json(response.content)

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

    def verify(self, article_id: str, quotation: str, version: int | None = None) -> QuoteVerdict:
        """See `Engine.verify`."""
        body = {"article_id": article_id, "quote": quotation, "version": version}
        response = self._call("POST", "/v1/citations/verify", json=body)
        return QuoteVerdict.model_validate_json(response.content)

    def articles(
        self, *, status: PubStatus | None = None, cursor: str | None = None, limit: int = 50
    ) -> ArticleList:
        """See `Engine.articles`."""
        query = {"status": status, "cursor": cursor, "limit": limit}
        given = {key: str(value) for key, value in query.items() if value is not None}
        response = self._call("GET", "/v1/articles", params=given)
        return ArticleList.model_validate_json(response.content)

    def holdings(self) -> Holdings:
        """See `Engine.holdings`."""
        return Holdings.model_validate_json(self._call("GET", "/v1/corpus").content)

    def withdraw(self, article_id: str) -> None:
        """See `Pipeline.withdraw`."""
        self._call("DELETE", f"/v1/articles/{quote(article_id, safe='')}")

    def ingest(
        self,
        files: Sequence[Path],
        format: Format,  # noqa: A002
        source: str | None,
        naming: Naming,
        sent: Callable[[int], None],
    ) -> Job:
        """Sends files, as they are read from the disk, to be ingested as a job.

        Args:
            files: in the order in which they are to be ingested.
            format, source, naming: see `ingest.sources.read`.
            sent: called with how many bytes of the files have been sent.
        """
        boundary = uuid.uuid4().hex
        response = self._call(
            "POST", _JOBS,
            params={
                "format": format,
                "map": [f"{field}={column}" for field, column in naming.items()],
            } | ({} if source is None else {"source": source}),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            pieces=lambda: _parts(files, boundary.encode(), sent),
        )  # fmt: skip
        return _job(response)

    def job(self, job_id: str, failures_after: int = 0) -> Job:
        """How far a job is; see `ingest.jobs.Jobs.get`."""
        query = {"failures_after": failures_after}
        return _job(self._call("GET", f"{_JOBS}/{job_id}", params=query))

    def retry(self, numbers: list[int], *, transient: bool) -> Job:
        """Has items of the quarantine ingested anew, as a job; see `ingest.retrying.chosen`."""
        body = {"numbers": numbers, "transient": transient}
        return _job(self._call("POST", "/v1/quarantine/retry", json=body))

    def drop(self, number: int) -> None:
        """Takes an item out of quarantine, with its bytes."""
        self._call("DELETE", f"/v1/quarantine/{number}")

    def reindex(self) -> ReindexState:
        """See `rag.upkeep.background.Reindexing.start`."""
        return ReindexState.model_validate_json(self._call("POST", "/v1/admin/reindex").content)

    def reindexing(self) -> ReindexState:
        """How far that is."""
        return ReindexState.model_validate_json(self._call("GET", "/v1/admin/reindex").content)

    @contextmanager
    def backup(self) -> Iterator[Iterator[bytes]]:
        """The bytes of a backup, as they come; see `rag.upkeep.backup.backing_up`."""
        try:
            with self._http.stream("POST", "/v1/admin/backup") as response:
                if response.is_error:
                    response.read()
                    raise _error(response)
                yield response.iter_bytes()
        except httpx.TransportError as error:
            raise CorpusHeldError(
                f"the server at {self.url} broke off while it sent the backup ({error})"
            ) from error

    def _call(
        self,
        method: str,
        path: str,
        *,
        pieces: Callable[[], Iterator[bytes]] | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        """The response; `pieces` makes the body, anew each time that it is sent."""
        while True:
            content = {} if pieces is None else {"content": pieces()}
            response = self._send(method, path, **content, **arguments)
            if not response.is_error:
                return response
            wait_s = _to_wait(response)
            if wait_s is None:
                raise _error(response)
            time.sleep(wait_s)

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise CorpusHeldError(
                f"the server at {self.url} holds the corpus and does not answer ({error})"
            ) from error
        except OSError as error:  # a file that is being sent
            raise UsageError(f"a file cannot be read: {error}; nothing was ingested") from error


def _parts(files: Sequence[Path], boundary: bytes, sent: Callable[[int], None]) -> Iterator[bytes]:
    """The files as multipart/form-data (RFC 7578), a piece at a time."""
    so_far = 0
    for file in files:
        name = name_of(file).replace("\\", "\\\\").replace('"', '\\"')
        plain = "".join(char if char.isprintable() else "\ufffd" for char in name)
        yield b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="'
        yield plain.encode() + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        with open_file(file) as opened:
            while piece := opened.read(_PIECE):
                yield piece
                so_far += len(piece)
                sent(so_far)
        yield b"\r\n"
    yield b"--" + boundary + b"--\r\n"


def _job(response: httpx.Response) -> Job:
    data = response.json()
    return Job.model_validate(data | {"job_id": data["id"]})


def _to_wait(response: httpx.Response) -> int | None:
    """The seconds after which to ask again; None if that is of no use, or takes too long."""
    told = response.headers.get("retry-after", "")
    of_use = response.status_code == httpx.codes.TOO_MANY_REQUESTS and told.isdigit()
    return int(told) if of_use and int(told) <= _LONGEST_WAIT_S else None


def _error(response: httpx.Response) -> NewsciteError:
    """What the server's problem document says; of an answer without one, what its status does."""
    try:
        told = response.json()
        kind, detail = error_of(told["type"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):
        kind, detail = None, f"the server answered {response.status_code}"
    if kind in (UnauthorizedError, ForbiddenError):
        detail += ". A command sends the key that NEWSCITE_API_KEY holds"
    return (kind or (NewsciteError if response.is_server_error else UsageError))(detail)
