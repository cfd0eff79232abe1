"""What is in quarantine is ingested anew, and leaves it when that succeeds."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from news_site import NewsSite, Reply, page, serving

from ingest.fetching import Crawl
from ingest.fetching.client import Client
from ingest.fetching.fetching import Fetcher
from ingest.fetching.pacing import Clock
from ingest.pipeline import Pipeline
from ingest.retrying import RetryReport, chosen, retry
from ingest.sources import read
from ingest.sources.base import KEPT
from rag.archive.fetched import validators
from rag.archive.quarantine import (
    NewQuarantined,
    keep_items,
    quarantined,
    quarantined_bytes,
)
from rag.corpus import Corpus
from rag.errors import NotFoundError

TEXT = "A crossing to Tarn island costs six dollars from Monday on, the shipping line said."
STORY = page("Ferry fares rise", TEXT)
GOOD = json.dumps({"id": "ferry", "title": "Ferry fares rise", "text": TEXT}).encode()


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with serving() as running:
        yield running


@pytest.fixture
def crawl(mock_corpus: Corpus) -> Callable[[], Crawl]:
    def make() -> Crawl:
        known = partial(validators, mock_corpus.archive.engine)
        fetcher = Fetcher(Client(private=True), 0, known, Clock(sleep=lambda seconds: None))
        return Crawl(fetcher, 100, mock_corpus.archive)

    return make


def keep(corpus: Corpus, place: str, raw: bytes, *, transient: bool = False) -> int:
    item = NewQuarantined(place, "an older reason", raw, transient)
    keep_items(corpus.archive.engine, "job", [item])
    return next(quarantined(corpus.archive.engine)).id


def retried(
    corpus: Corpus, *numbers: int, transient: bool = False, crawl: Crawl | None = None
) -> RetryReport:
    items = chosen(corpus.archive, numbers, transient=transient)
    return retry(corpus.archive, Pipeline(corpus), items, crawl)


def in_quarantine(corpus: Corpus) -> dict[str, str]:
    return {item.place: item.reason for item in quarantined(corpus.archive.engine)}


@pytest.mark.parametrize("place", ["ferry.json", "wire.jsonl:7", "list.json#3", "item 2"])
def test_kept_bytes_that_can_be_read_by_now_are_ingested(mock_corpus: Corpus, place: str) -> None:
    number = keep(mock_corpus, place, GOOD)
    done = retried(mock_corpus)
    assert (done.added, done.released, done.kept) == (1, [number], [])
    assert in_quarantine(mock_corpus) == {}
    assert mock_corpus.archive.article("ferry").text == TEXT


def test_what_fails_again_stays_with_the_reason_it_fails_for_now(mock_corpus: Corpus) -> None:
    broken = GOOD.replace(b"}", b', "published_at": "soon"}')
    keep(mock_corpus, "wire.jsonl:7", broken)
    keep(mock_corpus, "wire.jsonl:8", GOOD)
    done = retried(mock_corpus)
    assert (done.added, done.quarantined, len(done.released)) == (1, 1, 1)
    (kept,) = quarantined(mock_corpus.archive.engine)
    assert kept.place == "wire.jsonl:7"
    assert kept.reason != "an older reason"
    assert [(item.where, item.reason) for item in done.kept] == [(kept.place, kept.reason)]
    assert quarantined_bytes(mock_corpus.archive.engine, kept.id) == broken
    assert retried(mock_corpus).released == []
    assert [item.id for item in quarantined(mock_corpus.archive.engine)] == [kept.id]


def test_a_file_that_was_refused_is_tried_as_it_was_kept(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    file = tmp_path / "wire.jsonl"
    file.write_text('{"title": "A", "text": "B", "published_at": "04/03/2026"}\n{broken\n')
    Pipeline(mock_corpus).run(read(file))
    before = in_quarantine(mock_corpus)
    assert len(before) == 2
    assert retried(mock_corpus).released == []
    assert in_quarantine(mock_corpus) == before


def test_only_a_part_that_was_kept_is_said_to_be_one(mock_corpus: Corpus) -> None:
    keep(mock_corpus, "wire.jsonl:7", b"x" * KEPT)
    keep(mock_corpus, "dump.csv:12", b"Headline,Body")
    keep(mock_corpus, "locked.txt", b"")
    reasons = {item.where: item.reason for item in retried(mock_corpus).kept}
    assert "only its first 64 KB were kept" in reasons["wire.jsonl:7"]
    assert "newscite ingest dump.csv" in reasons["dump.csv:12"]
    assert "nothing was kept of it" in reasons["locked.txt"]
    assert len(in_quarantine(mock_corpus)) == 3


def test_an_address_that_failed_for_a_while_is_fetched_anew(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl]
) -> None:
    site.replies["/a"] = Reply(status=500)
    Pipeline(mock_corpus).run(crawl().items([f"{site.url}/a", f"{site.url}/gone"]))
    site.replies["/a"] = Reply(STORY)
    done = retried(mock_corpus, transient=True, crawl=crawl())
    assert (done.added, len(done.released), done.kept) == (1, 1, [])
    assert list(in_quarantine(mock_corpus)) == [f"{site.url}/gone"]


def test_an_address_that_fails_otherwise_now_stays_once(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl]
) -> None:
    site.replies["/a"] = Reply(status=500)
    Pipeline(mock_corpus).run(crawl().items([f"{site.url}/a"]))
    site.replies["/a"] = Reply(status=410)
    assert retried(mock_corpus, crawl=crawl()).released == []
    (kept,) = quarantined(mock_corpus.archive.engine)
    assert "410" in kept.reason
    assert not kept.transient


def test_the_page_of_a_teaser_from_a_file_is_fetched(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl], tmp_path: Path
) -> None:
    entry = "<item><title>Item</title><link>{}</link><description>Cut ...</description></item>"
    file = tmp_path / "feed.xml"
    entries = entry.format(f"{site.url}/a") + entry.format(f"{site.url}/gone")
    file.write_text(f"<rss version='2.0'><channel><title>Post</title>{entries}</channel></rss>")
    Pipeline(mock_corpus).run(read(file))
    site.replies["/a"] = Reply(STORY)
    done = retried(mock_corpus, crawl=crawl())
    assert (done.added, len(done.released), len(done.kept)) == (1, 1, 1)
    assert list(in_quarantine(mock_corpus)) == [f"{site.url}/gone"]


def test_without_leave_an_address_is_not_fetched(mock_corpus: Corpus, site: NewsSite) -> None:
    keep(mock_corpus, f"{site.url}/a", b"", transient=True)
    (kept,) = retried(mock_corpus).kept
    assert "NEWSCITE_FETCH=true" in kept.reason
    assert site.asked == []
    assert len(in_quarantine(mock_corpus)) == 1


def test_the_numbers_choose_and_an_unknown_one_is_an_error(mock_corpus: Corpus) -> None:
    first = keep(mock_corpus, "a.json", GOOD)
    second = keep(mock_corpus, "b.json", GOOD.replace(b"ferry", b"other"), transient=True)
    with pytest.raises(NotFoundError, match="99"):
        retried(mock_corpus, second, 99)
    assert retried(mock_corpus, second, second).released == [second]
    assert retried(mock_corpus, first, transient=True).released == []
    assert retried(mock_corpus).released == [first]
