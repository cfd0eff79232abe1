"""Feeds: entries with their text become articles, and a teaser is never taken for one."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, feed, read
from rag.types import Article

FIXTURES = Path(__file__).parent / "fixtures" / "feed"
LONG = "The harbour bridge reopened on Wednesday after eleven weeks of repairs. " * 6


def rss(tmp_path: Path, *entries: str, channel: str = "") -> list[Delivered | Refused]:
    path = tmp_path / "news.rss"
    items = "".join(f"<item>{entry}</item>" for entry in entries)
    path.write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{channel}{items}</channel></rss>"
    )
    return list(read(path))


def article(tmp_path: Path, entry: str, channel: str = "") -> Article:
    (found,) = rss(tmp_path, entry, channel=channel)
    assert isinstance(found, Delivered), found
    return found.article


def encoded(text: str = "It rained.") -> str:
    return f"<content:encoded>{text}</content:encoded>"


def test_rss_maps_to_an_article() -> None:
    found, teaser = read(FIXTURES / "rss.xml")
    assert isinstance(found, Delivered)
    assert found.where.endswith("rss.xml#tag:calder.example,2026:bridge")
    assert found.article.model_dump(exclude_unset=True) == {
        "id": "tag:calder.example,2026:bridge",
        "title": "Harbour bridge reopens & stays open",
        "text": "The harbour bridge reopened on Wednesday.\n\nIt\xa0cost $41 million.",
        "source": "The Wire",
        "provider": "The Calder Post",
        "url": "https://calder.example/2026/harbour-bridge",
        "authors": ["Ann Lee"],
        "published_at": datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        "language": "en-gb",
        "subjects": ["bridges", "Calder"],
        "usage_terms": "Copyright 2026 The Calder Post",
        "summary": "The bridge is open again.",
    }
    assert isinstance(teaser, Refused)
    assert teaser.reason == (
        "the feed carries only a teaser of this article and not its text; ingest the page itself: "
        "https://calder.example/2026/ferry"
    )
    assert teaser.raw.startswith(b"<item")
    assert b"Ferry fares rise" in teaser.raw


def test_atom_maps_to_an_article() -> None:
    (found,) = read(FIXTURES / "atom.xml")
    assert isinstance(found, Delivered)
    assert found.article.model_dump(exclude_unset=True) == {
        "id": "tag:calder.example,2026:bridge",
        "title": "Harbour bridge reopens",
        "text": "The harbour bridge reopened on Wednesday.\n\n48 cables",
        "source": "The Calder Post",
        "provider": "The Calder Post",
        "url": "https://calder.example/2026/harbour-bridge",
        "authors": ["Ann Lee", "Omar Haddad"],
        "published_at": datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 5, 7, 0, tzinfo=UTC),
        "language": "en",
        "subjects": ["Bridges"],
        "usage_terms": "Copyright 2026 The Calder Post",
        "summary": "The bridge is open again.",
    }


def test_rdf_maps_to_an_article() -> None:
    (found,) = read(FIXTURES / "rdf.xml")
    assert isinstance(found, Delivered)
    assert found.article.id == "https://calder.example/2026/harbour-bridge"
    assert found.article.text == "The harbour bridge reopened on Wednesday."
    assert found.article.provider == "Calder Press Agency"
    assert found.article.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (f"<description>{LONG}</description>", LONG.strip()),
        (f"<description>Short.</description>{encoded()}", "It rained."),
        (encoded("&lt;h1>Rain&lt;/h1>&lt;p>It rained.&lt;/p>"), "It rained."),
    ],
)
def test_the_fullest_text_is_taken(tmp_path: Path, entry: str, text: str) -> None:
    assert article(tmp_path, f"<title>Rain</title>{entry}").text == text


@pytest.mark.parametrize(
    "entry",
    [
        "<title>Rain</title>",
        "<description>It rained.</description>",
        f"<description>{LONG} &lt;a href='/x'>Read more &amp;raquo;&lt;/a></description>",
        f"<description>{LONG} [&amp;#8230;]</description>",
        encoded("It rained…"),
        f"<description>Short.</description>{encoded('Short.')}",
        encoded("&lt;img src='x.jpg'>"),
    ],
)
def test_a_teaser_is_refused(tmp_path: Path, entry: str) -> None:
    (found,) = rss(tmp_path, entry)
    assert isinstance(found, Refused)
    assert found.reason.startswith("the feed carries only a teaser")


@pytest.mark.parametrize(
    ("ids", "channel", "identity"),
    [
        ("<guid>urn:uuid:1</guid><link>https://a.example/1</link>", "", "urn:uuid:1"),
        ("<guid>1234</guid><link>https://a.example/1</link>", "", None),
        ("<guid>1234</guid>", "<link>https://a.example/</link>", "https://a.example/#1234"),
        ("<guid>1234</guid>", "", None),
    ],
)
def test_a_guid_that_another_feed_may_have_is_no_identity(
    tmp_path: Path, ids: str, channel: str, identity: str | None
) -> None:
    assert article(tmp_path, ids + encoded(), channel).id == identity


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 04 Mar 2026 18:30:00 +0100",
        "Wed, 04 Mar 2026 12:30:00 EST",
        "2026-03-04T18:30:00+01:00",
    ],
)
def test_dates_keep_their_zone(tmp_path: Path, date: str) -> None:
    found = article(tmp_path, f"<pubDate>{date}</pubDate>{encoded()}")
    assert found.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    ["soon", "Wed, 99 Foo 99999 99:99:99 +9999", "", "2026-02-30", "2026-13-01T00:00:00Z",
     "99999-01-01", "1700000000", "253402300800", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_a_date_that_is_none_is_left_out(tmp_path: Path, date: str) -> None:
    assert article(tmp_path, f"<pubDate>{date}</pubDate>{encoded()}").published_at is None


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (found,) = rss(tmp_path, f"<title>AT&T cuts jobs</title>{encoded('It cut & ran.')}")
    assert isinstance(found, Delivered)
    assert (found.article.title, found.article.text) == ("AT&T cuts jobs", "It cut & ran.")


def test_a_large_feed_that_is_not_well_formed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LARGEST_BROKEN", 100)
    (found,) = rss(tmp_path, f"<title>AT&T</title>{encoded()}")
    assert isinstance(found, Refused)
    assert found.reason.startswith("not well-formed XML: ")


def test_a_feed_over_the_bound_is_refused_without_keeping_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LARGEST", 1_000_000)
    (found,) = rss(tmp_path, encoded("word " * 300_000))
    assert isinstance(found, Refused)
    assert found.reason == "the feed is larger than 1 MB"
    assert len(found.raw) == 64 * 1024


def test_a_feed_without_entries_is_refused(tmp_path: Path) -> None:
    (found,) = rss(tmp_path)
    assert isinstance(found, Refused)
    assert found.reason == "there is no text to ingest: the feed has no entries"


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a feed must not be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    path = tmp_path / "feed.rss"
    path.write_text("http://127.0.0.1:9/feed")
    assert all(isinstance(item, Refused) for item in read(path, "rss"))
    assert article(tmp_path, f"<link>http://127.0.0.1:9/</link>{encoded()}").text


PARTS = [
    "<item>", "</item>", "<title>", "</title>", "<guid>", "<link>", "<pubDate>", "</pubDate>",
    "<source>", "<author>", "<category/>", "<content:encoded>", "<![CDATA[", "]]>", "&amp;", "&",
    "&lt;p>", "a@b (C)", "2026-13-45", "\N{SNOWMAN}", "<entry>", "<summary>", "text" * 150,
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_any_feed_yields_something_and_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("feed") / "a.rss"
    path.write_text(f"<rss><channel>{''.join(parts)}</channel></rss>", encoding="utf-8")
    assert list(read(path))
