"""A corpus: the archive and the vector index in one data folder, kept in step by the ledger.

A write goes archive first (with the ledger's entry `pending`, in one transaction), vectors second,
ledger `indexed` last. A withdrawal goes the same way with `removing`. A crash between the steps
leaves the entry behind, and opening the corpus finishes what it says; both steps may safely be
done twice.
"""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rag.archive import Archive, NewVersion
from rag.archive.archive import VersionKey
from rag.archive.copies import link_uncompared
from rag.archive.reading import passages_of
from rag.archive.records import StoredPassage, seconds
from rag.audit import AuditLog
from rag.embedding import Embedder, make_embedder, passage_input
from rag.errors import ConfigurationError, ModelError
from rag.lock import CorpusLock
from rag.settings import Settings
from rag.types import PubStatus
from rag.vectors import VectorIndex, VectorRecord, collection_name, open_client, vector_fields

_COLLECTION = "collection"
_CORPUS_ID = "corpus_id"
_EMBED_BATCH = 256


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

    def add(self, batch: Sequence[NewVersion]) -> list[bool]:
        """Stores and indexes new versions; once this returns they survive a crash.

        Returns:
            For each whether it was stored: False for one that meanwhile became known or was
            withdrawn.
        """
        with self.writing:
            keys = self.archive.store(batch)
            records: list[VectorRecord] = []
            for key, new in zip(keys, batch, strict=True):
                if key is not None:
                    stored = passages_of(self.archive.engine, *key)
                    records += _records(stored, [passage.vector for passage in new.passages])
            self.vectors.upsert(records)
            self.archive.mark([key for key in keys if key is not None], "indexed")
        return [key is not None for key in keys]

    def set_status(self, article_id: str, status: PubStatus, version: int | None = None) -> None:
        """Changes the status of a version, by default of the one in force: usable or withheld."""
        with self.writing:
            self.archive.set_status(article_id, status, version)

    def withdraw(self, article_id: str) -> None:
        """Withdraws an article for good: no version of it is ever found or quoted again.

        Raises:
            StorageError: it cannot be recorded, and so is not done.
        """
        with self.writing:
            if self.archive.status(article_id) is not PubStatus.CANCELED:
                self.audit.record("withdrawal", article_id=article_id)
            self._remove(self.archive.withdraw(article_id))

    def finish(self) -> int:
        """Does what the ledger says is left to do after a crash; returns how many versions."""
        with self.writing:
            pending = self.archive.in_state("pending")
            for key in pending:
                self.index(key)
            self.archive.mark(pending, "indexed")
            removing = self.archive.in_state("removing")
            self._remove(removing)
            link_uncompared(self.archive.engine)
            return len(pending) + len(removing)

    def index(self, key: VersionKey) -> None:
        """Writes one version's vectors from what the archive holds."""
        stored = passages_of(self.archive.engine, *key)
        for at in range(0, len(stored), _EMBED_BATCH):
            batch = stored[at : at + _EMBED_BATCH]
            texts = [passage_input(passage.title, passage.text) for passage in batch]
            self.vectors.upsert(
                _records(batch, self.embedder.model.get_text_embedding_batch(texts))
            )

    def _remove(self, keys: Sequence[VersionKey]) -> None:
        for key in keys:
            self.vectors.delete(p.id for p in passages_of(self.archive.engine, *key))
        self.archive.forget(keys)


def _records(
    stored: Sequence[StoredPassage], vectors: Sequence[Sequence[float]]
) -> list[VectorRecord]:
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


@contextmanager
def open_corpus(
    settings: Settings, command: str, *, url: str | None = None, reindexing: bool = False
) -> Iterator[Corpus]:
    """Opens the corpus of these settings for this process and repairs what a crash left.

    Args:
        settings: where it is and which model it uses.
        command: what this process does, for others that find the corpus held.
        url: where this process answers HTTP, if it does.
        reindexing: open the corpus although it was indexed with another model.

    Raises:
        CorpusHeldError: another process has it open.
        ModelError: it was indexed with another embedding model.
        ConfigurationError: the folder, database or Chroma server cannot be used.
    """
    _make_folder(settings)
    lock = CorpusLock(settings.data_dir)
    lock.acquire(command, url)
    try:
        with open_archive(settings) as archive:
            yield from _open(settings, archive, reindexing)
    finally:
        lock.release()


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive]:
    """Opens the archive alone, which any number of processes may read at a time.

    Raises:
        ConfigurationError, CorruptCorpusError: see `open_database`.
    """
    _make_folder(settings)
    archive = Archive(settings.database_url or f"sqlite:///{settings.data_dir / 'archive.db'}")
    try:
        yield archive
    finally:
        archive.close()


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {settings.data_dir} cannot be made: {error.strerror or error}; "
            "choose another with --data-dir or NEWSCITE_DATA_DIR"
        ) from error


def _open(settings: Settings, archive: Archive, reindexing: bool) -> Iterator[Corpus]:
    embedder = make_embedder(settings)
    in_use = archive.note(_COLLECTION)
    name = collection_name(_corpus_id(archive), embedder)
    if in_use not in (None, name) and not reindexing:
        raise ModelError(
            f"this corpus was indexed with another embedding model than {embedder.name}; "
            "set NEWSCITE_EMBEDDING back, or run: newscite reindex"
        )
    client = open_client(settings.data_dir / "chroma", settings.chroma_url)
    vectors = VectorIndex(client, name, embedder)
    try:
        corpus = Corpus(archive, vectors, embedder, AuditLog(settings.data_dir))
        if in_use in (None, name):
            archive.set_note(_COLLECTION, name)
            corpus.finish()
        yield corpus
    finally:
        vectors.close()


def _corpus_id(archive: Archive) -> str:
    """Twelve random digits that tell this corpus from every other, made when it is first opened."""
    known = archive.note(_CORPUS_ID)
    if known is None:
        known = uuid.uuid4().hex[:12]
        archive.set_note(_CORPUS_ID, known)
    return known


def use_collection(corpus: Corpus) -> None:
    """Makes the embedder's collection the one in use, and deletes the one before it."""
    before = corpus.archive.note(_COLLECTION)
    corpus.archive.set_note(_COLLECTION, corpus.vectors.name)
    if before not in (None, corpus.vectors.name):
        corpus.vectors.drop_other(str(before))
