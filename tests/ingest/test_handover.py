"""Articles handed over to a server are counted as if they had been ingested here."""

from collections.abc import Iterator

import pytest
from builders import delivery

from ingest.handover import hand_over
from ingest.pipeline import Pipeline
from ingest.sources import Delivered, Refused
from ingest.summary import DeliveryReport, Failure, ItemDone
from rag.corpus import Corpus
from rag.types import Article

BROKEN = Refused("wire.jsonl:7", "not valid JSON", b"{")


class Server:
    """Ingests like the service does, and remembers what it was sent."""

    def __init__(self, corpus: Corpus) -> None:
        self._pipeline = Pipeline(corpus)
        self.requests: list[int] = []

    def deliver(self, articles: list[Article]) -> DeliveryReport:
        self.requests.append(len(articles))
        ids: list[str] = []
        failures: list[Failure] = []

        def watch(item: ItemDone) -> None:
            if item.refused:
                failures.append(Failure(where=item.where, reason=item.refused.reason))
            elif item.article_id:
                ids.append(item.article_id)

        items = (Delivered(a, f"item {n}") for n, a in enumerate(articles, start=1))
        summary = self._pipeline.run(items, watch)
        return DeliveryReport(**summary.model_dump(), articles=ids, failures=failures)


@pytest.fixture
def server(mock_corpus: Corpus) -> Server:
    return Server(mock_corpus)


Items = list[Delivered | Refused]


def mixed() -> Items:
    """45 deliveries of 44 articles, one of them empty, and what could not be read."""
    items: Items = [delivery(f"a{number}", f"Article {number}.") for number in range(43)]
    items.insert(5, BROKEN)
    items.insert(30, delivery("empty", "\N{ZERO WIDTH SPACE}"))
    items.append(delivery("a0", "Article 0, updated."))
    return items


def test_what_the_server_reports_is_added_up(server: Server) -> None:
    total = hand_over(mixed(), server.deliver, lambda _lost: None, lambda _item: None)
    assert (total.seen, total.added, total.updated, total.quarantined) == (46, 43, 1, 2)
    assert (total.unchanged, total.withdrawn, total.syndicated) == (0, 0, 0)
    assert total.passages == 44
    assert total.job_id
    counts = total.added + total.updated + total.unchanged + total.withdrawn + total.quarantined
    assert counts == total.seen


def test_a_rerun_changes_nothing(server: Server) -> None:
    items = mixed()
    hand_over(items[:-1], server.deliver, lambda _lost: None, lambda _item: None)
    total = hand_over(items[:-1], server.deliver, lambda _lost: None, lambda _item: None)
    assert (total.seen, total.unchanged, total.quarantined) == (45, 43, 2)


def test_articles_go_in_batches_of_20_and_unreadable_items_not_at_all(server: Server) -> None:
    hand_over(mixed(), server.deliver, lambda _lost: None, lambda _item: None)
    assert server.requests == [19, 20, 6]


def test_every_item_is_watched_with_its_own_place_and_reason(server: Server) -> None:
    seen: list[ItemDone] = []
    counts: list[int] = []

    def watch(item: ItemDone) -> None:
        seen.append(item)
        counts.append(item.summary.seen)

    items = mixed()
    hand_over(items, server.deliver, lambda _lost: None, watch)
    assert sorted(item.where for item in seen) == sorted(item.where for item in items)
    assert counts == list(range(1, 47))
    refused = {item.where: item.refused.reason for item in seen if item.refused}
    assert refused == {
        "wire.jsonl:7": "not valid JSON",
        "empty.json": "there is no text to ingest; give the article a text or html",
    }


def test_nothing_to_hand_over_is_nothing_done(server: Server) -> None:
    total = hand_over([], server.deliver, lambda _lost: None, lambda _item: None)
    assert (total.seen, server.requests) == (0, [])


def test_with_nothing_readable_the_server_is_left_alone(server: Server) -> None:
    kept: list[Refused] = []
    total = hand_over([BROKEN], server.deliver, kept.append, lambda _item: None)
    assert kept == [BROKEN]
    assert (total.seen, total.quarantined, server.requests) == (1, 1, [])


def test_items_are_read_as_they_are_needed() -> None:
    read: list[Delivered] = []
    read_at_each_request: list[int] = []

    def items() -> Iterator[Delivered]:
        for number in range(45):
            read.append(delivery(f"a{number}"))
            yield read[-1]

    def deliver(articles: list[Article]) -> DeliveryReport:
        read_at_each_request.append(len(read))
        return DeliveryReport(job_id="job", seen=len(articles), articles=[], failures=[])

    hand_over(items(), deliver, lambda _lost: None, lambda _item: None)
    assert read_at_each_request == [20, 40, 45]
