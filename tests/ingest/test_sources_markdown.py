"""Markdown: the front matter's fields, and a body without its markup."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.sources.markdown import article
from rag.errors import IngestError
from rag.types import Article, PubStatus

FRONT = """---
title: Bridge reopens
date: 2026-03-04T18:30:00+01:00
author: Ann Lee
tags: bridges, Calder
source: The Calder Post
language: no
id: 007
desk: city
url: ~
---
The bridge reopened.
"""


def read(text: str) -> Article:
    return article(text, Path("harbour-bridge.md"), "harbour-bridge.md")


def refusal(text: str) -> str:
    with pytest.raises(IngestError) as caught:
        read(text)
    return caught.value.reason


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_front_matter_fills_the_fields(end: str) -> None:
    found = read(FRONT.replace("\n", end))
    assert found.title == "Bridge reopens"
    assert found.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert found.authors == ["Ann Lee"]
    assert found.subjects == ["bridges", "Calder"]
    assert found.source == "The Calder Post"
    assert found.model_extra == {"desk": "city"}
    assert found.text == "The bridge reopened."


def test_front_matter_values_are_taken_as_they_are_written() -> None:
    found = read(FRONT)
    assert (found.id, found.language, found.url) == ("007", "no", None)


def test_our_own_field_names_go_before_the_usual_ones() -> None:
    found = read("---\nauthors: [Ann, Omar]\nauthor: Desk\n---\nText.")
    assert found.authors == ["Ann", "Omar"]


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: [unclosed", "the front matter is not valid YAML"),
        ("title: a\n\tb: c", "the front matter is not valid YAML"),
        ("- a\n- b", "the front matter should be lines of the form 'name: value'"),
        ("date: last Tuesday", "field 'published_at': 'last Tuesday' is not a date"),
        ("status: deleted", "field 'status': 'deleted' is not one of usable, withheld, canceled"),
        ("text: Here", "field 'text': does not belong in a front matter"),
        ("a: &a [1]\nb: *a", "the front matter refers to its own parts"),
        ("a: " + "[" * 60_000, "the front matter is nested more than 32 deep"),
        ("a: " + "[" * 100 + "]" * 100, "the front matter is nested more than 32 deep"),
        ("a: " + "b" * 70_000, "the front matter is longer than 64,000 characters"),
    ],
)
def test_a_bad_front_matter_is_refused_with_the_reason(front: str, reason: str) -> None:
    assert refusal(f"---\n{front}\n---\nText.").startswith(reason)


def test_a_line_between_two_rules_is_not_a_front_matter() -> None:
    assert read("---\nGood morning\n---\nText.").text == "Good morning\n\nText."


def test_the_first_heading_is_the_title_and_no_part_of_the_text() -> None:
    found = read("Lead.\n\n# The *bridge* reopens\n\nText.\n\n# Second\n")
    assert found.title == "The bridge reopens"
    assert found.text == "Lead.\n\nText.\n\nSecond"


def test_a_heading_that_repeats_the_title_is_dropped() -> None:
    assert read("---\ntitle: The bridge\n---\n# The Bridge\n\nText.").text == "Text."
    assert read("---\ntitle: The bridge\n---\n# Summary\n\nText.").text == "Summary\n\nText."


def test_without_a_heading_the_file_name_makes_the_title() -> None:
    assert read("Text.\n\n## Below").title == "Harbour bridge"


def test_a_quote_never_shows_markup() -> None:
    found = read(
        "The [bridge](http://x.example) *re*opened  \nat **noon**,\nsays `make`. ![alt](i.png)\n\n"
        "## Details\n\n- one\n- two\n\n  more\n  1. inner\n\n> Quoted\n> words.\n\n"
        "| Year | Cost |\n|---|---:|\n| 1974 | *3* |\n\n```py\nx = 1\n\ny\n```\n\n"
        "<div>Block <b>tag</b></div>\n\n<!-- note -->\n\nA ~~old~~ <br>new <i>tag</i> \\* &amp; b\n"
    )
    assert found.text == (
        "The bridge reopened\nat noon, says make.\n\nDetails\n\none\ntwo\nmore\ninner\n\n"
        "Quoted words.\n\nYear; Cost\n1974; 3\n\nx = 1\n\ny\n\nBlock tag\n\n"
        "A old\nnew tag * & b"
    )


def test_a_withdrawal_needs_no_text() -> None:
    found = read("---\nid: a\nstatus: canceled\n---\n")
    assert found.status is PubStatus.CANCELED


def test_a_front_matter_alone_is_no_article() -> None:
    assert refusal("---\ntitle: a\n---\n").startswith("there is no text to ingest")


def test_a_file_that_would_take_gigabytes_to_parse_is_refused() -> None:
    assert refusal("*a* " * 1_300_000) == "the file is larger than 5 MB"


def test_nesting_that_would_lose_text_is_refused() -> None:
    assert refusal(">" * 500 + " words") == "its lists or quotations are nested too deeply"
    assert read(">" * 50 + " words").text == "words"
