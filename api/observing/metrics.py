"""What Prometheus is given: counts of what happened, and the state of the corpus as it is asked.

Each application has a registry of its own. Labels are few and fixed: a route is its template.
"""

from collections.abc import Callable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from rag.events import Trace
from rag.usage import Meter

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """An application's metrics.

    Attributes:
        of_requests, of_jobs: count the model runs for requests and for ingest jobs.
        in_progress: the requests being handled.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        mine = self.registry
        self.of_requests, self.of_jobs = Meter(), Meter()
        self.registry.register(_Models({"request": self.of_requests, "job": self.of_jobs}))
        self.in_progress = Gauge(
            "newscite_requests_in_progress", "Requests being handled.", registry=mine
        )
        self._requests = Counter(
            "newscite_requests", "Requests answered.", ("method", "route", "status"), registry=mine
        )
        self._seconds = Histogram(
            "newscite_request_seconds", "From a request to the end of its response.",
            ("method", "route"), buckets=_SECONDS, registry=mine,
        )  # fmt: skip
        self._stages = Histogram(
            "newscite_stage_seconds",
            "Stages of an answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=mine,
        )
        self._answers = Counter(
            "newscite_answers", "Questions answered; answerable=false: refusals.",
            ("mode", "answerable"), registry=mine,
        )  # fmt: skip
        self._written = Counter(
            "newscite_written_sentences",
            "Sentences that a language model wrote: verified, or dropped since no passage says so.",
            ("outcome",), registry=mine,
        )  # fmt: skip
        for outcome in ("verified", "dropped"):
            self._written.labels(outcome)
        self._keys_refused = Counter(
            "newscite_keys_refused", "API keys that were no good.", ("why",), registry=mine
        )
        for why in ("unknown", "revoked", "turned_away"):
            self._keys_refused.labels(why)
        self._waiting = Gauge(
            "newscite_queue_waiting", "Requests that wait for their turn.", registry=mine
        )
        self._working = Gauge("newscite_queue_working", "Requests whose turn it is.", registry=mine)
        self._waited = Histogram(
            "newscite_queue_seconds", "What a request waited for its turn.", buckets=_SECONDS,
            registry=mine,
        )  # fmt: skip

    def key_refused(self, why: str) -> None:
        """Counts an API key that was no good: unknown, revoked, or turned_away unseen."""
        self._keys_refused.labels(why).inc()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request that is over."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def answered(self, trace: Trace) -> None:
        """Counts an answered question."""
        answer = trace.answer
        self._answers.labels(answer.mode, str(answer.answerable).lower()).inc()
        self._written.labels("verified").inc(trace.verified)
        self._written.labels("dropped").inc(trace.dropped)
        for stage, ms in answer.timings_ms.items():
            self._stages.labels(stage).observe(ms / 1000)

    def watch_queue(self, waiting: Callable[[], float], working: Callable[[], float]) -> None:
        """Has the queue's lengths asked for whenever the metrics are."""
        self._waiting.set_function(waiting)
        self._working.set_function(working)

    def waited(self, seconds: float) -> None:
        """Notes how long a request waited for its turn."""
        self._waited.observe(seconds)

    def exposed(self) -> bytes:
        """All of them, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Models(Collector):
    """What model runs took, from the meters that count them."""

    def __init__(self, meters: dict[str, Meter]) -> None:
        self._meters = meters

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        runs = CounterMetricFamily("newscite_model_runs", "Model runs.", labels=("work",))
        tokens = CounterMetricFamily("newscite_model_tokens", "Tokens read.", labels=("work",))
        seconds = CounterMetricFamily(
            "newscite_model_seconds", "Seconds of one core in models.", labels=("work",)
        )
        for work, meter in self._meters.items():
            used = meter.usage()
            runs.add_metric((work,), used.model_runs)
            tokens.add_metric((work,), used.tokens)
            seconds.add_metric((work,), meter.seconds)
        return iter((runs, tokens, seconds))
