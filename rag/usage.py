"""What a question costs: milliseconds by stage, runs of ONNX models and the tokens fed to them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import BaseModel, ConfigDict


class Usage(BaseModel):
    """Runs of the bundled ONNX models, and the tokens they were fed, special tokens included.

    Models plugged in from LlamaIndex (an embedding, a reranker) are not counted.
    """

    model_config = ConfigDict(frozen=True)

    model_runs: int
    tokens: int


class Meter:
    """Counts while a question is answered; see `metered`."""

    def __init__(self) -> None:
        self._runs = 0
        self._tokens = 0
        self._lock = threading.Lock()

    def add(self, runs: int, tokens: int) -> None:
        with self._lock:
            self._runs += runs
            self._tokens += tokens

    def usage(self) -> Usage:
        """What was counted so far."""
        return Usage(model_runs=self._runs, tokens=self._tokens)


_METER: ContextVar[Meter | None] = ContextVar("newscite_meter", default=None)


@contextmanager
def metered() -> Iterator[Meter]:
    """Counts the model runs that this thread, or a task with a copy of its context, asks for.

    Questions that are answered in other threads meanwhile have meters of their own.
    """
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


def count(runs: int, tokens: int) -> None:
    """Adds to the meter of the question being answered here, if there is one."""
    meter = _METER.get()
    if meter is not None:
        meter.add(runs, tokens)


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends a stage, and begins the next."""
        now = time.perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 1)
        self._last = now

    def timings(self) -> dict[str, float]:
        """Each stage's milliseconds, and their total."""
        return self._laps | {"total": round((self._last - self._began) * 1000, 1)}
