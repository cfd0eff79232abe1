"""Embeds and stores versions in batches: one is embedded while another is gathered or stored."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Self

from ingest.passages import Span
from ingest.sources.items import Refused
from ingest.summary import Summary
from rag.archive import NewPassage, NewVersion
from rag.archive.quarantine import NewQuarantined, keep_items
from rag.corpus import Corpus
from rag.embedding import passage_input
from rag.types import PubStatus

_UNDER_WAY = 2  # one that is embedded, and one that waits, so that the embedder never does
_MOST_REFUSED = 256  # items that wait to be kept in one transaction ...
_MOST_REFUSED_BYTES = 4_000_000  # ... unless they have more bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A delivery that has something new to store, before embedding."""

    article_id: str
    status: PubStatus
    fields: dict[str, Any]
    content_hash: str
    body_hash: str
    spans: list[Span]
    is_update: bool


@dataclass(slots=True)
class _Batch:
    """Versions to store, and what has been counted since the batch before it."""

    prepared: list[Prepared] = field(default_factory=list)
    counted: Summary = field(default_factory=lambda: Summary(job_id=""))
    passages: int = 0


class Batches:
    """The batches of one job, stored in the order of its deliveries.

    A context: at its end all that was gathered is stored, unless storing or embedding failed;
    then nothing that came after the failure is.

    Args:
        corpus: where they go.
        summary: the job's counts, kept up to date here.
        settled: the counts of the items that are stored, the same.
        stored: called with the id of each article that has been stored.
        tell: called with `settled` whenever it has changed.
    """

    def __init__(
        self,
        corpus: Corpus,
        summary: Summary,
        settled: Summary,
        stored: Callable[[str], None],
        tell: Callable[[Summary], None],
    ) -> None:
        self._corpus = corpus
        self._summary = summary
        self._settled = settled
        self._stored = stored
        self._tell = tell
        self._gathered = _Batch()
        self._under_way: deque[tuple[_Batch, Future[list[NewVersion]]]] = deque()
        self._refused: list[Refused] = []
        self._refused_bytes = 0
        self._embedder = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._failed:
                self._store_all()
                self._settle(self._gathered)
        finally:
            self._embedder.shutdown(cancel_futures=True)

    def count(self, name: str) -> None:
        """Counts an item, or what became of it."""
        for counts in (self._summary, self._gathered.counted):
            setattr(counts, name, getattr(counts, name) + 1)

    def brings(self, article_id: str) -> None:
        """Notes whose delivery an item is."""
        for counts in (self._summary, self._gathered.counted):
            counts.brings([article_id])

    def refuse(self, item: Refused) -> None:
        """Counts an item that cannot be ingested; it is kept before it counts as settled."""
        self.count("quarantined")
        if item.in_quarantine:
            return
        self._refused.append(item)
        self._refused_bytes += len(item.raw)
        if len(self._refused) >= _MOST_REFUSED or self._refused_bytes > _MOST_REFUSED_BYTES:
            self._keep_refused()

    def gather(self, prepared: Prepared, full: int) -> None:
        """Adds a version to the batch; one of `full` passages goes on its way."""
        self._gathered.prepared.append(prepared)
        self._gathered.passages += len(prepared.spans)
        if self._gathered.passages >= full:
            while len(self._under_way) >= _UNDER_WAY:
                self._store_oldest()
            self._embed_gathered()

    def store_up_to(self, article_id: str) -> None:
        """Returns when no version of that article is waiting any more."""
        if any(each.article_id == article_id for each in self._gathered.prepared):
            self._store_all()
        while any(
            each.article_id == article_id for batch, _ in self._under_way for each in batch.prepared
        ):
            self._store_oldest()

    def settle_if_idle(self) -> None:
        """Where nothing is waiting, what was counted is settled."""
        if not self._under_way and not self._gathered.prepared:
            batch, self._gathered = self._gathered, _Batch()
            self._settle(batch)

    def _store_all(self) -> None:
        if self._gathered.prepared:
            self._embed_gathered()
        while self._under_way:
            self._store_oldest()

    def _embed_gathered(self) -> None:
        batch, self._gathered = self._gathered, _Batch()
        self._under_way.append(
            (batch, self._embedder.submit(copy_context().run, self._embed, batch.prepared))
        )

    def _store_oldest(self) -> None:
        self._failed = True  # until it is stored: what came after it must not be without it
        batch, embedded = self._under_way.popleft()
        versions = embedded.result()
        to_come = {prepared.article_id for prepared in batch.prepared}
        for prepared, stored in zip(batch.prepared, self._corpus.add(versions), strict=True):
            self._stored(prepared.article_id)
            to_come.discard(prepared.article_id)
            is_copy = stored and not prepared.is_update and self._is_copy(prepared, to_come)
            for counts in (self._summary, batch.counted):
                if not stored:
                    counts.unchanged += 1
                    continue
                counts.passages += len(prepared.spans)
                counts.updated += prepared.is_update
                counts.added += not prepared.is_update
                counts.syndicated += is_copy
        self._failed = False
        self._settle(batch)

    def _keep_refused(self) -> None:
        if not self._refused:
            return
        items = [to_keep(item) for item in self._refused]
        with self._corpus.writing:
            keep_items(self._corpus.archive.engine, self._summary.job_id, items)
        self._refused, self._refused_bytes = [], 0

    def _settle(self, batch: _Batch) -> None:
        self._keep_refused()
        self._settled.add(batch.counted)
        self._tell(self._settled)

    def _is_copy(self, prepared: Prepared, to_come: set[str]) -> bool:
        """Whether it joins a story of articles that were here before it."""
        return not to_come.issuperset(self._corpus.archive.copies(prepared.article_id))

    def _embed(self, batch: list[Prepared]) -> list[NewVersion]:
        texts = [
            passage_input(p.fields["title"], p.fields["text"][span.start : span.end])
            for p in batch
            for span in p.spans
        ]
        vectors = iter(self._corpus.embedder.model.get_text_embedding_batch(texts))
        return [
            NewVersion(
                p.article_id, p.status, p.fields, p.content_hash, p.body_hash,
                tuple(NewPassage(s.start, s.end, s.sentences, next(vectors)) for s in p.spans),
            )
            for p in batch
        ]  # fmt: skip


def to_keep(item: Refused) -> NewQuarantined:
    """A refused item as the quarantine keeps it."""
    options = item.options.model_dump(exclude_defaults=True)
    return NewQuarantined(item.where, item.reason, item.raw, item.transient, options)
