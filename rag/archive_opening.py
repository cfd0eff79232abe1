"""Opens the archive alone: to import what opens the vector index too takes half a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.archive import Archive
from rag.data_folder import archive_file, chroma_folder, make_data_folder
from rag.errors import CorruptCorpusError
from rag.settings import Settings


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive]:
    """Opens the archive alone, which any number of processes may read at a time.

    Raises:
        ConfigurationError, CorruptCorpusError: see `open_database`.
        CorruptCorpusError: there is no archive, but a vector index that was made from one.
    """
    make_data_folder(settings)
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
