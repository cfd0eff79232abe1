"""WARC: pages are articles; what else a crawl brought home is passed over or refused in one item."""

import gzip
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, html, read

Item = Delivered | Refused


def page(title: str = "Flood", head: str = "") -> bytes:
    body = f"<article><h1>{title}</h1><p>{'The river rose by four metres. ' * 20}</p></article>"
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def record(
    payload: bytes,
    uri: str = "https://g.example/flood",
    *,
    kind: str = "response",
    media: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    http: Sequence[str] = (),
    warc: Sequence[str] = (),
    number: int = 1,
) -> bytes:
    """A record as a crawler writes it."""
    headers = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {media}", *http])
    block = headers.encode() + b"\r\n\r\n" + payload
    fields = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{number}>",
        "WARC-Date: 2026-03-04T18:30:00Z",
        f"WARC-Target-URI: {uri}",
        f"Content-Type: application/http; msgtype={kind}",
        *warc,
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


INFO = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
    b"WARC-Date: 2026-03-04T18:30:00Z\r\nContent-Type: application/warc-fields\r\n"
    b"Content-Length: 13\r\n\r\nsoftware: x\r\n\r\n\r\n"
)


def items(tmp_path: Path, *records: bytes, name: str = "news.warc") -> list[Item]:
    path = tmp_path / name
    path.write_bytes(b"".join(records))
    return list(read(path))


def titles(found: Sequence[Item]) -> list[str]:
    return [item.article.title if isinstance(item, Delivered) else item.reason for item in found]


def test_a_page_is_an_article_at_the_address_that_was_crawled(tmp_path: Path) -> None:
    (item,) = items(tmp_path, INFO, record(page()))
    assert isinstance(item, Delivered)
    assert item.where == f"{tmp_path / 'news.warc'}#<urn:uuid:1>"
    assert item.article.title == "Flood"
    assert item.article.url == "https://g.example/flood"
    assert item.article.text is not None
    assert item.article.text.startswith("The river rose by four metres.")


def test_when_it_was_crawled_is_no_date_of_publication(tmp_path: Path) -> None:
    (item,) = items(tmp_path, record(page()))
    assert isinstance(item, Delivered)
    assert item.article.published_at is None
    assert item.article.model_extra == {"crawled_at": "2026-03-04T18:30:00Z"}


def test_what_the_page_says_of_itself_goes_first(tmp_path: Path) -> None:
    head = (
        "<link rel=canonical href='https://g.example/2026/flood'>"
        "<meta property='article:published_time' content='2026-03-03T10:00:00Z'>"
    )
    (item,) = items(tmp_path, record(page(head=head), "https://g.example/flood?utm_source=x"))
    assert isinstance(item, Delivered)
    assert item.article.url == "https://g.example/2026/flood"
    assert item.article.published_at == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_each_record_may_be_packed_by_itself(tmp_path: Path) -> None:
    records = [record(page(f"Flood {n}"), number=n) for n in range(3)]
    found = items(tmp_path, *map(gzip.compress, [INFO, *records]), name="news.warc.gz")
    assert titles(found) == ["Flood 0", "Flood 1", "Flood 2"]


def test_other_records_are_passed_over_in_silence(tmp_path: Path) -> None:
    found = items(
        tmp_path,
        INFO,
        record(b"", kind="request"),
        record(b"\x89PNG", "https://g.example/a.png", media="image/png"),
        record(b"a {}", "https://g.example/a.css", media="text/css"),
        record(b"User-agent: *", "https://g.example/robots.txt", media="text/plain"),
        record(page(), status="404 Not Found"),
        record(b"", status="301 Moved", http=["Location: /flood"]),
        record(b"", kind="revisit"),
        record(b"20260304 g.example 192.0.2.1", "dns:g.example", media="text/dns"),
        record(page()),
    )
    assert titles(found) == ["Flood"]


def test_pages_without_an_article_are_refused_in_one_item(tmp_path: Path) -> None:
    empty = b"<html><body><nav>Menu</nav></body></html>"
    found = items(
        tmp_path,
        record(page("Front page"), "https://g.example/"),
        record(empty, "https://g.example/menu"),
        record(page()),
        record(empty, "https://g.example/login"),
    )
    assert titles(found) == [
        "Flood",
        "3 pages hold no article; the first is https://g.example/",
    ]
    assert isinstance(found[1], Refused)
    assert found[1].raw == b"https://g.example/\nhttps://g.example/menu\nhttps://g.example/login"


def test_an_archive_without_a_page_is_refused(tmp_path: Path) -> None:
    (item,) = items(tmp_path, INFO)
    assert titles([item]) == ["there is no text to ingest: the archive holds no web page"]


@pytest.mark.parametrize(
    ("encoded", "http"),
    [
        (gzip.compress(page()), ["Content-Encoding: gzip"]),
        (page(), ["Content-Encoding: gzip"]),  # a crawler that unpacked it and said so nowhere
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(page()), page()), ["Transfer-Encoding: chunked"]),
        (page(), ["Transfer-Encoding: chunked"]),
        (
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(page(), mtime=0)), gzip.compress(page(), mtime=0)),
            ["Transfer-Encoding: chunked", "Content-Encoding: gzip"],
        ),
    ],
    ids=["gzip", "gzip undone", "chunked", "chunked undone", "both"],
)  # fmt: skip
def test_encodings_of_the_transfer_are_undone(
    tmp_path: Path, encoded: bytes, http: list[str]
) -> None:
    assert titles(items(tmp_path, record(encoded, http=http))) == ["Flood"]


def test_a_bomb_in_a_page_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(200_000_000))
    tracemalloc.start()
    found = items(tmp_path, record(bomb, http=["Content-Encoding: gzip"]), record(page()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert titles(found) == ["the page is larger than 10 MB", "Flood"]
    assert peak < 60_000_000


def test_a_page_in_an_old_encoding_is_read_by_what_its_server_said(tmp_path: Path) -> None:
    content = page("Povodeň v Českých Budějovicích").decode().encode("iso-8859-2")
    found = items(tmp_path, record(content, media="text/html; charset=iso-8859-2"))
    assert titles(found) == ["Povodeň v Českých Budějovicích"]


def test_a_page_without_a_title_has_the_words_of_its_address(tmp_path: Path) -> None:
    content = (
        b"<html><body><article><p>" + b"The river rose. " * 40 + b"</p></article></body></html>"
    )
    found = items(tmp_path, record(content, "https://g.example/2026/the-river-rose/?x=1"))
    assert titles(found) == ["The river rose"]


@pytest.mark.parametrize("cut", [30, 300, 900])
def test_a_record_that_is_cut_short_is_refused_and_those_before_it_are_read(
    tmp_path: Path, cut: int
) -> None:
    found = items(tmp_path, record(page("One")), record(page("Two"))[:-cut])
    assert titles(found) == [
        "One",
        "the record is damaged or cut short: it holds less than it says",
    ]


@pytest.mark.parametrize("name", ["news.warc", "news.warc.gz"])
def test_an_archive_that_breaks_off_anywhere_loses_the_last_page_only(
    tmp_path: Path, name: str
) -> None:
    records = [record(page(f"Flood {n}"), number=n) for n in range(4)]
    if name.endswith(".gz"):
        records = [gzip.compress(content) for content in records]
    whole = b"".join(records)
    for length in range(len(whole) - len(records[3]) + 1, len(whole) - 4, 23):
        found = items(tmp_path, whole[:length], name=name)
        good = [item for item in found if isinstance(item, Delivered)]
        assert titles(good)[:2] == ["Flood 0", "Flood 1"]
        assert len(good) <= 3
        assert all(len(item.article.text or "") == len(good[0].article.text or "") for item in good)


def test_rubbish_between_two_records_is_passed_over(tmp_path: Path) -> None:
    found = items(tmp_path, record(page("One")), b"rubbish\r\n\0more\r\n", record(page("Two")))
    assert titles(found) == ["One", "Two"]


def test_a_wrong_length_costs_its_own_record_only(tmp_path: Path) -> None:
    wrong = record(page("Two")).replace(b"Content-Length: ", b"Content-Length: x")
    found = items(tmp_path, record(page("One")), wrong, record(page("Three")))
    assert titles(found)[0] == "One"
    assert titles(found)[-1] == "Three"
    assert "Two" not in titles(found)


def test_a_page_over_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LARGEST", 1_000_000)
    large = page() + b"<!--" + b"x" * 1_000_000 + b"-->"
    found = items(tmp_path, record(large), record(page()))
    assert titles(found) == ["the page is larger than 1 MB", "Flood"]


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        filler = record(b"\x89PNG" * 100_000, "https://g.example/a.png", media="image/png")
        path = tmp_path / f"{count}.warc"
        path.write_bytes((filler + record(page())) * count)
        tracemalloc.start()
        assert sum(1 for _ in read(path)) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)  # so that what is imported and cached has been
    assert peak(60) < 2 * peak(6) + 1_000_000


@given(content=st.binary(max_size=400), at=st.integers(0, 2000))
def test_bytes_anywhere_in_an_archive_raise_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int
) -> None:
    whole = record(page("One")) + record(page("Two"))
    found = items(tmp_path_factory.mktemp("warc"), whole[:at], content, whole[at:])
    assert found
