"""The bytes of ingest jobs: in the data folder until the job is over, whatever happens.

A job's folder holds its files under numbers; what whoever sent them called them is kept beside,
in the job's request, and never becomes a path.
"""

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Self

from pydantic import BaseModel

from rag.errors import StorageError, TooLargeError, UsageError
from rag.files import sync_folder

MOST_FILES = 100_000
LONGEST_NAME = 4096  # characters


class SpooledFile(BaseModel):
    """A file of a job: what it was called, and how many bytes it has."""

    name: str
    bytes: int = 0


class Spool:
    """The folders of the jobs under a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "jobs"

    def receive(self, largest: int) -> "Incoming":
        """A new job's folder, to be filled with at most that many bytes."""
        job_id = uuid.uuid4().hex
        return Incoming(job_id, self._folder / job_id, largest)

    def path(self, job_id: str, number: int) -> Path:
        """Where a job's file is, by its place among the job's files, from 0."""
        return self._folder / job_id / str(number)

    def drop(self, job_id: str) -> None:
        """Deletes a job's bytes."""
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def keep_only(self, job_ids: Iterable[str]) -> None:
        """Deletes what is left of uploads that broke off, and of jobs that are over."""
        if self._folder.is_dir():
            kept = set(job_ids)
            for entry in self._folder.iterdir():
                if entry.name not in kept:
                    shutil.rmtree(entry, ignore_errors=True)


class Incoming:
    """A job's files while they arrive. A context: without `finish` at its end nothing is kept."""

    def __init__(self, job_id: str, folder: Path, largest: int) -> None:
        self.job_id = job_id
        self.files: list[SpooledFile] = []
        self._folder = folder
        self._largest = largest
        self._left = largest
        self._file: BinaryIO | None = None
        self._kept = False

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True)
        except OSError as error:
            raise _storage(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def begin_file(self, name: str) -> None:
        """What is written from now on is a file of that name.

        Raises:
            UsageError: it has no name or too long a one, or there are too many files.
        """
        if not 1 <= len(name) <= LONGEST_NAME:
            raise UsageError(f"a file's name should have 1 to {LONGEST_NAME:,} characters")
        if len(self.files) == MOST_FILES:
            raise UsageError(f"send at most {MOST_FILES:,} files in a request")
        self._end_file()
        try:
            self._file = (self._folder / str(len(self.files))).open("xb")
        except OSError as error:
            raise _storage(error) from error
        self.files.append(SpooledFile(name=name))

    def write(self, data: bytes) -> None:
        """Adds to the file that was begun.

        Raises:
            TooLargeError: all that is sent together is too large.
            StorageError: the disk is full.
        """
        assert self._file is not None  # noqa: S101  a file is begun before it is written
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError(
                f"the files are over {self._largest:,} bytes; send fewer at a time, or raise "
                "NEWSCITE_MAX_UPLOAD_BYTES"
            )
        try:
            self._file.write(data)
        except OSError as error:
            raise _storage(error) from error
        self.files[-1].bytes += len(data)

    def finish(self) -> None:
        """Makes what has arrived outlast a power cut.

        Raises:
            UsageError: nothing has arrived.
        """
        if not self.files:
            raise UsageError("the request holds no file; send at least one")
        self._end_file()
        for folder in (self._folder, self._folder.parent):
            sync_folder(folder)
        self._kept = True

    def _end_file(self) -> None:
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _storage(error) from error
        self._file = None


def _storage(error: OSError) -> StorageError:
    return StorageError(
        f"the upload cannot be stored: {error.strerror or error}; make room in the data folder"
    )
