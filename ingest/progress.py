"""How far the ingest job at work is, and how long it will go on."""

import time

from ingest.spool import SpooledFile
from ingest.summary import ItemDone, Summary
from rag.archive.jobs import JobFailure


class Progress:
    """How far a job is; written by the thread at work on it, read by others.

    Args:
        number: the job's.
        files: what was sent.
        summary: what became of the items that were settled before this process began.

    Attributes:
        number: the job's.
        summary: what became of its items until now.
        failures: what could not be ingested, and was not written down yet.
        bytes_read: how much of the files has been read.
    """

    def __init__(self, number: int, files: list[SpooledFile], summary: Summary) -> None:
        self.number = number
        self.summary = summary
        self.failures: list[JobFailure] = []
        self.bytes_read = 0
        self._before = 0
        self._began = time.monotonic()
        self._bytes_at_first: int | None = None
        self._total = sum(file.bytes for file in files)

    def at(self, read_of_file: int) -> None:
        """Notes the bytes that have been read of the file at hand."""
        self.bytes_read = self._before + read_of_file

    def file_done(self, size: int) -> None:
        """Notes that a file has been read to its end."""
        self._before += size
        self.bytes_read = self._before

    def watch(self, item: ItemDone) -> None:
        """Notes what became of an item."""
        self.summary = item.summary
        if item.refused is not None:
            place, reason = item.refused.where, item.refused.reason
            self.failures.append(JobFailure(item.summary.seen, place, reason))

    def starts_here(self) -> None:
        """What was read until now was passed over, and says nothing of how long the rest takes."""
        self._began = time.monotonic()
        self._bytes_at_first = self.bytes_read

    def seconds_left(self) -> float | None:
        """Estimated from the bytes that are left; None as long as nothing tells."""
        if self._bytes_at_first is None or self.bytes_read <= self._bytes_at_first:
            return None
        took = time.monotonic() - self._began
        left = self._total - self.bytes_read
        return round(took * left / (self.bytes_read - self._bytes_at_first), 1)
