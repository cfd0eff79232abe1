"""What the command line has in place of an engine where a server holds the corpus."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from api.client import requests
from api.client.connection import Connection
from api.client.requests import FilterOptions
from api.schemas import ArticleList
from ingest.job_told import Job
from rag.errors import CorpusHeldError, NotReadyError, UnreachableError, UsageError
from rag.lock import is_held, read_owner
from rag.quoting import QuoteVerdict
from rag.states import Holdings, ReindexState
from rag.types import Answer, Filters, Mode, Passage, PubStatus, StoredArticle, Turn

if TYPE_CHECKING:  # what reads files is heavy to import
    from ingest.sources import Format, Naming
    from rag.settings import Settings

_TIMEOUT_S = 600.0  # a batch of articles takes a while to embed
_RETRIES = 100  # as long as the server says when, and the user does not stop it
_NO_FILTERS = Filters()


def connect(settings: "Settings") -> "RemoteEngine | None":
    """The server that holds the corpus of these settings, if it is one and it answers.

    Raises:
        CorpusHeldError: it holds the corpus and does not answer.
    """
    owner = read_owner(settings.data_dir)
    if owner is None or owner.url is None or not is_held(settings.data_dir):
        return None
    key = settings.api_key
    remote = RemoteEngine(owner.url, key.get_secret_value() if key else None)
    try:
        remote.status()
    except UsageError:
        remote.close()
        return None
    except UnreachableError as error:
        remote.close()
        raise CorpusHeldError(f"{error}, and holds the corpus") from error
    except NotReadyError:  # it is there; what is asked of it will say what it cannot do
        return remote
    return remote


class RemoteEngine:
    """The engine's questions, asked of a server at `url`, with an API key if it wants one.

    A server that says after how many seconds it is to be asked again is asked again then.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        self._connection = Connection(url, key, _TIMEOUT_S, _RETRIES, local=True)

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
        self._connection.close()

    def status(self) -> dict[str, Any]:
        """What the server says it has open."""
        return self._connection.send(requests.status()).model_dump()

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
        asked = requests.ask(
            question, history=history, as_of=as_of, mode=mode, max_citations=max_citations,
            **_options(filters),
        )  # fmt: skip
        named = {"X-Request-ID": request_id} if request_id else {}
        return self._connection.send(replace(asked, headers={**asked.headers, **named}))

    def search(
        self,
        query: str,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        """See `Engine.search`."""
        return self._connection.send(
            requests.search(query, as_of=as_of, limit=limit, **_options(filters))
        )

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """See `Engine.article`."""
        return self._connection.send(requests.article(article_id, version))

    def verify(self, article_id: str, quotation: str, version: int | None = None) -> QuoteVerdict:
        """See `Engine.verify`."""
        return self._connection.send(requests.verify(article_id, quotation, version))

    def articles(
        self,
        *,
        status: PubStatus | None = None,
        find: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> ArticleList:
        """See `Engine.articles`."""
        wanted = requests.articles(status=status, find=find, cursor=cursor, limit=limit)
        return self._connection.send(wanted)

    def holdings(self) -> Holdings:
        """See `Engine.holdings`."""
        return self._connection.send(requests.corpus())

    def withdraw(self, article_id: str) -> None:
        """See `Pipeline.withdraw`."""
        self._connection.send(requests.withdraw(article_id))

    def ingest(
        self,
        files: Sequence[Path],
        format: "Format",  # noqa: A002
        source: str | None,
        naming: "Naming",
        sent: Callable[[int], None],
    ) -> Job:
        """Sends files, as they are read from the disk, to be ingested as a job.

        Args:
            files: in the order in which they are to be ingested.
            format, source, naming: see `ingest.sources.read`.
            sent: called with how many bytes of the files have been sent.
        """
        return self._connection.send(requests.ingest(files, format, source, naming, sent))

    def job(self, job_id: str, failures_after: int = 0) -> Job:
        """How far a job is; see `ingest.jobs.Jobs.get`."""
        return self._connection.send(requests.job(job_id, failures_after))

    def retry(self, numbers: list[int], *, transient: bool) -> Job:
        """Has items of the quarantine ingested anew, as a job; see `ingest.retrying.chosen`."""
        return self._connection.send(requests.retry(numbers, transient=transient))

    def drop(self, number: int) -> None:
        """Takes an item out of quarantine, with its bytes."""
        self._connection.send(requests.drop(number))

    def reindex(self) -> ReindexState:
        """See `rag.upkeep.background.Reindexing.start`."""
        return self._connection.send(requests.reindex())

    def reindexing(self) -> ReindexState:
        """How far that is."""
        return self._connection.send(requests.reindexing())

    @contextmanager
    def backup(self) -> Iterator[Iterator[bytes]]:
        """The bytes of a backup, as they come; see `rag.upkeep.backup.backing_up`."""
        with self._connection.streaming(requests.backup()) as pieces:
            yield pieces


def _options(filters: Filters) -> FilterOptions:
    return FilterOptions(
        after=filters.after, before=filters.before, sources=filters.sources,
        languages=filters.languages, article_ids=filters.article_ids,
        excluded_article_ids=filters.excluded_article_ids,
    )  # fmt: skip
