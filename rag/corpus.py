"""A corpus: the archive and the vector index in one data folder, kept in step by the ledger.

A write goes archive first (with the ledger's entry `pending`, in one transaction), vectors second,
ledger `indexed` last. A withdrawal goes the same way with `removing`. A crash between the steps
leaves the entry behind, and opening the corpus finishes what it says; both steps may safely be
done twice.
"""

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import structlog

from rag.archive import Archive, NewVersion
from rag.archive.archive import VersionKey
from rag.archive.copies import link_uncompared
from rag.archive.integrity import page_faults
from rag.archive.reading import passages_of, passages_of_versions
from rag.archive.records import StoredPassage, seconds
from rag.audit import AuditLog
from rag.embedding import Embedder, make_embedder, passage_input
from rag.errors import ConfigurationError, CorruptCorpusError, ModelError, StorageError
from rag.lock import CorpusLock
from rag.settings import Settings
from rag.types import PubStatus
from rag.upkeep.probe import ends_its_reader
from rag.vectors import (
    VectorIndex,
    VectorRecord,
    collection_name,
    collection_prefix,
    forget_clients,
    is_sound,
    next_name,
    open_client,
    same_model,
    vector_fields,
)

log = structlog.get_logger()

_COLLECTION = "collection"
_CORPUS_ID = "corpus_id"
_EMBED_BATCH = 256
_INDEXED_TOGETHER = 8  # versions; a second or so of embedding is lost to a kill
_QUICKLY_CHECKED = 100_000_000  # bytes of an archive, which take about a second
_PROBED = 5  # vectors that are looked at when a corpus is opened

Purpose = Literal["use", "examining", "mending", "reindexing"]
"""What a corpus is opened for: to use it, whole as it has to be, to look at it as it is, or to make
it whole.
"""


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


@contextmanager
def open_corpus(
    settings: Settings, command: str, *, url: str | None = None, purpose: Purpose = "use"
) -> Iterator[Corpus]:
    """Opens the corpus of these settings for this process and repairs what a crash left.

    Args:
        settings: where it is and which model it uses.
        command: what this process does, for others that find the corpus held.
        url: where this process answers HTTP, if it does.
        purpose: other than for use it is opened although index and archive differ, and for
            reindexing although it was indexed with another model; for mending and reindexing an
            embedded vector index that cannot be read at all is replaced by an empty one.

    Raises:
        CorpusHeldError: another process has it open.
        ModelError: it was indexed with another embedding model.
        CorruptCorpusError: archive or vector index are damaged, or one of them has been lost.
        StorageError: the disk is full.
        ConfigurationError: the folder, database or Chroma server cannot be used.
    """
    _make_folder(settings)
    lock = CorpusLock(settings.data_dir)
    given_back = lock.acquire(command, url)
    try:
        drop_scratch(archive_file(settings))
        with open_archive(settings) as archive:
            yield from _open(settings, archive, purpose, probing=not given_back)
    finally:
        lock.release()


def scratch_folder(database: Path) -> "TemporaryDirectory[str]":
    """A folder for work on an open corpus, on its disk; one that a crash left is dropped later."""
    return TemporaryDirectory(prefix=f".{database.name}.work-", dir=database.parent)


def drop_scratch(database: Path) -> None:
    """Deletes what a crash left of such folders; nobody else may have the corpus open."""
    for left in database.parent.glob(f".{database.name}.work-*"):
        shutil.rmtree(left, ignore_errors=True)


def archive_file(settings: Settings) -> Path:
    """The archive's database."""
    if settings.database_url is None:
        return settings.data_dir / "archive.db"
    return Path(settings.database_url.removeprefix("sqlite:///"))


def chroma_folder(settings: Settings) -> Path:
    """Where the embedded vector index is, if it is embedded."""
    return settings.data_dir / "chroma"


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive]:
    """Opens the archive alone, which any number of processes may read at a time.

    Raises:
        ConfigurationError, CorruptCorpusError: see `open_database`.
        CorruptCorpusError: there is no archive, but a vector index that was made from one.
    """
    _make_folder(settings)
    database = archive_file(settings)
    _refuse_if_lost(database, chroma_folder(settings))
    archive = Archive(f"sqlite:///{database}")
    try:
        yield archive
    finally:
        archive.close()


def _refuse_if_lost(database: Path, index: Path) -> None:
    """An archive made anew beside an index of an earlier one would answer with nothing."""
    lost = not database.exists() or database.stat().st_size == 0
    if lost and (index / "chroma.sqlite3").exists():
        raise CorruptCorpusError(
            f"the archive {database} is gone, though {index} holds the index that was made from "
            "it; put back a backup with newscite restore, or to begin anew delete that folder"
        )


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {settings.data_dir} cannot be made: {error.strerror or error}; "
            "choose another with --data-dir or NEWSCITE_DATA_DIR"
        ) from error


def _open(
    settings: Settings, archive: Archive, purpose: Purpose, *, probing: bool
) -> Iterator[Corpus]:
    database = Path(archive.engine.url.database or "")
    if purpose == "use" and database.stat().st_size <= _QUICKLY_CHECKED:
        refuse_if_damaged(archive)
    embedder = make_embedder(settings)
    in_use = archive.note(_COLLECTION)
    name = collection_name(_corpus_id(archive), embedder)
    changed = in_use is not None and not same_model(in_use, name)
    if changed and purpose != "reindexing":
        raise ModelError(
            f"this corpus was indexed with another embedding model than {embedder.name}; "
            "set NEWSCITE_EMBEDDING back, or run: newscite reindex"
        )
    vectors = _open_vectors(
        settings,
        name if in_use is None or changed else in_use,
        embedder,
        probing=probing or purpose != "use",
        replacing=purpose in ("mending", "reindexing"),
    )
    try:
        corpus = Corpus(archive, vectors, embedder, AuditLog(settings.data_dir))
        if not changed:
            _make_good(corpus, purpose)
        yield corpus
    finally:
        vectors.close()


def _make_good(corpus: Corpus, purpose: Purpose) -> None:
    """Finishes what a crash left, and refuses what is not whole unless it is to be mended."""
    try:
        corpus.archive.set_note(_COLLECTION, corpus.vectors.name)
        corpus.finish()
    except CorruptCorpusError:
        if purpose == "use":
            raise
    if purpose == "use":
        _refuse_if_out_of_step(corpus)


def _open_vectors(
    settings: Settings, name: str, embedder: Embedder, *, probing: bool, replacing: bool
) -> VectorIndex:
    """Opens the vector index.

    Args:
        settings, name, embedder: where it is, its collection and whose vectors that holds.
        probing: try first whether reading it ends the process, as damage to an embedded one can.
        replacing: an embedded one that cannot be read is deleted and begun anew.
    """
    folder = chroma_folder(settings)
    embedded = settings.chroma_url is None
    try:
        if embedded and probing and ends_its_reader(folder):
            raise CorruptCorpusError(
                f"the vector index in {folder} is damaged so that to read it ends the process; "
                "newscite doctor --repair rebuilds it from the archive"
            )
        return VectorIndex(open_client(folder, settings.chroma_url), name, embedder)
    except CorruptCorpusError:
        if not embedded or not replacing:
            raise
    forget_clients()
    shutil.rmtree(folder)
    return VectorIndex(open_client(folder, None), name, embedder)


def refuse_if_damaged(archive: Archive) -> None:
    """Raises CorruptCorpusError where SQLite finds a page of the archive damaged."""
    if faults := page_faults(archive.engine):
        raise CorruptCorpusError(
            f"the archive {archive.engine.url.database} is damaged ({faults[0]}"
            f"{' and more' if len(faults) > 1 else ''}); newscite doctor says what of it, "
            "newscite doctor --repair mends its indexes, newscite restore puts back a backup"
        )


def _refuse_if_out_of_step(corpus: Corpus) -> None:
    """Raises CorruptCorpusError where the vector index cannot be the archive's.

    It counts, and looks at a few vectors; `rag.doctor` compares each.
    """
    wanted, held = corpus.archive.count_indexed(), corpus.vectors.count()
    if wanted != held:
        raise CorruptCorpusError(
            f"the vector index holds {held:,} passages and the archive {wanted:,}: a part of one "
            "of them was lost; newscite doctor says what differs, newscite doctor --repair makes "
            "the index what the archive says, newscite restore puts back a backup of both"
        )
    if not wanted:
        return
    few = corpus.archive.some_indexed(_PROBED)
    found = corpus.vectors.vectors(few)
    if bad := [one for one in few if one not in found or not is_sound(found[one])]:
        raise CorruptCorpusError(
            f"the vector index is damaged (at {', '.join(bad)}); newscite doctor --repair rebuilds "
            "it from the archive"
        )


def _corpus_id(archive: Archive) -> str:
    """Twelve random digits that tell this corpus from every other, made when it is first opened."""
    known = archive.note(_CORPUS_ID)
    if known is None:
        known = uuid.uuid4().hex[:12]
        archive.set_note(_CORPUS_ID, known)
    return known


def renew_identity(archive: Archive) -> None:
    """Makes of a restored archive a corpus of its own, with no vector index yet."""
    archive.set_note(_CORPUS_ID, uuid.uuid4().hex[:12])
    archive.drop_note(_COLLECTION)


def being_built(corpus: Corpus) -> VectorIndex:
    """The index that is to replace the one in use, as far as it was built before."""
    in_use = str(corpus.archive.note(_COLLECTION))
    if not same_model(in_use, corpus.vectors.name):  # opened for a change of model
        return corpus.vectors
    return corpus.vectors.sibling(next_name(in_use))


def put_to_use(corpus: Corpus, built: VectorIndex) -> None:
    """Makes an index the one in use, from one question to the next, and deletes all others."""
    corpus.archive.set_note(_COLLECTION, built.name)
    corpus.vectors.take_over(built)
    corpus.vectors.drop_others(collection_prefix(_corpus_id(corpus.archive)))
