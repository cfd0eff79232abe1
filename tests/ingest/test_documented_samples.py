"""The samples of docs/ingesting.md: each is read as it is printed."""

import re
from pathlib import Path

import pytest

from ingest.sources import Delivered, read

DOCS = Path(__file__).parents[2] / "docs" / "ingesting.md"
TITLES = [
    ("text", "story.txt", ["Story"]),
    ("markdown", "story.md", ["Harbour reopens"]),
    ("html", "page.html", ["Harbour reopens"]),
    ("jsonl", "wire.jsonl", ["Harbour reopens"]),
    ("json", "wire.json", ["Library opens on Sundays", "Bridge toll ends"]),
    ("ninjs", "wire.json", ["Tarn reservoir refills"]),
    ("ap", "wire.json", ["Lighthouse keeper retires"]),
    ("newsml-g2", "wire.xml", ["Ferry fares rise"]),
    ("nitf", "wire.xml", ["Ferry fares rise"]),
    ("rss", "feed.xml", ["Ferry fares rise"]),
    ("csv", "dump.csv", ["Harbour reopens"]),
]
HEADINGS = {"ap": "AP Media API", "csv": "Tables", "rss": "RSS"}


def sample(format: str) -> str:  # noqa: A002
    heading = HEADINGS.get(format, rf"[^\n]*\(`{format}`\)")
    found = re.search(
        rf"^## {heading}[^\n]*\n.*?^```\w+\n(.*?)^```",
        DOCS.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("format", "name", "titles"), TITLES, ids=[row[0] for row in TITLES])
def test_a_sample_is_told_by_its_content_and_read_as_printed(
    format: str,  # noqa: A002
    name: str,
    titles: list[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / name
    path.write_text(sample(format), "utf-8")
    items = list(read(path))
    assert all(isinstance(item, Delivered) for item in items), items
    assert [item.article.title for item in items if isinstance(item, Delivered)] == titles
