"""NewsML-G2: each item of a message becomes what it is, an article, a kill, or a worded refusal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import Delivered, Refused, read
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.types import Article, PubStatus

MESSAGE = Path(__file__).parent / "fixtures" / "newsml-g2" / "message.xml"
BRIDGE = "urn:newsml:calder.example:20260304:bridge"
PARAGRAPH = '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>It rained.</p></body></html></inlineXML>'


@pytest.fixture(scope="module")
def message() -> list[Delivered | Refused]:
    return list(read(MESSAGE))


def items(tmp_path: Path, *markup: str) -> list[Delivered | Refused]:
    path = tmp_path / "items.xml"
    inside = "".join(markup)
    path.write_text(
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{inside}</itemSet></newsMessage>'
    )
    return list(read(path))


def item(
    item_meta: str = "", content_meta: str = "", content: str = PARAGRAPH, guid: str = "urn:a"
) -> str:
    return (
        f'<newsItem guid="{guid}" version="1"><itemMeta>{item_meta}</itemMeta>'
        f"<contentMeta>{content_meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def delivered(tmp_path: Path, markup: str) -> Article:
    (found,) = items(tmp_path, markup)
    assert isinstance(found, Delivered), found
    return found.article


def refused(tmp_path: Path, markup: str) -> str:
    (found,) = items(tmp_path, markup)
    assert isinstance(found, Refused)
    return found.reason


def test_every_field_finds_its_place(message: list[Delivered | Refused]) -> None:
    found = message[0]
    assert isinstance(found, Delivered)
    assert found.where == f"{MESSAGE}#{BRIDGE}"
    assert found.article.model_dump(exclude_unset=True) == {
        "id": BRIDGE,
        "title": "Harbour bridge reopens",
        "text": "The harbour bridge reopened on Wednesday after eleven weeks.\n\n48 cables\na new deck",
        "source": "Harbour Post",
        "provider": "Calder Press Agency",
        "url": "https://calder.example/2026/harbour-bridge",
        "authors": ["Ann Lee", "Omar Haddad"],
        "published_at": datetime(2026, 3, 4, 17, 30, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 5, 7, 0, tzinfo=UTC),
        "embargoed_until": datetime(2026, 3, 5, 11, 0, tzinfo=UTC),
        "status": PubStatus.USABLE,
        "language": "en",
        "subjects": ["bridges", "Calder"],
        "dateline": "CALDER, March 4",
        "usage_terms": "Not for use in Norland.",
        "provider_version": "3",
        "previous_version": {"id": BRIDGE, "version": "2"},
        "ednote": "Editors: a picture follows.",
        "signals": ["update"],
        "section": "Home news",
        "slugline": "calder-bridge",
        "urgency": "4",
        "genre": "Current",
        "creditline": "CPA",
        "content_created": "2026-03-04T17:00:00+01:00",
        "content_modified": "2026-03-05T07:55:00+01:00",
        "copyright_holder": "Calder Press Agency",
        "copyright_notice": "Copyright 2026 Calder Press Agency",
    }


def test_nitf_within_a_news_item_is_read(message: list[Delivered | Refused]) -> None:
    found = message[1]
    assert isinstance(found, Delivered)
    assert found.article.text == "Ferries cost more from Monday.\n\nA crossing is $6."
    assert found.article.source == found.article.provider == "CPA"


def test_a_correction_says_what_was_corrected(message: list[Delivered | Refused]) -> None:
    found = message[1]
    assert isinstance(found, Delivered)
    assert found.article.correction == "Corrects the fare in the second paragraph."


def test_a_note_to_editors_is_no_correction_to_be_shown(tmp_path: Path) -> None:
    meta = '<edNote>Desk: check with legal.</edNote><signal qcode="sig:correction"/>'
    found = delivered(tmp_path, item(meta))
    assert found.correction == "The provider marks this version as a correction."
    assert (found.model_extra or {})["ednote"] == "Desk: check with legal."
    assert delivered(tmp_path, item('<signal qcode="sig:update"/>')).correction is None


def test_a_kill_needs_no_text(message: list[Delivered | Refused]) -> None:
    found = message[2]
    assert isinstance(found, Delivered)
    assert found.article.id == "urn:newsml:calder.example:20260301:mayor"
    assert found.article.status is PubStatus.CANCELED
    assert found.article.text is None


def test_pictures_and_packages_are_refused_for_what_they_are(
    message: list[Delivered | Refused],
) -> None:
    picture, package = message[3:]
    assert isinstance(picture, Refused)
    assert picture.reason == "this is an item of class 'picture'; only text is ingested"
    assert isinstance(package, Refused)
    assert package.reason.startswith("this is a package, which lists other items")
    assert package.raw.startswith(b"<packageItem ")


@pytest.mark.parametrize(
    "status",
    [
        '<pubStatus qcode="stat:withheld"/>',
        '<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>',
        "<embargoed/>",
    ],
)
def test_what_may_not_be_used_now_is_withheld(tmp_path: Path, status: str) -> None:
    assert delivered(tmp_path, item(status)).status is PubStatus.WITHHELD


def test_a_status_or_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "'held' is not one of" in refused(tmp_path, item('<pubStatus qcode="stat:held"/>'))
    assert "'noon' is not a date" in refused(tmp_path, item("<embargoed>noon</embargoed>"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<inlineData>It rained.\n\nIt poured.</inlineData>", "It rained.\n\nIt poured."),
        (
            '<inlineData contenttype="text/html">&lt;p>It rained.&lt;/p>&lt;p>It poured.</inlineData>',
            "It rained.\n\nIt poured.",
        ),
        (
            '<inlineData contenttype="text/plain" encoding="http://x/base64">SXQgcmFpbmVkLg==</inlineData>',
            "It rained.",
        ),
        (f"<inlineData>Plain.</inlineData>{PARAGRAPH}", "It rained."),
        (f'<inlineXML><sportsml xmlns="urn:s"/></inlineXML>{PARAGRAPH}', "It rained."),
        ('<inlineXML><p xmlns="http://www.w3.org/1999/xhtml">a<br/>b</p></inlineXML>', "a\nb"),
        (
            '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>It rains</h1><p>It rained.</p></body></html></inlineXML>',
            "It rained.",
        ),
    ],
)
def test_the_best_rendition_gives_the_text(tmp_path: Path, content: str, text: str) -> None:
    found = delivered(tmp_path, item(content_meta="<headline>It rains</headline>", content=content))
    assert found.text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "there is no text to ingest"),
        ('<remoteContent href="story.html"/>', "another file, which is not fetched: story.html"),
        ('<inlineXML><sportsml xmlns="urn:s"/></inlineXML>', "<sportsml>, which is neither XHTML"),
        ('<inlineData contenttype="image/png">iVBO</inlineData>', "of the type image/png"),
        ('<inlineData encoding="base64">!</inlineData>', "no base64 of text in UTF-8"),
    ],
)
def test_an_item_without_a_readable_text_says_why(
    tmp_path: Path, content: str, reason: str
) -> None:
    assert reason in refused(tmp_path, item(content=content))


def test_a_bad_item_does_not_stop_the_next(tmp_path: Path) -> None:
    bad = item("<versionCreated>later</versionCreated>", guid="urn:bad")
    first, second, third = items(tmp_path, item(guid="urn:1"), bad, item(guid="urn:3"))
    assert isinstance(second, Refused)
    assert second.where.endswith("items.xml#urn:bad")
    assert isinstance(first, Delivered)
    assert isinstance(third, Delivered)


def test_what_comes_before_a_broken_place_is_delivered(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(MESSAGE.read_bytes()[:4000])
    *before, last = read(path)
    assert [type(item) for item in before] == [Delivered]
    assert isinstance(last, Refused)
    assert last.reason.startswith("not well-formed XML: ")
    assert last.raw == path.read_bytes()


def test_an_item_may_stand_alone_with_a_prefix(tmp_path: Path) -> None:
    path = tmp_path / "item.xml"
    path.write_text(
        '<n:newsItem xmlns:n="http://iptc.org/std/nar/2006-10-01/" guid="urn:a">'
        "<n:contentMeta><x:headline xmlns:x='urn:x'>Not this</x:headline><n:headline>Rain</n:headline>"
        "</n:contentMeta><n:contentSet><n:inlineData>It rained.</n:inlineData></n:contentSet></n:newsItem>"
    )
    (found,) = read(path)
    assert isinstance(found, Delivered)
    assert (found.article.title, found.article.text) == ("Rain", "It rained.")


def test_a_message_answers_questions(settings: Settings) -> None:
    with open_engine(settings, "pytest") as engine:
        summary = Pipeline(engine.corpus).run(read(MESSAGE))
        assert (summary.added, summary.withdrawn, summary.quarantined) == (2, 1, 2)
        answer = _ask(engine, "When did the harbour bridge reopen?")
    assert answer == ("The harbour bridge reopened on Wednesday after eleven weeks.", BRIDGE)


def _ask(engine: Engine, question: str) -> tuple[str, str]:
    cited = engine.ask(question).citations[0]
    return cited.quote, cited.article_id
