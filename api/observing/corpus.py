"""The corpus as Prometheus sees it, counted whenever it is asked for."""

from collections.abc import Iterator

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rag.archive.census import census
from rag.corpus import Corpus

log = structlog.get_logger()

_JOB_STATES = ("queued", "running", "done", "failed")


class CorpusMetrics(Collector):
    """Counts the corpus.

    Args:
        corpus: an open one.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def collect(self) -> Iterator[Metric]:
        """The metrics; where the corpus cannot be read, that it cannot."""
        try:
            counted = list(self._counted())
        except Exception as error:  # whatever a disk or a Chroma server does: the rest is told
            log.error("the corpus cannot be counted", exc_info=error)
            counted = []
        yield _gauge(
            "corpus_readable", "1: the corpus was counted; 0: it could not be.", bool(counted)
        )
        yield from counted

    def describe(self) -> Iterator[Metric]:
        """Nothing: to name them is not to count them."""
        return iter(())

    def _counted(self) -> Iterator[Metric]:
        found = census(self._corpus.archive.engine)
        yield _by("articles", "Articles in the archive.", "status", found.articles)
        yield _by(
            "passages", "Passages that can be found, by index; both agree but for moments.",
            "index", {"lexical": found.passages, "vector": self._corpus.vectors.count()},
        )  # fmt: skip
        yield _by(
            "ledger_lag", "Versions that the archive has settled and Chroma has not.", "state",
            found.lag, ("pending", "removing"),
        )  # fmt: skip
        yield _gauge("quarantined", "Items in quarantine.", found.quarantined)
        yield _by("jobs", "Ingest jobs.", "state", found.jobs, _JOB_STATES)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"newscite_{name}", about, value=value)


def _by(
    name: str, about: str, label: str, values: dict[str, int], known: tuple[str, ...] = ()
) -> Metric:
    family = GaugeMetricFamily(f"newscite_{name}", about, labels=(label,))
    for each, value in (dict.fromkeys(known, 0) | values).items():
        family.add_metric((each,), value)
    return family
