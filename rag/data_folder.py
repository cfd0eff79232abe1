"""Where a corpus keeps what in its data folder."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import ConfigurationError
from rag.settings import Settings


def make_data_folder(settings: Settings) -> None:
    """Makes the folder, unless it is there.

    Raises:
        ConfigurationError: it cannot be made.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {settings.data_dir} cannot be made: {error.strerror or error}; "
            "choose another with --data-dir or NEWSCITE_DATA_DIR"
        ) from error


def archive_file(settings: Settings) -> Path:
    """The archive's database."""
    if settings.database_url is None:
        return settings.data_dir / "archive.db"
    return Path(settings.database_url.removeprefix("sqlite:///"))


def chroma_folder(settings: Settings) -> Path:
    """Where the embedded vector index is, if it is embedded."""
    return settings.data_dir / "chroma"


def scratch_folder(database: Path) -> "TemporaryDirectory[str]":
    """A folder for work on an open corpus, on its disk; one that a crash left is dropped later."""
    return TemporaryDirectory(prefix=f".{database.name}.work-", dir=database.parent)


def drop_scratch(database: Path) -> None:
    """Deletes what a crash left of such folders; nobody else may have the corpus open."""
    for left in database.parent.glob(f".{database.name}.work-*"):
        shutil.rmtree(left, ignore_errors=True)
