"""What work costs: milliseconds by stage, runs of ONNX models, their seconds and tokens."""

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
        self._seconds = 0.0
        self._lock = threading.Lock()

    def add(self, runs: int, tokens: int, seconds: float) -> None:
        with self._lock:
            self._runs += runs
            self._tokens += tokens
            self._seconds += seconds

    @property
    def seconds(self) -> float:
        """How long the runs took, one after the other: seconds of one core each."""
        return self._seconds

    def usage(self) -> Usage:
        """What was counted so far."""
        return Usage(model_runs=self._runs, tokens=self._tokens)


_METERS: ContextVar[tuple[Meter, ...]] = ContextVar("newscite_meters", default=())


@contextmanager
def metered(meter: Meter | None = None) -> Iterator[Meter]:
    """Counts the model runs that this thread, or a task with a copy of its context, asks for.

    Questions that are answered in other threads meanwhile have meters of their own, and whoever
    counts around this block counts what is in it too.

    Args:
        meter: one that counts already, for instance for a whole process.
    """
    counting = meter or Meter()
    token = _METERS.set((*_METERS.get(), counting))
    try:
        yield counting
    finally:
        _METERS.reset(token)


def count(runs: int, tokens: int, seconds: float) -> None:
    """Adds to the meters of what is being done here, if there are any."""
    for meter in _METERS.get():
        meter.add(runs, tokens, seconds)


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
