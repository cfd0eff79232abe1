"""Hands articles over to a server that holds the corpus, and adds up what it reports."""

from collections.abc import Callable, Iterable, Iterator

from ingest.sources.items import Delivered, Refused
from ingest.summary import DeliveryReport, ItemDone, Summary, Watcher
from rag.types import Article

_BATCH = 20  # articles a request: a few seconds of embedding
_BATCH_SIZE = 2_000_000  # characters of JSON, well under a server's limit on a request
_COUNTS = tuple(name for name in Summary.model_fields if name not in ("job_id", "seen"))


Deliver = Callable[[list[Article]], DeliveryReport]


def hand_over(
    items: Iterable[Delivered | Refused],
    deliver: Deliver,
    quarantine: Callable[[Refused], None],
    watch: Watcher,
) -> Summary:
    """Delivers items in small batches.

    Args:
        items: what was read.
        deliver: sends articles to the server and returns its report.
        quarantine: keeps an item that could not be read; the server never sees it.
        watch: called after each item.

    Returns:
        The whole job's summary under the last request's job id.
    """
    total = Summary(job_id="")
    for batch in _batches(items):
        read = [item for item in batch if isinstance(item, Delivered)]
        report = deliver([item.article for item in read]) if read else None
        if report is not None:
            total.job_id = report.job_id
            for name in _COUNTS:
                setattr(total, name, getattr(total, name) + getattr(report, name))
        failed = {failure.where: failure.reason for failure in report.failures} if report else {}
        for number, item in enumerate(read, start=1):
            reason = failed.get(f"item {number}")
            total.seen += 1
            refused = Refused(item.where, reason, b"") if reason is not None else None
            watch(ItemDone(item.where, item.article.id, refused, total))
        for lost in (item for item in batch if isinstance(item, Refused)):
            total.seen += 1
            total.quarantined += 1
            quarantine(lost)
            watch(ItemDone(lost.where, None, lost, total))
    return total


def _batches(items: Iterable[Delivered | Refused]) -> Iterator[list[Delivered | Refused]]:
    """Runs of at most `_BATCH` items and, unless one is larger by itself, `_BATCH_SIZE`."""
    batch: list[Delivered | Refused] = []
    size = 0
    for item in items:
        weight = len(item.article.model_dump_json()) if isinstance(item, Delivered) else 0
        if batch and size + weight > _BATCH_SIZE:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
        if len(batch) == _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
