"""A corpus: the archive and the vector index in one data folder, kept in step by the ledger.

A write goes archive first (with the ledger's entry `pending`, in one transaction), vectors second,
ledger `indexed` last. A withdrawal goes the same way with `removing`. A crash between the steps
leaves the entry behind, and opening the corpus (`rag.opening`) finishes what it says; both steps
may safely be done twice.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from rag.archive import Archive, NewVersion
from rag.archive.copies import link_uncompared
from rag.archive.reading import passages_of, passages_of_versions
from rag.archive.records import StoredPassage, VersionKey, seconds
from rag.audit import AuditLog
from rag.embedding import Embedder, passage_input
from rag.errors import StorageError
from rag.types import PubStatus
from rag.vectors import VectorIndex, VectorRecord, vector_fields

log = structlog.get_logger()

_EMBED_BATCH = 256
_INDEXED_TOGETHER = 8  # versions; a second or so of embedding is lost to a kill


class Corpus:
    """The open corpus. Reads from any thread; writes are serialised here.

    Attributes:
        archive: the truth.
        vectors: the vector index derived from it.
        embedder: the model whose vectors those are.
        audit: where withdrawals are recorded.
    """

    def __init__(
        self, archive: Archive, vectors: VectorIndex, embedder: Embedder, audit: AuditLog
    ) -> None:
        self.archive = archive
        self.vectors = vectors
        self.embedder = embedder
        self.audit = audit
        self.writing = threading.RLock()
        self._unfinished = False

    def add(self, batch: Sequence[NewVersion]) -> list[bool]:
        """Stores and indexes new versions; once this returns they survive a crash.

        Returns:
            For each whether it was stored: False for one that meanwhile became known or was
            withdrawn.
        """
        with self._changing():
            keys = self.archive.store(batch)
            stored = [key for key in keys if key is not None]
            vectors = [
                passage.vector
                for key, new in zip(keys, batch, strict=True)
                if key is not None
                for passage in new.passages
            ]
            self.vectors.upsert(
                vector_records(passages_of_versions(self.archive.engine, stored), vectors)
            )
            self.archive.mark(stored, "indexed")
        return [key is not None for key in keys]

    def set_status(self, article_id: str, status: PubStatus, version: int | None = None) -> None:
        """Changes the status of a version, by default of the one in force: usable or withheld."""
        with self.writing:
            self.archive.set_status(article_id, status, version)

    def withdraw(self, article_id: str) -> None:
        """Withdraws an article for good: no version of it is ever found or quoted again."""
        with self._changing():
            if self.archive.status(article_id) is not PubStatus.CANCELED:
                self._record_withdrawal(article_id)
            self._remove(self.archive.withdraw(article_id))

    def _record_withdrawal(self, article_id: str) -> None:
        try:
            self.audit.record("withdrawal", article_id=article_id)
        except StorageError as error:  # a kill is not kept waiting for its record
            log.error(
                "a withdrawal is missing in the audit log", article_id=article_id, why=str(error)
            )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A change of archive and index; one that fails half-way is finished by the next."""
        with self.writing:
            if self._unfinished:
                self.finish()
            self._unfinished = True
            yield
            self._unfinished = False

    def finish(self) -> int:
        """Does what the ledger says is left to do after a crash; returns how many versions."""
        with self.writing:
            pending = self.archive.in_state("pending")
            self.index_all(pending)
            self.archive.mark(pending, "indexed")
            removing = self.archive.in_state("removing")
            self._remove(removing)
            link_uncompared(self.archive.engine)
            self._unfinished = False
            return len(pending) + len(removing)

    def index(self, keys: Sequence[VersionKey], into: VectorIndex | None = None) -> None:
        """Writes versions' vectors from what the archive holds, by default into its own index."""
        vectors = self.vectors if into is None else into
        stored = passages_of_versions(self.archive.engine, keys)
        for at in range(0, len(stored), _EMBED_BATCH):
            batch = stored[at : at + _EMBED_BATCH]
            texts = [passage_input(passage.title, passage.text) for passage in batch]
            computed = self.embedder.model.get_text_embedding_batch(texts)
            vectors.upsert(vector_records(batch, computed))

    def index_all(
        self,
        keys: Sequence[VersionKey],
        into: VectorIndex | None = None,
        watch: Callable[[int], None] = lambda _done: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Does so a few versions at a time.

        Args:
            keys: of any number of versions.
            into: another index than the corpus' own.
            watch: called with how many versions are done, each time some are.
            stopping: asked each time; once it is true the rest is left.
        """
        for at in range(0, len(keys), _INDEXED_TOGETHER):
            if stopping():
                return
            self.index(keys[at : at + _INDEXED_TOGETHER], into)
            watch(min(at + _INDEXED_TOGETHER, len(keys)))

    def _remove(self, keys: Sequence[VersionKey]) -> None:
        for key in keys:
            self.vectors.delete(p.id for p in passages_of(self.archive.engine, *key))
        self.archive.forget(keys)


def vector_records(
    stored: Sequence[StoredPassage], vectors: Sequence[Sequence[float]]
) -> list[VectorRecord]:
    """Passages with their vectors, as the vector index holds them."""
    return [
        VectorRecord(
            passage.id,
            vector,
            vector_fields(
                passage.article_id, passage.version, passage.source, passage.language,
                seconds(passage.published_at),
            ),
        )
        for passage, vector in zip(stored, vectors, strict=True)
    ]  # fmt: skip
