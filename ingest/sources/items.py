"""What reading a file yields: articles that were delivered, and items that had to be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.types import Article

Known = Literal[
    "text", "markdown", "html", "jsonl", "json", "ninjs", "ap", "newsml-g2",
    "nitf", "rss", "sitemap", "csv", "parquet", "pdf", "warc",
]  # fmt: skip
"""The formats that are read."""

Format = Literal["auto", Known]
"""The same, or to find out."""

Naming = Mapping[str, str]
"""From a field of an article to the column that holds it, or to nothing where none does."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article, and where it came from: `path`, or `path:place` in a format of many items."""

    article: Article
    where: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot be ingested.

    Attributes:
        where: the file, and the place in a format of many items.
        reason: what is wrong with it, in words.
        raw: the item's bytes; of an item over the size bound only the first 64 KB.
    """

    where: str
    reason: str
    raw: bytes
