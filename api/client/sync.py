"""The client."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from api.client import requests
from api.client.connection import RETRIES, TIMEOUT_S, Connection
from api.client.conversation import Conversation
from api.client.events import EventReader, StreamEvent
from api.client.files import found_files
from api.client.following import Following
from api.client.requests import ArticleLike, AskOptions, ListOptions, SearchOptions, TalkOptions
from api.schemas import ArticleList, CorpusState, QuarantinedItem, QuarantineList, Ready, Withdrawal
from ingest.job_told import Job
from ingest.summary import DeliveryReport
from rag.errors import NotReadyError, UnreachableError
from rag.quoting import QuoteVerdict
from rag.timeline import Timeline
from rag.types import (
    Answer,
    ArticleSummary,
    Citation,
    Passage,
    StoredArticle,
)

if TYPE_CHECKING:  # what reads files is heavy to import
    from ingest.sources import Format, Naming


class Client:
    """Asks and feeds a newscite server. A context, which closes its connections at the end.

    A request is sent again where the server says after how many seconds (it is busy, or the key is
    at its limit), and once where the connection breaks; what changes the corpus is sent under an
    idempotency key, so that it is never done twice. Every method raises a class of `rag.errors`,
    with the server's words and its `request_id`: `UnreachableError` where there is no server.

    Args:
        url: where the server is. A proxy of the environment is used, but for this machine.
        key: an API key; else the one that NEWSCITE_API_KEY holds, if it does.
        timeout_s: for how long a response, or the next piece of a stream, is waited for.
        retries: how often a request is sent again at most.

    Raises:
        UsageError: the address is none of HTTP, or the key no key.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
    ) -> None:
        key = os.environ.get("NEWSCITE_API_KEY") if key is None else key
        self._connection = Connection(url, key, timeout_s, retries)

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
        """Closes the connections."""
        self._connection.close()

    def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answers a question with verified sentences, each cited, or says that nothing does.

        Args:
            question: 1 to 2,000 characters.
            options: see `api.client.requests.AskOptions`.
        """
        return self._connection.send(requests.ask(question, **options))

    @contextmanager
    def stream(
        self, question: str, **options: Unpack[AskOptions]
    ) -> Iterator[Iterator[StreamEvent]]:
        """The same as it comes about: the passages, each sentence once verified, the answer.

        A context that gives the events; where it is left before the last one, the server stops.
        """
        request = requests.stream(question, **options)
        with self._connection.streaming(request) as pieces:
            yield self._events(pieces)

    def conversation(self, **options: Unpack[TalkOptions]) -> Conversation:
        """Begins a conversation, whose questions are all asked with these options."""
        return Conversation(self, **options)

    def search(self, query: str, **options: Unpack[SearchOptions]) -> list[Passage]:
        """The passages that fit a query best, best first.

        Args:
            query: 1 to 2,000 characters.
            options: see `api.client.requests.SearchOptions`.
        """
        return self._connection.send(requests.search(query, **options))

    def timeline(self, question: str, **options: Unpack[SearchOptions]) -> Timeline:
        """The story that a question is of: its articles in order of publication, its coverage."""
        return self._connection.send(requests.timeline(question, **options))

    def corpus(self) -> CorpusState:
        """How many articles a question may use, from whom, from when; what answers from them."""
        return self._connection.send(requests.corpus())

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """An article with its text: the version in force, or the one asked for."""
        return self._connection.send(requests.article(article_id, version))

    def proof(self, citation: Citation) -> StoredArticle:
        """Fetches the version that a citation cites, and checks that the quote stands there.

        Raises:
            QuoteMismatchError: `text[start:end]` is not the quote.
        """
        return self._connection.send(requests.proof(citation))

    def verify(self, article_id: str, quote: str, version: int | None = None) -> QuoteVerdict:
        """Looks a quotation, whoever made it, up in an article: found, altered or absent."""
        return self._connection.send(requests.verify(article_id, quote, version))

    def articles(
        self,
        *,
        cursor: str | None = None,
        limit: int = 50,
        **options: Unpack[ListOptions],
    ) -> ArticleList:
        """A page of the articles that a question may use, newest first.

        Args:
            cursor: the `next_cursor` of the page before.
            limit: 1 to 200.
            options: which, see `api.client.requests.ListOptions`.
        """
        return self._connection.send(requests.articles(cursor=cursor, limit=limit, **options))

    def all_articles(self, **options: Unpack[ListOptions]) -> Iterator[ArticleSummary]:
        """Every one of them, fetched page by page; see `articles`."""
        cursor = None
        while True:
            page = self.articles(cursor=cursor, limit=200, **options)
            yield from page.articles
            cursor = page.next_cursor
            if cursor is None:
                return

    def deliver(
        self,
        articles: ArticleLike | Iterable[ArticleLike],
        *,
        idempotency_key: str | None = None,
    ) -> DeliveryReport:
        """Ingests one article, or up to 1,000; delivering the same again changes nothing.

        Args:
            articles: of several, those that cannot be ingested are told as `failures`.
            idempotency_key: give the same for a repeat, to be told what the first was.

        Raises:
            UsageError: the only article cannot be ingested.
        """
        return self._connection.send(requests.deliver(articles, idempotency_key))

    def ingest_files(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        format: "Format" = "auto",  # noqa: A002
        source: str | None = None,
        naming: "Naming | None" = None,
        sent: Callable[[int], None] | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Sends files, in any format that newscite reads, to be ingested as a job.

        Args:
            paths: files, and folders, which are walked.
            format: what they are; "auto" looks at their content.
            source: the publisher of articles that do not name one.
            naming: which column of a table holds what: {"title": "Headline"}.
            sent: called with how many bytes of the files have been sent.
            idempotency_key: as for `deliver`.

        Raises:
            NotFoundError: a path does not exist.
            UsageError: a file cannot be read; nothing is ingested.
        """
        files = found_files(paths)
        return self._connection.send(
            requests.ingest(files, format, source, naming, sent, idempotency_key)
        )

    def job(self, job_id: str, failures_after: int = 0) -> Job:
        """How far a job is, with a page of the failures of its items after that one."""
        return self._connection.send(requests.job(job_id, failures_after))

    def wait_for(self, job: Job | str, progress: Callable[[Job], None] | None = None) -> Job:
        """Waits until a job is over, and returns it with all its failures.

        Args:
            job: it, or its id.
            progress: given the job again and again, with the failures that have come since.

        Raises:
            NewsciteError: it failed as a whole.
            ConflictError: somebody canceled it.
            UnreachableError: the server went away; the job goes on when it is started again.
        """
        following = Following(job if isinstance(job, str) else job.id)
        while True:
            told = self._connection.send(following.request)
            if progress is not None:
                progress(told)
            pause_s = following.take(told)
            if pause_s is None:
                return following.whole(told)
            time.sleep(pause_s)

    def withdraw(self, article_id: str) -> Withdrawal:
        """Withdraws an article for good: no version of it is found or quoted again."""
        return self._connection.send(requests.withdraw(article_id))

    def quarantine(self, *, cursor: str | None = None, limit: int = 50) -> QuarantineList:
        """A page of what could not be ingested, newest first."""
        return self._connection.send(requests.quarantine(cursor, limit))

    def retry_quarantined(self, numbers: Iterable[int] = (), *, transient: bool = False) -> Job:
        """Has items of the quarantine ingested anew, as a job.

        Args:
            numbers: their ids; none: all.
            transient: only those that may succeed as they are.
        """
        return self._connection.send(requests.retry(numbers, transient=transient))

    def drop_quarantined(self, number: int) -> QuarantinedItem:
        """Deletes an item of the quarantine, with its bytes."""
        return self._connection.send(requests.drop(number))

    def status(self) -> Ready:
        """What the server has open, and how each part of it is.

        Raises:
            NotReadyError: a part is not ready; the message names it.
        """
        return self._connection.send(requests.status())

    def ready(self) -> bool:
        """Whether there is a server that can answer."""
        try:
            self.status()
        except (NotReadyError, UnreachableError):
            return False
        return True

    def _events(self, pieces: Iterator[bytes]) -> Iterator[StreamEvent]:
        reader = EventReader(self._connection.url)
        for piece in pieces:
            yield from reader.feed(piece)
        reader.end()
