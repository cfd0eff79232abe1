"""Takes a backup of an open corpus while it is asked and written to.

A backup is a tar file: `archive.db`, the archive as it stood at one moment; `vectors.f32` and
`vectors.txt`, its passages' vectors (32-bit floats, little-endian, row by row) and their ids, line
by line, because to embed a large corpus anew takes hours; and last `manifest.json` with what there
is and the SHA-256 of each file. Any tar and any SQLite read it.
"""

import hashlib
import os
import sqlite3
import tarfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError
from sqlalchemy import text

import rag
from rag import present
from rag.archive import Archive
from rag.archive.faults import in_our_words
from rag.archive.fingerprint import fingerprint
from rag.archive.integrity import altered_texts
from rag.corpus import Corpus
from rag.data_folder import scratch_folder
from rag.errors import CorruptCorpusError, StorageError, UsageError
from rag.files import sync_folder
from rag.opening import refuse_if_damaged

FORMAT = 1
ARCHIVE, VECTORS, VECTOR_IDS, MANIFEST = "archive.db", "vectors.f32", "vectors.txt", "manifest.json"
_FILES = (ARCHIVE, VECTORS, VECTOR_IDS)

_PIECE = 1024 * 1024  # bytes
_VECTORS_AT_A_TIME = 2_000
_COUNTS = {
    "articles": "SELECT count(*) FROM articles",
    "withdrawn": "SELECT count(*) FROM articles WHERE status = 'canceled'",
    "versions": "SELECT count(*) FROM versions",
    "passages": "SELECT count(*) FROM passages",
    "quarantined": "SELECT count(*) FROM quarantine",
}


class BackedUpFile(BaseModel):
    """A file of a backup."""

    bytes: int
    sha256: str


class EmbeddedWith(BaseModel):
    """The model that the vectors are of; see `rag.embedding.Embedder`."""

    name: str
    fingerprint: str
    width: int


class Manifest(BaseModel):
    """What a backup holds.

    Attributes:
        format: of the backup, 1.
        newscite: the version that wrote it.
        fingerprint: of the content, see `rag.archive.fingerprint`.
        counts: articles, withdrawn ones among them, versions, passages, quarantined items, vectors.
    """

    format: int
    newscite: str
    taken_at: datetime
    fingerprint: str
    counts: dict[str, int]
    embedding: EmbeddedWith
    files: dict[str, BackedUpFile]


@contextmanager
def backing_up(corpus: Corpus) -> Iterator[Iterator[bytes]]:
    """The bytes of a backup of the corpus as it is now; whatever is written later is not in it.

    It takes room on the corpus' disk for a copy of the archive and the vectors, while it lasts.

    Raises:
        CorruptCorpusError: the corpus is damaged, and so is no good as a backup.
        StorageError: there is no room.
    """
    database = Path(str(corpus.archive.engine.url.database))
    try:
        with scratch_folder(database) as scratch:
            folder = Path(scratch)
            taken_at = present.now()
            _copy_archive(database, folder / ARCHIVE)
            manifest = _describe(corpus, folder, taken_at)
            yield _tar(folder, manifest)
    except OSError as error:
        raise StorageError(
            f"the backup needs room beside {database}: {error.strerror or error}"
        ) from error


def _copy_archive(database: Path, copy: Path) -> None:
    """https://www.sqlite.org/lang_vacuum.html#vacuuminto: one moment's state, under any writes."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA busy_timeout = 10000")
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise in_our_words(error, str(database)) or error from error


def _describe(corpus: Corpus, folder: Path, taken_at: datetime) -> Manifest:
    """Looks the copied archive over, and writes its vectors beside it."""
    copy = Archive(f"sqlite:///{folder / ARCHIVE}")
    try:
        refuse_if_damaged(copy)
        if altered := altered_texts(copy.engine):
            raise CorruptCorpusError(
                f"the text of {altered[0]} is not the one that was stored, and no backup is made "
                "of a damaged corpus; newscite doctor lists all such"
            )
        with copy.engine.connect() as connection:
            counts = {name: connection.scalar(text(query)) or 0 for name, query in _COUNTS.items()}
        width, counts["vectors"] = _write_vectors(corpus, list(copy.indexed_passages()), folder)
        content = fingerprint(copy.engine)
    finally:
        copy.close()
    embedder = corpus.embedder
    return Manifest(
        format=FORMAT,
        newscite=rag.__version__,
        taken_at=taken_at,
        fingerprint=content,
        counts=counts,
        embedding=EmbeddedWith(name=embedder.name, fingerprint=embedder.fingerprint, width=width),
        files={name: _file(folder / name) for name in _FILES},
    )


def _write_vectors(corpus: Corpus, ids: list[str], folder: Path) -> tuple[int, int]:
    """Writes the vectors that there still are; returns how long each is and how many they are.

    One that a withdrawal has meanwhile deleted, or that is only being written, is missing.
    """
    width = number = 0
    with (folder / VECTORS).open("xb") as values, (folder / VECTOR_IDS).open("x") as names:
        for at in range(0, len(ids), _VECTORS_AT_A_TIME):
            for name, vector in corpus.vectors.vectors(ids[at : at + _VECTORS_AT_A_TIME]).items():
                values.write(vector.astype("<f4").tobytes())
                names.write(name + "\n")
                width = len(vector)
                number += 1
    return width, number


def _file(path: Path) -> BackedUpFile:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
    return BackedUpFile(bytes=path.stat().st_size, sha256=digest.hexdigest())


def _tar(folder: Path, manifest: Manifest) -> Iterator[bytes]:
    """The files of `folder` and the manifest as a tar file (POSIX.1-2001), piece by piece."""
    for name in _FILES:
        size = (folder / name).stat().st_size
        yield _header(name, size, manifest)
        with (folder / name).open("rb") as opened:
            while piece := opened.read(_PIECE):
                yield piece
        yield _padding(size)
    document = manifest.model_dump_json(indent=2).encode()
    yield _header(MANIFEST, len(document), manifest)
    yield document + _padding(len(document)) + bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int, manifest: Manifest) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(manifest.taken_at.timestamp())
    return info.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def write_backup(pieces: Iterable[bytes], file: Path) -> Manifest:
    """Writes a backup to `file`, which is there whole or not at all, and is read back and verified.

    An older file of that name is replaced once the new one is.

    Raises:
        UsageError: there is no such folder, or it cannot be written.
        StorageError: the disk is full.
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder; give the name of a file")
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror or error}; name a file in a folder that "
            "is there and writable"
        ) from error
    try:
        with os.fdopen(descriptor, "wb") as opened:
            for piece in pieces:
                opened.write(piece)
            opened.flush()
            os.fsync(opened.fileno())
        manifest = verified(part)
        part.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise StorageError(
            f"the backup cannot be written to {file}: {error.strerror or error}; make room, or "
            "choose another disk"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def verified(file: Path) -> Manifest:
    """The manifest of a backup, each file of which is as it says.

    Raises:
        UsageError: the file is no backup, not whole, damaged, or of a newer newscite.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            manifest = _manifest(tar, file)
            for name in _FILES:
                _verify(tar, name, manifest.files.get(name), file)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {file}") from error
    except (tarfile.TarError, EOFError) as error:
        raise UsageError(f"{file} is no backup of newscite's, or is not whole ({error})") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    return manifest


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    member = tar.extractfile(MANIFEST) if MANIFEST in tar.getnames() else None
    if member is None:
        raise UsageError(f"{file} is no backup of newscite's, or breaks off: it has no {MANIFEST}")
    try:
        manifest = Manifest.model_validate_json(member.read())
    except ValidationError as error:
        raise UsageError(f"{file} is damaged: its {MANIFEST} cannot be read") from error
    if manifest.format != FORMAT:
        raise UsageError(
            f"{file} has the format {manifest.format} of newscite {manifest.newscite}, and this "
            f"is newscite {rag.__version__}; restore it with that one"
        )
    return manifest


def _verify(tar: tarfile.TarFile, name: str, told: BackedUpFile | None, file: Path) -> None:
    member = tar.extractfile(name) if name in tar.getnames() else None
    digest = None if member is None else hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
    if told is None or digest != told.sha256:
        raise UsageError(
            f"{file} is damaged: its {name} is not what was backed up; use another backup"
        )
