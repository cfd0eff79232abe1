"""What reading a file yields: articles that were delivered, and items that had to be refused."""

from dataclasses import dataclass
from typing import Literal

from rag.types import Article

Known = Literal[
    "text", "markdown", "html", "jsonl", "json", "ninjs", "ap", "newsml-g2", "nitf", "rss", "sitemap"
]
"""The formats that are read."""

Format = Literal["auto", Known]
"""The same, or to find out."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article, and where it came from: `path`, `path:line` in a format of lines, `path#number`
    in a list."""

    article: Article
    where: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot be ingested.

    Attributes:
        where: the file, and the line in a format of lines or the item's number in a list.
        reason: what is wrong with it, in words.
        raw: the item's bytes; of an item over the size bound only the first 64 KB.
    """

    where: str
    reason: str
    raw: bytes
