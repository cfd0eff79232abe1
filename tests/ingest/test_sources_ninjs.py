"""ninjs, every version of it: what maps to what, and what must never be quoted."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import Delivered, Refused, ap, read
from ingest.sources.ninjs import article
from rag.errors import IngestError
from rag.types import Article, PubStatus

FIXTURES = Path(__file__).parent / "fixtures" / "ninjs"


def only(name: str) -> Article:
    (item,) = read(FIXTURES / name)
    assert isinstance(item, Delivered), item
    return item.article


def made(**properties: object) -> Article:
    return article({"uri": "urn:x", "body_text": "It says this."} | properties, "here")


def extra(found: Article) -> dict[str, object]:
    assert found.model_extra is not None
    return found.model_extra


def test_every_property_of_1_4_has_its_field() -> None:
    found = only("1.4.json")
    assert found.model_dump(exclude=set(extra(found))) == {
        "id": "urn:newsml:wire.example:20260304:reservoir",
        "title": "Tarn reservoir refills after two dry years",
        "text": "The reservoir above Tarnmouth is full for the first time since 2023.\n\n"
        "“We can lift the ban,” said Ida Lund, who chairs the water board.",
        "html": None,
        "source": "Tarn Daily",
        "provider": "Example Relay",
        "url": None,
        "authors": ["Mira Olsen"],
        "published_at": datetime(2026, 3, 4, 7, 15, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 4, 10, 40, tzinfo=UTC),
        "embargoed_until": datetime(2026, 3, 4, 11, 0, tzinfo=UTC),
        "expires_at": datetime(2027, 3, 4, tzinfo=UTC),
        "language": "en-GB",
        "section": None,
        "subjects": ["Water supply", "06000000"],
        "dateline": "TARNMOUTH",
        "status": PubStatus.USABLE,
        "usage_terms": "Not for resale.",
        "correction": None,
    }
    assert extra(found)["provider_version"] == "3"
    assert extra(found)["ednote"] == "EDITORS: the council's figure was checked by phone."
    assert extra(found)["urgency"] == 4
    assert extra(found)["place"] == [{"name": "Tarn Valley"}]
    assert extra(found)["associations"] == [
        {
            "name": "picture",
            "headline": "The dam on Tuesday",
            "uri": "urn:newsml:wire.example:20260304:dam-photo",
            "type": "picture",
        }
    ]


def test_every_property_of_3_1_has_its_field() -> None:
    found = only("3.1.json")
    assert found.model_dump(exclude=set(extra(found))) == {
        "id": "https://wire.example/items/ferry-timetable",
        "title": "Ferry to run every half hour",
        "text": "The Lyse ferry will leave every half hour from May.\n\nFares stay as they are.",
        "html": None,
        "source": "Lyse Post",
        "provider": "Example Wire",
        "url": None,
        "authors": ["Anna Moe"],
        "published_at": datetime(2026, 2, 10, 6, tzinfo=UTC),
        "updated_at": datetime(2026, 2, 10, 9, 30, tzinfo=UTC),
        "embargoed_until": datetime(2026, 2, 10, 10, tzinfo=UTC),
        "expires_at": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        "language": "en",
        "section": None,
        "subjects": ["Transport", "ferries"],
        "dateline": "LYSE",
        "status": PubStatus.WITHHELD,
        "usage_terms": "Online use only.",
        "correction": "An earlier version gave the wrong pier.",
    }
    assert extra(found)["provider_version"] == "2"
    assert extra(found)["ednote"] == "Second version: new times."
    assert extra(found)["altIds"] == [{"role": "desk", "value": "B-4"}]
    assert "renditions" not in extra(found)


def test_an_object_a_line_with_versions_a_kill_and_a_broken_one() -> None:
    first, broken, second, kill = read(FIXTURES / "2.1.jsonl")
    assert isinstance(broken, Refused)
    assert broken.reason == "'bodies': should be a list of objects with a 'value'"
    assert broken.where.endswith("2.1.jsonl:3")
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert isinstance(kill, Delivered)
    assert [item.article.id for item in (first, second, kill)] == ["urn:wire:7"] * 3
    assert [extra(item.article)["provider_version"] for item in (first, second, kill)] == [*"123"]
    assert first.article.text == "The strike at the Holm quarry ended on Friday."
    assert first.article.authors == ["Von Jan Weiß, ewa"]
    assert kill.article.status is PubStatus.CANCELED
    assert not kill.article.text


def test_a_list_is_read(tmp_path: Path) -> None:
    items = [json.loads((FIXTURES / name).read_text("utf-8")) for name in ("1.4.json", "3.1.json")]
    path = tmp_path / "list.json"
    path.write_text(json.dumps(items), "utf-16")
    assert [item.where for item in read(path)] == [f"{path}#1", f"{path}#2"]
    assert all(isinstance(item, Delivered) and item.article.dateline for item in read(path))


@pytest.mark.parametrize("name", ["1.4.json", "3.1.json"])
def test_case_of_the_names_makes_no_difference(name: str) -> None:
    properties = json.loads((FIXTURES / name).read_text("utf-8"))
    lower = article({key.lower(): value for key, value in properties.items()}, "here")
    known = set(Article.model_fields)
    assert lower.model_dump(include=known) == only(name).model_dump(include=known)


@pytest.mark.parametrize("name", ["ednote", "edNote"])
def test_notes_to_editors_are_kept_and_are_no_part_of_the_text(name: str) -> None:
    found = made(**{name: "Do not run the second paragraph."})
    assert extra(found)["ednote"] == "Do not run the second paragraph."
    assert "second paragraph" not in f"{found.text}{found.title}{found.correction}"


@pytest.mark.parametrize(
    ("bodies", "text"),
    [
        ([{"value": "Plain & simple."}], "Plain & simple."),
        ([{"value": "<p>Marked &amp; up.</p>"}], "Marked & up."),
        ([{"contentType": "text/html", "value": " "}, {"value": "Plain."}], "Plain."),
        (
            [{"role": "nitf", "value": "<body.head><hl1>No</hl1></body.head><p>Story.</p>"}],
            "Story.",
        ),
        ([{"contentType": "text/plain", "value": "3 < 4 <b>"}], "3 < 4 <b>"),
    ],
)
def test_the_best_body_that_has_text_is_read(bodies: list[dict[str, str]], text: str) -> None:
    assert article({"uri": "urn:x", "bodies": bodies}, "here").text == text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("usable", PubStatus.USABLE),
        ("stat:withheld", PubStatus.WITHHELD),
        ("Cancelled", PubStatus.CANCELED),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", PubStatus.CANCELED),
        ("", PubStatus.USABLE),
        (None, PubStatus.USABLE),
    ],
)
def test_the_status_is_told_in_its_spellings(given: str | None, status: PubStatus) -> None:
    assert made(pubstatus=given).status is status


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"pubStatus": "spiked"}, "'pubstatus': 'spiked' is not one of usable, withheld, canceled"),
        ({"versionCreated": "noon"}, "'versioncreated': 'noon' is not a date and time"),
        ({"embargoed": "later"}, "'embargoed': 'later' is not a date and time"),
        ({"body_text": ""}, "there is no text to ingest"),
        ({"bodies": {"value": "a"}}, "'bodies': should be a list"),
    ],
)
def test_what_cannot_be_told_is_refused_in_the_words_of_the_format(
    properties: dict[str, object], reason: str
) -> None:
    with pytest.raises(IngestError) as caught:
        made(**properties)
    assert caught.value.reason.startswith(reason)


def test_superdesk_names_its_items_by_guid(tmp_path: Path) -> None:
    path = tmp_path / "item.json"
    item = {
        "guid": "tag:desk.example:1", "version": 2, "versioncreated": "2026-01-01T10:00:00+0000",
        "pubstatus": "usable", "service": [{"name": "Sport"}], "authors": [{"name": "Bo Ek"}],
        "body_html": "<p>It says this.</p>", "source": "Desk",
    }  # fmt: skip
    path.write_text(json.dumps(item))
    (found,) = read(path)
    assert isinstance(found, Delivered)
    assert (found.article.id, found.article.section) == ("tag:desk.example:1", "Sport")
    assert (found.article.authors, found.article.source) == (["Bo Ek"], "Desk")
    assert found.article.updated_at == datetime(2026, 1, 1, 10, tzinfo=UTC)


NAMES = st.sampled_from(
    [
        *("uri", "headline", "headlines", "bodies", "body_nitf", "by", "pubStatus", "embargoed"),
        *("subject", "infoSources", "associations", "links", "descriptions", "rightsInfo"),
        *("altids", "itemid", "signals", "bylines", "usageterms", "provider", "version", "rels"),
        *("value", "name", "role", "rel", "contentType", "href", "editorialtypes", "source"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
MARKUP = st.text("<>&;/p abhl1!--[]")
VALUES = st.recursive(
    SCALARS | MARKUP, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=8
)


@given(item=st.dictionaries(NAMES, VALUES))
def test_properties_of_any_type_make_an_article_or_a_reason(item: dict[str, object]) -> None:
    for make in (article, ap.article):
        with suppress(IngestError):
            assert make(item, "here").model_dump_json()
