"""Opens a corpus: takes its lock, looks whether all of it is there, finishes what a crash left."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from rag.archive import Archive
from rag.archive.integrity import page_faults
from rag.archive_opening import open_archive
from rag.audit import AuditLog
from rag.corpus import Corpus
from rag.data_folder import archive_file, chroma_folder, drop_scratch, make_data_folder
from rag.embedding import Embedder, make_embedder
from rag.errors import CorruptCorpusError, ModelError
from rag.index_in_use import index_in_use, new_index_name, note_in_use
from rag.lock import CorpusLock
from rag.settings import Settings
from rag.upkeep.probe import ends_its_reader
from rag.vectors import VectorIndex, forget_clients, is_sound, open_client, same_model

_QUICKLY_CHECKED = 100_000_000  # bytes of an archive, which take about a second
_PROBED = 5  # vectors that are looked at when a corpus is opened

Purpose = Literal["use", "examining", "mending", "reindexing"]
"""What a corpus is opened for: to use it, whole as it has to be, to look at it as it is, or to make
it whole.
"""


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
    make_data_folder(settings)
    lock = CorpusLock(settings.data_dir)
    given_back = lock.acquire(command, url)
    try:
        drop_scratch(archive_file(settings))
        with open_archive(settings) as archive:
            yield from _open(settings, archive, purpose, probing=not given_back)
    finally:
        lock.release()


def _open(
    settings: Settings, archive: Archive, purpose: Purpose, *, probing: bool
) -> Iterator[Corpus]:
    database = Path(archive.engine.url.database or "")
    if purpose == "use" and database.stat().st_size <= _QUICKLY_CHECKED:
        refuse_if_damaged(archive)
    embedder = make_embedder(settings)
    in_use = index_in_use(archive)
    name = new_index_name(archive, embedder)
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
        note_in_use(corpus.archive, corpus.vectors)
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
