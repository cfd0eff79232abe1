"""What a job shows on a terminal: how much is read, items, their rate, and the time left."""

import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from api.cli.console import complain, err

if TYPE_CHECKING:
    from ingest.job_told import Job
    from ingest.summary import ItemDone, Summary

_SHOWN_EVERY_S = 0.1


class Progress:
    """A bar over the bytes of the files; refusals are printed whether or not there is a terminal.

    Args:
        total: bytes of all files.
    """

    def __init__(self, total: int) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[items]}"),
            TimeRemainingColumn(compact=True),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._task = self._bar.add_task("Ingesting", total=total or None, items="")
        self._before = 0
        self._done = 0
        # Items are read some way ahead of what becomes of them.
        self._ahead: deque[int] = deque()
        self._shown = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def at(self, read: int) -> None:
        """An item has been read, with so many bytes of the file at hand."""
        self._ahead.append(self._before + read)

    def file_done(self, size: int) -> None:
        """A file of that size has been read."""
        self._before += size

    def watch(self, item: "ItemDone") -> None:
        """Shows what became of an item."""
        if item.refused is not None:
            complain(f"{item.refused.where}: {item.refused.reason}")
        if self._ahead:  # what comes from an address is no file's
            self._done = self._ahead.popleft()
        self._show("Ingesting", self._done, item.summary)

    def sending(self, sent: int) -> None:
        """So many bytes have been sent to a server."""
        self._show("Sending", sent, None)

    def job(self, job: "Job") -> None:
        """Shows how far a server is with a job."""
        for failure in job.failures:
            complain(f"{failure.where}: {failure.reason}")
        self._show("Ingesting", job.bytes_read, job)

    def _show(self, what: str, done: int, summary: "Summary | None") -> None:
        now = time.monotonic()
        if now - self._shown < _SHOWN_EVERY_S:
            return
        self._shown = now
        items = ""
        if summary is not None and summary.seconds:
            rate = summary.seen / summary.seconds
            items = f"{summary.seen:,} items, {rate:,.1f}/s"
        self._bar.update(self._task, description=what, completed=done, items=items)
