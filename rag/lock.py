"""One process at a time on a data folder, and a plain answer to who that is.

Chroma's embedded index belongs to one process: a second one can hang or corrupt it. The operating
system's lock on `corpus.lock` ends with its process, however that ends; `corpus.owner` beside it
says who holds it and, when that is a server, at which URL it answers.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import ConfigurationError, CorpusHeldError, StorageError


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that holds a corpus.

    Attributes:
        pid: its process id.
        command: what it is doing, such as `newscite serve`.
        since: when it took the corpus, ISO 8601 in UTC.
        url: where it answers HTTP, if it does.
    """

    pid: int
    command: str
    since: str
    url: str | None = None


class CorpusLock:
    """Holds `folder` for this process from `acquire` to `release`."""

    def __init__(self, folder: Path) -> None:
        self._owner_file = folder / "corpus.owner"
        self._folder = folder
        self._lock = FileLock(folder / "corpus.lock")

    def acquire(self, command: str, url: str | None = None) -> bool:
        """Takes the folder; never waits.

        Returns:
            Whether whoever had it last gave it back; False where that process was killed.

        Raises:
            CorpusHeldError: another process has it; the message names the process.
            ConfigurationError: the folder cannot be written.
            StorageError: the disk is full.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise CorpusHeldError(_held(self._folder, read_owner(self._folder))) from error
        except OSError as error:
            raise ConfigurationError(
                f"the data folder {self._folder} cannot be used: {error.strerror or error}; "
                "choose another with --data-dir or NEWSCITE_DATA_DIR"
            ) from error
        given_back = not self._owner_file.exists()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        owner = Owner(os.getpid(), command, since, url)
        try:
            self._owner_file.write_text(json.dumps(asdict(owner)), encoding="utf-8")
        except OSError as error:
            self._lock.release()
            raise StorageError(
                f"nothing can be written to the data folder {self._folder}: "
                f"{error.strerror or error}; make room on its disk"
            ) from error
        return given_back

    def release(self) -> None:
        """Gives the folder back."""
        self._owner_file.unlink(missing_ok=True)
        self._lock.release()


def is_held(folder: Path) -> bool:
    """Whether a process holds `folder` at this moment."""
    lock = FileLock(folder / "corpus.lock")
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # there is no such folder, or it is not ours: opening it will say
        return False


def read_owner(folder: Path) -> Owner | None:
    """Who said last that it holds `folder`; None when nobody did or the note is unreadable."""
    try:
        return Owner(**json.loads((folder / "corpus.owner").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _held(folder: Path, owner: Owner | None) -> str:
    who = f"{owner.command} (process {owner.pid})" if owner else "another process"
    return (
        f"the corpus in {folder} is held by {who}; "
        "wait for it to finish or stop it, or choose another folder with --data-dir. "
        "What newscite serve holds, other commands work with through it"
    )
