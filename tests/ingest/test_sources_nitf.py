"""NITF: the text without what is not for readers, and every field of the head."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, read
from ingest.sources.nitf import text_of_nitf
from rag.errors import IngestError
from rag.types import Article, PubStatus

BRIDGE = Path(__file__).parent / "fixtures" / "nitf" / "bridge.xml"


def documents(tmp_path: Path, head: str = "", body: str = "<p>It rained.</p>") -> list[Article]:
    path = tmp_path / "story.xml"
    path.write_text(
        f"<nitf><head>{head}</head><body><body.head><hedline><hl1>Rain</hl1></hedline></body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    )
    items = list(read(path))
    assert all(isinstance(item, Delivered) for item in items), items
    return [item.article for item in items if isinstance(item, Delivered)]


def test_every_field_finds_its_place() -> None:
    (found,) = read(BRIDGE)
    assert isinstance(found, Delivered)
    assert found.article.model_dump(exclude_unset=True, exclude={"text"}) == {
        "id": "cpa-0304-2",
        "title": "Harbour bridge reopens",
        "source": "Calder Post",
        "provider": "Calder Press Agency",
        "url": "https://calder.example/2026/harbour-bridge",
        "authors": ["Ann Lee", "Omar Haddad"],
        "published_at": datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 5, 7, 0, tzinfo=UTC),
        "embargoed_until": datetime(2026, 3, 5, 11, 0, tzinfo=UTC),
        "expires_at": datetime(2027, 3, 4, 0, 0, tzinfo=UTC),
        "status": PubStatus.USABLE,
        "language": "en-GB",
        "section": "Local",
        "subjects": ["bridges", "Economy", "Construction", "home", "Calder", "Harbour Trust"],
        "dateline": "CALDER, March 4",
        "usage_terms": "Not for use in Norland.",
        "correction": "An earlier version gave the wrong cost.",
        "corrects": "cpa-0304-1",
        "provider_version": "2",
        "du_key": "calder-bridge",
        "ednote": "Editors: a picture follows.",
        "urgency": "4",
        "copyright_holder": "Calder Press Agency",
        "subheadline": "Eleven weeks of repairs are over",
        "abstract": "The bridge is open again.",
    }


def test_the_text_is_what_a_reader_of_the_body_sees() -> None:
    (found,) = read(BRIDGE)
    assert isinstance(found, Delivered)
    assert found.article.text == (
        "The Harbour Trust’s bridge reopened on Wednesday.\n\nWhat was done\n\n48 cables\na new deck"
        "\n\nYear; Cost\n1974; $3m\n\nIt was worth the wait.\n\nThe mayor"
    )


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("<docdata/>", PubStatus.USABLE),
        ('<docdata management-status="withheld"/>', PubStatus.WITHHELD),
        ('<docdata management-status="embargoed"/>', PubStatus.WITHHELD),
        (
            '<docdata management-status="embargoed"><date.release norm="20260305"/></docdata>',
            PubStatus.USABLE,
        ),
        ('<docdata management-status="canceled"/>', PubStatus.CANCELED),
        ('<docdata management-status="Killed"/>', PubStatus.CANCELED),
    ],
)
def test_the_management_status_is_kept(tmp_path: Path, head: str, status: PubStatus) -> None:
    (found,) = documents(tmp_path, head)
    assert found.status is status


OTHER = '<docdata management-doc-idref="old" management-idref-status="canceled">'


def test_a_kill_notice_withdraws_the_other_document_and_is_none_itself(tmp_path: Path) -> None:
    notice = f'{OTHER}<doc-id id-string="n"/><ed-msg info="Kill: wrong mayor."/></docdata>'
    (found,) = documents(tmp_path, notice, "<p>Editors, kill the story.</p>")
    assert (found.id, found.status) == ("old", PubStatus.CANCELED)


def test_a_document_may_take_the_place_of_another(tmp_path: Path) -> None:
    new, old = documents(tmp_path, f'{OTHER}<doc-id id-string="new"/></docdata>')
    assert (new.id, new.status, new.text) == ("new", PubStatus.USABLE, "It rained.")
    assert (old.id, old.status) == ("old", PubStatus.CANCELED)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("By Ann Lee and Omar Haddad", ["Ann Lee", "Omar Haddad"]),
        ("BY ANN LEE, Science Editor", ["ANN LEE, Science Editor"]),
        ("Byron Andrews", ["Byron Andrews"]),
        ("By <person>Ann Lee</person>, <byttl>Science Editor</byttl>", ["Ann Lee"]),
        ("By Ann Lee<byttl>Science Editor</byttl>", ["Ann Lee"]),
        ("", []),
    ],
)
def test_a_byline_names_its_authors(tmp_path: Path, byline: str, names: list[str]) -> None:
    path = tmp_path / "story.nitf"
    path.write_text(
        f"<nitf><body><body.head><byline>{byline}</byline></body.head>"
        "<body.content><p>It rained.</p></body.content></body></nitf>"
    )
    (found,) = read(path)
    assert isinstance(found, Delivered)
    assert found.article.authors == names


def test_an_expiry_without_end_is_none(tmp_path: Path) -> None:
    (found,) = documents(tmp_path, '<docdata><date.expire norm="Infinity"/></docdata>')
    assert found.expires_at is None


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.xml"
    path.write_text('<nitf><head><docdata><date.issue norm="soon"/></docdata></head></nitf>')
    (found,) = read(path)
    assert isinstance(found, Refused)
    assert "field 'published_at': 'soon' is not a date and time" in found.reason


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two <org>Trust</org>.</p>", "One.\n\nTwo Trust."),
        ("<body><body.head><p>No.</p></body.head><body.content><p>One.</p></body.content></body>", "One."),
        ('<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "n.dtd"><nitf><p>A&nbsp;b&mdash;c</p></nitf>', "A\xa0b—c"),
        ("<block><hl2>Head</hl2><p>One.</p><media><media-caption>No</media-caption></media></block>", "Head\n\nOne."),
        ("<body.content><p>One.</p></body.content><body.content><p>Two.</p></body.content>", "One.\n\nTwo."),
        ("<p>Bread & butter<br>and jam", "Bread & butter\nand jam"),
        ("No markup.", "No markup."),
        ("  ", ""),
    ],
)  # fmt: skip
def test_a_body_alone_becomes_text(markup: str, text: str) -> None:
    assert text_of_nitf(markup) == text


def test_a_body_that_would_expand_is_refused() -> None:
    with pytest.raises(IngestError, match="declares entities of its own"):
        text_of_nitf('<!DOCTYPE nitf [<!ENTITY a "b">]><nitf><p>&a;</p></nitf>')


@given(st.text(st.sampled_from("<>/&;!?[]\"'= abpblocknitf\n\0é"), max_size=80))
def test_any_markup_becomes_text_or_is_refused_in_words(markup: str) -> None:
    with suppress(IngestError):
        assert isinstance(text_of_nitf(markup), str)
