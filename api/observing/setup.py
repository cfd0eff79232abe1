"""Puts the parts of observing together for one application."""

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI

from api.observing.corpus import CorpusMetrics
from api.observing.metrics import Metrics
from api.observing.questions import QuestionLog
from api.observing.requests import Observed
from api.observing.watcher import Watching
from rag.engine import Engine
from rag.settings import Settings
from rag.usage import metered
from rag.watching import watched_by

_THREADS = 2  # of their own: what looks after the service does not queue behind its work


class Observing:
    """What sees an application.

    Attributes:
        metrics: see `Metrics`.
        threads: for scrapes and readiness checks.

    Args:
        settings: see `rag.settings`.
    """

    def __init__(self, settings: Settings) -> None:
        self.metrics = Metrics()
        self.threads = CapacityLimiter(_THREADS)
        self._questions = QuestionLog(
            settings.data_dir, settings.question_log_days, on=settings.question_log
        )
        self._traces = None
        if settings.otlp_endpoint is not None:
            from api.observing.traces import Traces

            self._traces = Traces(settings.otlp_endpoint)
        self._watching = Watching(self._traces)

    def install(self, app: FastAPI) -> None:
        """Has every request of the application seen."""
        app.state.observing = self
        app.add_middleware(Observed, metrics=self.metrics, watching=self._watching)

    @contextmanager
    def watches(self, engine: Engine) -> Iterator[None]:
        """Sees what the engine answers, and the jobs that are begun in the block."""
        engine.told += [self.metrics.answered, self._questions.answered]
        self._questions.prune()
        counting = CorpusMetrics(engine.corpus)
        self.metrics.registry.register(counting)
        try:
            with metered(self.metrics.of_jobs), watched_by(self._watching):
                yield
        finally:
            self.metrics.registry.unregister(counting)
            if self._traces is not None:
                self._traces.close()
