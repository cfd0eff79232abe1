"""Plain text: what is a headline and what is not."""

from pathlib import Path

import pytest

from ingest.sources.text import article
from ingest.sources.titles import shorten, title_of_file
from rag.errors import IngestError
from rag.types import Article

BODY = "The bridge reopened on Wednesday.\n\nIt had been shut for eleven weeks."


def read(text: str, name: str = "bridge-story.txt") -> Article:
    return article(text, Path(name), name)


@pytest.mark.parametrize(
    "headline", ["Bridge reopens after repairs", "Who will pay for the bridge?", "‘Worth the wait’"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_first_line_on_its_own_is_the_headline(headline: str, end: str) -> None:
    found = read(f"\n {headline} \n\n{BODY}".replace("\n", end))
    assert found.title == headline
    assert found.text == BODY


@pytest.mark.parametrize(
    "first",
    [
        "The bridge reopened on Wednesday.",
        "“It was worth the wait!”",
        "They crossed it (at last.)",
        "The bridge" + " bridge" * 30,
    ],
    ids=["full stop", "quotation", "bracket", "long"],
)
def test_a_first_sentence_is_not_a_headline(first: str) -> None:
    found = read(f"{first}\n\n{BODY}")
    assert found.title == "Bridge story"
    assert found.text == f"{first}\n\n{BODY}"


def test_a_first_line_with_no_blank_line_after_it_is_text() -> None:
    assert read(f"Bridge reopens\n{BODY}").title == "Bridge story"


def test_a_single_line_is_the_text_and_not_a_headline() -> None:
    found = read("Bridge reopens\n\n")
    assert (found.title, found.text) == ("Bridge story", "Bridge reopens")


def test_a_text_of_invisible_characters_is_no_text() -> None:
    with pytest.raises(IngestError, match="there is no text to ingest"):
        read("\u200b\ufeff\u00ad")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("venezuela-talks.txt", "Venezuela talks"),
        ("2026-03-04_harbour_bridge.txt", "2026-03-04 harbour bridge"),
        ("éclair.md", "Éclair"),
        ("US-talks", "US talks"),
    ],
)
def test_a_file_name_makes_a_title(name: str, title: str) -> None:
    assert title_of_file(Path("folder") / name) == title


def test_a_long_title_is_cut_at_a_word() -> None:
    assert shorten("bridge " * 100).endswith("bridge…")
    assert len(shorten("b" * 1000)) == 300
