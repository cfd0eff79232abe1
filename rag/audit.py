"""The audit log: what was withdrawn and what became of keys, when, and by whom.

A file of JSON lines in the data folder that is only ever added to. An entry is on the disk before
what it tells of is done. A withdrawal is done even where its entry cannot be written: then the log
says so as an error, and /readyz too.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import StorageError
from rag.files import sync_folder

FILE = "audit.jsonl"

Who = Callable[[], Mapping[str, Any]]

_WHO: ContextVar[Who] = ContextVar("newscite_who", default=lambda: {"by": "command line"})


@contextmanager
def acting(who: Who) -> Iterator[None]:
    """Whose doing it is, as long as the block lasts; asked when there is something to record."""
    token = _WHO.set(who)
    try:
        yield
    finally:
        _WHO.reset(token)


def who() -> dict[str, Any]:
    """Whose doing this is: `by`, and of a request also its id and its key's name."""
    return dict(_WHO.get()())


class AuditLog:
    """The audit log of a data folder. Several threads and processes may add to it at a time.

    Args:
        folder: the data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def record(self, event: str, **fields: Any) -> None:
        """Adds an entry, with the time and with whose doing it is; once this returns it is safe.

        Raises:
            StorageError: it cannot be written.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = json.dumps({"at": at, "event": event} | fields | who(), ensure_ascii=False)
        try:
            self._append(entry.encode() + b"\n")
        except OSError as error:
            raise StorageError(
                f"the audit log {self._file} cannot be written ({error.strerror or error}); make "
                "room or mend its permissions"
            ) from error

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries, oldest first; a line that a power cut left unfinished is passed over."""
        try:
            with self._file.open("rb") as lines:
                for line in lines:
                    try:
                        entry = json.loads(line)
                    except ValueError:
                        continue
                    if isinstance(entry, dict):
                        yield entry
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(
                f"the audit log {self._file} cannot be read: {error.strerror or error}"
            ) from error

    def _append(self, line: bytes) -> None:
        is_new = not self._file.exists()
        file = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                self._give_to_the_folders_owner(file)
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":  # a power cut left half a line
                line = b"\n" + line
            if os.write(file, line) != len(line):
                os.ftruncate(file, size)
                raise OSError("the disk is full")
            os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            sync_folder(self._file.parent)

    def _give_to_the_folders_owner(self, file: int) -> None:
        """What root makes has to be the service's too, as SQLite's own files beside it are."""
        if os.geteuid() == 0:
            folder = self._file.parent.stat()
            os.fchown(file, folder.st_uid, folder.st_gid)
