"""The client, for asyncio and trio."""

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import anyio

from api.client import requests
from api.client.connection import RETRIES, TIMEOUT_S, AsyncConnection
from api.client.conversation import AsyncConversation
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


class AsyncClient:
    """The same as `Client`, whose methods say what these do; only that they are awaited."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
    ) -> None:
        key = os.environ.get("NEWSCITE_API_KEY") if key is None else key
        self._connection = AsyncConnection(url, key, timeout_s, retries)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """See `Client.close`."""
        await self._connection.close()

    async def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """See `Client.ask`."""
        return await self._connection.send(requests.ask(question, **options))

    @asynccontextmanager
    async def stream(
        self, question: str, **options: Unpack[AskOptions]
    ) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """See `Client.stream`."""
        request = requests.stream(question, **options)
        async with self._connection.streaming(request) as pieces:
            yield self._events(pieces)

    def conversation(self, **options: Unpack[TalkOptions]) -> AsyncConversation:
        """See `Client.conversation`."""
        return AsyncConversation(self, **options)

    async def search(self, query: str, **options: Unpack[SearchOptions]) -> list[Passage]:
        """See `Client.search`."""
        return await self._connection.send(requests.search(query, **options))

    async def timeline(self, question: str, **options: Unpack[SearchOptions]) -> Timeline:
        """See `Client.timeline`."""
        return await self._connection.send(requests.timeline(question, **options))

    async def corpus(self) -> CorpusState:
        """See `Client.corpus`."""
        return await self._connection.send(requests.corpus())

    async def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """See `Client.article`."""
        return await self._connection.send(requests.article(article_id, version))

    async def proof(self, citation: Citation) -> StoredArticle:
        """See `Client.proof`."""
        return await self._connection.send(requests.proof(citation))

    async def verify(self, article_id: str, quote: str, version: int | None = None) -> QuoteVerdict:
        """See `Client.verify`."""
        return await self._connection.send(requests.verify(article_id, quote, version))

    async def articles(
        self,
        *,
        cursor: str | None = None,
        limit: int = 50,
        **options: Unpack[ListOptions],
    ) -> ArticleList:
        """See `Client.articles`."""
        return await self._connection.send(requests.articles(cursor=cursor, limit=limit, **options))

    async def all_articles(self, **options: Unpack[ListOptions]) -> AsyncIterator[ArticleSummary]:
        """See `Client.all_articles`."""
        cursor = None
        while True:
            page = await self.articles(cursor=cursor, limit=200, **options)
            for article in page.articles:
                yield article
            cursor = page.next_cursor
            if cursor is None:
                return

    async def deliver(
        self,
        articles: ArticleLike | Iterable[ArticleLike],
        *,
        idempotency_key: str | None = None,
    ) -> DeliveryReport:
        """See `Client.deliver`."""
        return await self._connection.send(requests.deliver(articles, idempotency_key))

    async def ingest_files(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        format: "Format" = "auto",  # noqa: A002
        source: str | None = None,
        naming: "Naming | None" = None,
        sent: Callable[[int], None] | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """See `Client.ingest_files`."""
        files = await anyio.to_thread.run_sync(found_files, paths)
        return await self._connection.send(
            requests.ingest(files, format, source, naming, sent, idempotency_key)
        )

    async def job(self, job_id: str, failures_after: int = 0) -> Job:
        """See `Client.job`."""
        return await self._connection.send(requests.job(job_id, failures_after))

    async def wait_for(self, job: Job | str, progress: Callable[[Job], None] | None = None) -> Job:
        """See `Client.wait_for`."""
        following = Following(job if isinstance(job, str) else job.id)
        while True:
            told = await self._connection.send(following.request)
            if progress is not None:
                progress(told)
            pause_s = following.take(told)
            if pause_s is None:
                return following.whole(told)
            await anyio.sleep(pause_s)

    async def withdraw(self, article_id: str) -> Withdrawal:
        """See `Client.withdraw`."""
        return await self._connection.send(requests.withdraw(article_id))

    async def quarantine(self, *, cursor: str | None = None, limit: int = 50) -> QuarantineList:
        """See `Client.quarantine`."""
        return await self._connection.send(requests.quarantine(cursor, limit))

    async def retry_quarantined(
        self, numbers: Iterable[int] = (), *, transient: bool = False
    ) -> Job:
        """See `Client.retry_quarantined`."""
        return await self._connection.send(requests.retry(numbers, transient=transient))

    async def drop_quarantined(self, number: int) -> QuarantinedItem:
        """See `Client.drop_quarantined`."""
        return await self._connection.send(requests.drop(number))

    async def status(self) -> Ready:
        """See `Client.status`."""
        return await self._connection.send(requests.status())

    async def ready(self) -> bool:
        """See `Client.ready`."""
        try:
            await self.status()
        except (NotReadyError, UnreachableError):
            return False
        return True

    async def _events(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[StreamEvent]:
        reader = EventReader(self._connection.url)
        async for piece in pieces:
            for event in reader.feed(piece):
                yield event
        reader.end()
