"""Hands articles over to a server that holds the corpus, and adds up what it reports."""

from collections.abc import Callable, Iterable
from itertools import islice

from ingest.sources.items import Delivered, Refused
from ingest.summary import DeliveryReport, ItemDone, Summary, Watcher
from rag.types import Article

_BATCH = 20  # articles a request: a few seconds of embedding
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
    source = iter(items)
    while batch := list(islice(source, _BATCH)):
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
