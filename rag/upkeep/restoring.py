"""Puts a backup in the place of a corpus, and says whether all of it is there."""

import shutil
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydantic import BaseModel
from sqlalchemy import func, select, text

from rag.archive import Archive
from rag.archive.fingerprint import fingerprint
from rag.archive.jobs import end_job, next_job
from rag.archive.keys import KeyRecord, list_keys, take_over_keys
from rag.archive.reading import passages_of_versions
from rag.archive.schema import articles
from rag.archive.transactions import writing
from rag.corpus import Corpus, vector_records
from rag.data_folder import archive_file, chroma_folder, drop_scratch, scratch_folder
from rag.doctor import Findings, examine, mend
from rag.errors import CorruptCorpusError, NewsciteError, StorageError, UsageError
from rag.index_in_use import renew_identity
from rag.lock import CorpusLock
from rag.opening import open_corpus
from rag.settings import Settings
from rag.types import PubStatus
from rag.upkeep.backup import ARCHIVE, VECTOR_IDS, VECTORS, Manifest, verified

_WRITTEN_TOGETHER = 200  # versions
# What was being indexed when the backup was taken is in it or not, which is looked at afterwards.
_SETTLE = (
    "DELETE FROM ledger WHERE state = 'removing'",
    "UPDATE ledger SET state = 'indexed'",
)


class Restored(BaseModel):
    """What a restore did.

    Attributes:
        backup: what the backup holds.
        embedded: passages whose vectors were not in it, or are of another model, and were computed.
        kept_withdrawals: articles that the replaced corpus had withdrawn and the backup had not.
        findings: what `doctor` says of the restored corpus.
    """

    backup: Manifest
    embedded: int
    kept_withdrawals: int
    findings: Findings


def restore(
    settings: Settings, file: Path, watch: Callable[[int, int], None], *, force: bool = False
) -> Restored:
    """Restores the corpus of these settings from a backup.

    The backup is verified, unpacked beside the corpus and compared with its fingerprint before
    anything is replaced. An article that the replaced corpus had withdrawn stays withdrawn, and
    its API keys stay as they are: one that was revoked since is not brought back.

    Args:
        settings: of the corpus to restore into.
        file: see `rag.upkeep.backup`.
        watch: called with the versions indexed so far and how many there are.
        force: replace a corpus that has articles in it, or cannot be read.

    Raises:
        UsageError: the file is no whole backup; or there is a corpus, and no `force`.
        CorpusHeldError: a process has the corpus open.
        StorageError: there is no room.
    """
    manifest = verified(file)
    database = archive_file(settings)
    lock = CorpusLock(settings.data_dir)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire("newscite restore")
        try:
            drop_scratch(database)
            replaced = _replaced(database, force=force)
            with scratch_folder(database) as scratch:
                kept = _unpack(file, manifest, Path(scratch), replaced)
                _replace(database, Path(scratch) / ARCHIVE, chroma_folder(settings))
        finally:
            lock.release()
        with open_corpus(settings, "newscite restore", purpose="mending") as corpus:
            with scratch_folder(database) as scratch:
                embedded = _index(corpus, file, manifest, Path(scratch), watch)
            return Restored(
                backup=manifest, embedded=embedded, kept_withdrawals=kept, findings=examine(corpus)
            )
    except OSError as error:
        raise StorageError(
            f"the backup cannot be unpacked into {settings.data_dir}: {error.strerror or error}; "
            "make room, and run the same command again"
        ) from error


@dataclass(frozen=True)
class _Replaced:
    """What outlives a corpus that is replaced."""

    withdrawn: set[str] = field(default_factory=set)
    keys: list[KeyRecord] = field(default_factory=list)


def _replaced(database: Path, *, force: bool) -> _Replaced:
    """What is to be kept of the corpus that is to be replaced.

    Raises:
        UsageError: it holds something, and is not to be replaced by force.
    """
    if not database.exists() or database.stat().st_size == 0:
        return _Replaced()
    try:
        with (
            closing(Archive(f"sqlite:///{database}")) as archive,
            archive.engine.connect() as connection,
        ):
            number = connection.scalar(select(func.count()).select_from(articles)) or 0
            canceled = select(articles.c.id).where(articles.c.status == PubStatus.CANCELED.value)
            kept = _Replaced(set(connection.scalars(canceled)), list_keys(archive.engine))
        holds = f"{number:,} articles" if number else ""
    except NewsciteError as error:
        kept, holds = _Replaced(), f"what cannot be read ({error})"
    if holds and not force:
        raise UsageError(
            f"the corpus {database} holds {holds}; restore into another folder with --data-dir, or "
            "replace it with --force"
        )
    return kept


def _unpack(file: Path, manifest: Manifest, folder: Path, replaced: _Replaced) -> int:
    """Makes the archive of the backup ready to be put in place; returns the withdrawals kept."""
    _extract(file, ARCHIVE, folder)
    with closing(Archive(f"sqlite:///{folder / ARCHIVE}")) as archive:
        found = fingerprint(archive.engine)
        if found != manifest.fingerprint:
            raise CorruptCorpusError(
                f"the archive in {file} has the fingerprint {found}, and its manifest says "
                f"{manifest.fingerprint}; use another backup"
            )
        late = [
            one
            for one in sorted(replaced.withdrawn)
            if archive.status(one) is not PubStatus.CANCELED
        ]
        for article_id in late:
            archive.withdraw(article_id)
        take_over_keys(archive.engine, replaced.keys)
        with writing(archive.engine) as connection:
            for statement in _SETTLE:
                connection.execute(text(statement))
        renew_identity(archive)
        while job := next_job(archive.engine):
            end_job(archive.engine, job.number, "its files are in no backup; send them again")
    return len(late)


def _replace(database: Path, unpacked: Path, index: Path) -> None:
    """Puts the archive in its place; its index comes after it. Run again after a crash in here."""
    if index.exists():
        shutil.rmtree(index)
    for log in ("-wal", "-shm"):
        database.with_name(database.name + log).unlink(missing_ok=True)
    unpacked.replace(database)


def _index(
    corpus: Corpus,
    file: Path,
    manifest: Manifest,
    folder: Path,
    watch: Callable[[int, int], None],
) -> int:
    """Fills the vector index from the backup; returns how many passages had to be embedded."""
    wanted = corpus.archive.indexed_passages()
    keys = list(dict.fromkeys(wanted.values()))
    there: set[str] = set()
    if manifest.embedding.fingerprint == corpus.embedder.fingerprint:
        _extract(file, VECTORS, folder)
        _extract(file, VECTOR_IDS, folder)
        there = _write(corpus, keys, manifest.embedding.width, folder, watch)
    missing = wanted.keys() - there
    late = corpus.archive.versions_of(sorted(missing))
    corpus.index_all(late, watch=lambda done: watch(done, len(late)))
    mend(corpus, examine(corpus))
    return len(missing)


def _write(
    corpus: Corpus,
    keys: list[tuple[str, int]],
    width: int,
    folder: Path,
    watch: Callable[[int, int], None],
) -> set[str]:
    ids = (folder / VECTOR_IDS).read_text().splitlines()
    if not ids:
        return set()
    values = np.memmap(folder / VECTORS, dtype="<f4", mode="r", shape=(len(ids), width))
    rows = {name: row for row, name in enumerate(ids)}
    written: set[str] = set()
    for at in range(0, len(keys), _WRITTEN_TOGETHER):
        stored = [
            passage
            for passage in passages_of_versions(
                corpus.archive.engine, keys[at : at + _WRITTEN_TOGETHER]
            )
            if passage.id in rows
        ]
        vectors = [values[rows[passage.id]].tolist() for passage in stored]
        corpus.vectors.upsert(vector_records(stored, vectors))
        written |= {passage.id for passage in stored}
        watch(min(at + _WRITTEN_TOGETHER, len(keys)), len(keys))
    return written


def _extract(file: Path, name: str, folder: Path) -> None:
    with tarfile.open(file, "r:") as tar:
        tar.extract(name, folder, filter="data")
