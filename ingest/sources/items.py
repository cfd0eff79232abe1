"""What reading a file yields: articles that were delivered, and items that had to be refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rag.errors import IngestError
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


class ReadingOptions(BaseModel):
    """How something is to be read, as whoever delivered it said.

    Attributes:
        format: what it is.
        source: the publisher of articles that do not name one.
        naming: which columns of a table hold what, where their names do not say.
        header: of an item that is a row of CSV, the lines that it is read by.
    """

    model_config = ConfigDict(frozen=True)

    format: Format = "auto"
    source: str | None = None
    naming: Naming = {}
    header: str | None = None


AS_IT_COMES = ReadingOptions()


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article, and where it came from: `path`, or `path:place` in a format of many items."""

    article: Article
    where: str


@dataclass(frozen=True, slots=True)
class Link:
    """A document elsewhere that has what is only named here.

    Attributes:
        url: its address.
        fields: what is said here of the article in it, for what it does not say itself.
        listing: whether it names further ones, and is no page.
    """

    url: str
    fields: Mapping[str, object] = field(default_factory=dict)
    listing: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that cannot be ingested.

    Attributes:
        where: the file, and the place in a format of many items.
        reason: what is wrong with it, in words.
        raw: the item's bytes; of an item over the size bound only the first 64 KB.
        transient: whether the same may succeed later, as where a server did not answer.
        link: where what it names can be had, if it only names something.
        options: how `raw` is to be read when it is tried again.
        in_quarantine: whether it is kept already, and is not to be kept for this reason too.
    """

    where: str
    reason: str
    raw: bytes
    transient: bool = False
    link: Link | None = None
    options: ReadingOptions = AS_IT_COMES
    in_quarantine: bool = False


class ElsewhereError(IngestError):
    """An item only names a document.

    Args:
        reason: what to do about it.
        link: where the document is.
    """

    def __init__(self, reason: str, link: Link) -> None:
        super().__init__(reason)
        self.link = link
