"""The AP Media API's JSON: what maps to what, and what may not be published."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.sources import Delivered, Refused, read
from ingest.sources.ap import article
from rag.errors import IngestError
from rag.types import Article, PubStatus

FIXTURES = Path(__file__).parent / "fixtures" / "ap"


def test_every_property_of_an_item_has_its_field() -> None:
    (item,) = read(FIXTURES / "item.json")
    assert isinstance(item, Delivered), item
    found = item.article
    assert found.model_dump(include=set(Article.model_fields)) == {
        "id": "5f0c9d",
        "title": "Lighthouse keeper retires after 41 years",
        "text": "PORT ALDER, Maine (EP) — Nora Quill has switched off the lamp for the last time."
        "\n\nThe tower\n\nIt stands 38 meters high & dates from 1871.",
        "html": None,
        "source": "Example Press",
        "provider": "EP",
        "url": "https://news.example/article/lighthouse-keeper-5f0c9d",
        "authors": ["JO HARPER", "SAM PIKE"],
        "published_at": datetime(2026, 3, 5, 12, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 5, 16, 20, tzinfo=UTC),
        "embargoed_until": None,
        "expires_at": None,
        "language": "en",
        "section": "Domestic News",
        "subjects": ["Retirement"],
        "dateline": "PORT ALDER, Maine",
        "status": PubStatus.USABLE,
        "usage_terms": "Not for sale.; No archive use.",
        "correction": "Corrective",
    }
    kept = found.model_extra or {}
    assert kept["provider_version"] == "4"
    assert kept["ednote"] == "Corrects the height in paragraph 2."
    assert kept["editorialrole"] == "FullStory"
    assert kept["urgency"] == 5
    assert kept["headline_extended"].startswith("The last lighthouse keeper")
    assert kept["associations"][0]["headline"] == "The lamp"
    assert "renditions" not in kept


def test_a_feed_is_read_entry_by_entry() -> None:
    items = list(read(FIXTURES / "feed.json"))
    assert [item.where.rpartition("#")[2] for item in items] == [str(n) for n in range(1, 11)]
    statuses = {
        item.article.id: item.article.status for item in items if isinstance(item, Delivered)
    }
    assert statuses == {
        "a1": PubStatus.USABLE,  # once its embargo ends
        "a2": PubStatus.WITHHELD,  # embargoed, and nobody knows until when
        "a3": PubStatus.WITHHELD,  # an advisory: signals do not call it news content
        "a4": PubStatus.WITHHELD,
        "a5": PubStatus.CANCELED,
        "a10": PubStatus.USABLE,
    }
    assert isinstance(items[0], Delivered)
    assert items[0].article.embargoed_until == datetime(2026, 3, 6, 6, tzinfo=UTC)
    reasons = [item.reason for item in items if isinstance(item, Refused)]
    assert reasons == [
        "there is no text to ingest: the item is of type 'picture'",
        "there is no text to ingest: 'body_nitf' is missing or empty; deliver the item with it",
        "'pubstatus': 'spiked' is not one of usable, withheld, canceled, embargoed",
        "not valid JSON: Expecting ',' delimiter at character 61",
    ]


@pytest.mark.parametrize(
    "wrap", [lambda item: item, lambda item: {"item": item}, lambda item: {"data": {"item": item}}]
)
def test_an_item_may_be_wrapped(wrap) -> None:  # type: ignore[no-untyped-def]
    item = {"altids": {"itemid": "x"}, "body_nitf": "<p>It says this.</p>"}
    assert article(wrap(item), "here").id == "x"


def test_without_an_itemid_the_address_tells_it() -> None:
    item = {"uri": "https://api.example/media/v/content/9f?qt=1", "body_nitf": "<p>It.</p>"}
    assert article(item, "here").id == "9f"


def test_the_extended_headline_stands_in_for_a_missing_one() -> None:
    item = {"altids": {"itemid": "x"}, "headline_extended": "Long", "body_nitf": "<p>It.</p>"}
    assert article(item, "here").title == "Long"


def test_entities_of_the_markup_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        "<block><p>Safe &a; &b;</p></block>"
    )
    with pytest.raises(IngestError, match="declares entities of its own"):
        article({"altids": {"itemid": "x"}, "body_nitf": bomb}, "here")
