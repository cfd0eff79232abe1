"""What is in quarantine is ingested anew, as it was first, and leaves it when that succeeds."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from news_site import NewsSite, Reply, page, serving

from ingest import pipeline
from ingest.fetching import Crawl
from ingest.fetching.client import Client
from ingest.fetching.fetching import Fetcher
from ingest.fetching.pacing import Clock
from ingest.pipeline import Pipeline
from ingest.retrying import RetryReport, chosen, retry
from ingest.sources import read, tables
from ingest.sources.base import KEPT
from ingest.sources.tables import Columns
from ingest.summary import ItemDone
from rag import present
from rag.archive.fetched import validators
from rag.archive.quarantine import (
    NewQuarantined,
    content_of,
    keep_items,
    quarantined,
    quarantined_bytes,
    release,
)
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.errors import IngestError, NotFoundError
from rag.types import Article, StoredArticle

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
    assert "ingest dump.csv again" in reasons["dump.csv:12"]
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


def test_an_item_is_chosen_once_in_the_order_that_was_given(mock_corpus: Corpus) -> None:
    numbers = [keep(mock_corpus, f"{name}.json", GOOD) for name in "abc"]
    assert chosen(mock_corpus.archive, numbers[::-1] * 2, transient=False) == numbers[::-1]
    assert chosen(mock_corpus.archive, [], transient=False) == numbers


# -- read as it was first ------------------------------------------------------------------

TABLE = "Kopf;Inhalt;Tag\nFähre;Es fährt keine Fähre.;{}\nRegen;Es regnete.;4 March 2026\n"
NAMING = {"title": "Kopf", "text": "Inhalt", "published_at": "Tag"}


def refused_for_now(monkeypatch: pytest.MonkeyPatch, column: str) -> None:
    """Has rows refused in which a column holds TODAY, as by a newscite that cannot read it."""
    article = Columns.article

    def refuse(self: Columns, values: Sequence[object], where: str) -> Article:
        if values[self.names.index(column)] == "TODAY":
            raise IngestError("field 'published_at': cannot be read")
        return article(self, values, where)

    monkeypatch.setattr(Columns, "article", refuse)


def understood_by_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of one that has learned to."""
    monkeypatch.undo()
    moment = tables.moment
    monkeypatch.setattr(tables, "moment", lambda v: moment("2026-03-05" if v == "TODAY" else v))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_row_is_read_by_its_header_with_the_mapping_and_source_it_came_with(
    mock_corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    file = tmp_path / "dump"
    file.write_bytes(TABLE.format("TODAY").encode(encoding))
    refused_for_now(monkeypatch, "published_at")
    Pipeline(mock_corpus).run(read(file, "csv", "Bote", NAMING))
    (kept,) = quarantined(mock_corpus.archive.engine)
    raw = quarantined_bytes(mock_corpus.archive.engine, kept.id)
    assert raw.decode() == "Fähre;Es fährt keine Fähre.;TODAY\n"
    assert retried(mock_corpus).released == []
    assert [item.id for item in quarantined(mock_corpus.archive.engine)] == [kept.id]
    understood_by_now(monkeypatch)
    done = retried(mock_corpus)
    assert (done.added, done.released, done.kept) == (1, [kept.id], [])
    (found,) = articles(mock_corpus, "Fähre")
    assert (found.text, found.source) == ("Es fährt keine Fähre.", "Bote")
    assert str(found.published_at).startswith("2026-03-05")


def test_a_row_under_a_line_that_says_what_parts_it(
    mock_corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dump.csv"
    file.write_text("sep=;\n" + TABLE.format("TODAY").replace("Kopf", "Kopf, kurz, neu, alt"))
    refused_for_now(monkeypatch, "published_at")
    Pipeline(mock_corpus).run(read(file, naming=NAMING | {"title": "Kopf, kurz, neu, alt"}))
    understood_by_now(monkeypatch)
    assert retried(mock_corpus).added == 1


def test_a_row_of_parquet_is_read_with_the_mapping_and_source_it_came_with(
    mock_corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    file = tmp_path / "dump.parquet"
    row = {"Kopf": ["Fähre"], "Inhalt": ["Es fährt keine Fähre."], "Tag": ["TODAY"]}
    parquet.write_table(pyarrow.table(row), file)
    refused_for_now(monkeypatch, "published_at")
    Pipeline(mock_corpus).run(read(file, source="Bote", naming=NAMING))
    (kept,) = quarantined(mock_corpus.archive.engine)
    assert retried(mock_corpus).released == []
    assert [item.id for item in quarantined(mock_corpus.archive.engine)] == [kept.id]
    understood_by_now(monkeypatch)
    assert retried(mock_corpus).released == [kept.id]
    (found,) = articles(mock_corpus, "Fähre")
    assert found.source == "Bote"


def test_a_row_of_a_table_whose_header_is_too_long_to_keep_is_to_be_ingested_again(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    file = tmp_path / "wide.csv"
    file.write_text(f"title,text,{'x' * 20_000}\nA,B\n")
    Pipeline(mock_corpus).run(read(file))
    (kept,) = retried(mock_corpus).kept
    assert "again" in kept.reason
    (item,) = quarantined(mock_corpus.archive.engine)
    assert "2 cells" in item.reason, "the first reason is not lost"


def test_a_part_is_read_in_the_format_that_was_said(mock_corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "dump"
    file.write_text('{"id": "ferry", "text": "It sank."}\n{"id": "b", "text": 7}\n')
    Pipeline(mock_corpus).run(read(file, "jsonl", "Bote"))
    (kept,) = quarantined(mock_corpus.archive.engine)
    options = content_of(mock_corpus.archive.engine, kept.id).options
    assert options == {"format": "jsonl", "source": "Bote"}


@pytest.mark.parametrize("name", ["wire.jsonl", "wire"])
def test_a_part_is_read_in_the_format_that_its_file_was_told_to_have(
    mock_corpus: Corpus, tmp_path: Path, name: str
) -> None:
    """By itself the line would be taken for a JSON document that was cut off."""
    file = tmp_path / name
    file.write_text('{"id": "ferry", "text": "It sank."}\n{"id": "b"\n' * 2)
    Pipeline(mock_corpus).run(read(file))
    before = {item.id: item.reason for item in quarantined(mock_corpus.archive.engine)}
    assert len(before) == 2
    assert retried(mock_corpus).released == []
    assert {i.id: i.reason for i in quarantined(mock_corpus.archive.engine)} == before


def test_an_article_that_was_read_and_refused_is_kept_as_it_was_read(
    mock_corpus: Corpus, tmp_path: Path
) -> None:
    file = tmp_path / "dump.csv"
    file.write_text("Kopf,Stand\nFähre,canceled\n", encoding="utf-8")
    Pipeline(mock_corpus).run(read(file, "csv", "Bote", {"title": "Kopf", "status": "Stand"}))
    before = in_quarantine(mock_corpus)
    assert list(before.values()) == ["a withdrawal has to say of which article; give its id or url"]
    assert retried(mock_corpus).released == []
    assert in_quarantine(mock_corpus) == before


def test_an_address_is_fetched_anew_for_the_publisher_that_was_said(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl]
) -> None:
    site.replies["/a"] = Reply(status=500)
    Pipeline(mock_corpus).run(crawl().items([f"{site.url}/a"], "html", "Bote"))
    site.replies["/a"] = Reply(STORY)
    assert retried(mock_corpus, crawl=crawl()).added == 1
    assert [found.source for found in articles(mock_corpus, "Ferry fares rise")] == ["Bote"]


def test_a_page_that_a_feed_named_is_not_read_as_a_feed(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl]
) -> None:
    entry = f"<item><title>I</title><link>{site.url}/a</link><description>Cut</description></item>"
    feed = f"<rss version='2.0'><channel><title>Post</title>{entry}</channel></rss>"
    site.replies["/feed"] = Reply(feed)
    site.replies["/a"] = Reply(status=500)
    Pipeline(mock_corpus).run(crawl().items([f"{site.url}/feed"], "rss"))
    site.replies["/a"] = Reply(STORY)
    assert retried(mock_corpus, crawl=crawl()).added == 1


def articles(corpus: Corpus, title: str) -> list[StoredArticle]:
    """Those of a headline, as they stand."""
    found = list_articles(corpus.archive.engine, Visibility(present.now()), limit=200).articles
    return [corpus.archive.article(each.id) for each in found if each.title == title]


# -- when it ends early --------------------------------------------------------------------


def test_what_was_not_looked_at_when_it_was_stopped_stays(mock_corpus: Corpus) -> None:
    numbers = [
        keep(mock_corpus, f"{n}.json", GOOD.replace(b"ferry", b"f%d" % n)) for n in range(200)
    ]
    looked_at = 0

    def stopping() -> bool:
        return looked_at >= 70

    def watch(_item: ItemDone) -> None:
        nonlocal looked_at
        looked_at += 1

    pipeline = Pipeline(mock_corpus)
    done = retry(mock_corpus.archive, pipeline, numbers, None, watch, stopping)
    assert (done.added, done.released) == (70, numbers[:70])
    assert len(in_quarantine(mock_corpus)) == 130
    assert retried(mock_corpus).released == numbers[70:]


def test_a_page_that_was_fetched_and_not_looked_at_is_not_taken_for_known(
    mock_corpus: Corpus, site: NewsSite, crawl: Callable[[], Crawl], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pipeline, "_LONGEST_LOOK_S", 60.0
    )  # both are fetched, on a slow machine too
    urls = [f"{site.url}/{name}" for name in "ab"]
    for number, url in enumerate(urls):
        keep(mock_corpus, url, b"", transient=True)
        headers = {"ETag": f'"{number}"'}
        site.replies[f"/{url[-1]}"] = Reply(page(f"No {number}", TEXT), headers=headers)
    numbers = chosen(mock_corpus.archive, [], transient=False)
    done = retry(
        mock_corpus.archive, Pipeline(mock_corpus), numbers, crawl(), stopping=lambda: True
    )
    assert (done.added, done.released) == (1, numbers[:1])
    summary = Pipeline(mock_corpus).run(crawl().items([urls[1]]))
    assert summary.added == 1


def test_a_crash_takes_nothing_out_of_quarantine(
    mock_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = keep(mock_corpus, "a.json", GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "add", lambda self, batch: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            retried(mock_corpus)
    assert retried(mock_corpus).released == [number]


def test_what_has_left_meanwhile_is_passed_over(mock_corpus: Corpus) -> None:
    gone, here = keep(mock_corpus, "a.json", GOOD), keep(mock_corpus, "b.json", GOOD)
    numbers = chosen(mock_corpus.archive, [], transient=False)
    release(mock_corpus.archive.engine, [gone])
    done = retry(mock_corpus.archive, Pipeline(mock_corpus), numbers, None)
    assert (done.seen, done.released) == (1, [here])
