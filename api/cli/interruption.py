"""Ctrl-C while a job runs: once it ends in good order, twice at once."""

import os
import signal
import threading
from types import FrameType
from typing import Self

from api.cli.console import remark


class Interruption:
    """Notes the first Ctrl-C as long as the context lasts, instead of breaking off.

    After it the process is ending, so the second still ends it at once when the context is over:
    closing the corpus takes a while too.
    """

    def __init__(self) -> None:
        self._came = threading.Event()

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if not self.came():
            signal.signal(signal.SIGINT, self._before)

    def came(self) -> bool:
        """Whether the user has pressed Ctrl-C."""
        return self._came.is_set()

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        if self._came.is_set():
            # At once: leaving in good order waits for models that are running. The corpus is made
            # whole when it is opened again, as after a power cut.
            os._exit(130)
        self._came.set()
        remark("Stopping when what has been read is stored; Ctrl-C again stops at once.")
