"""What a format of articles is, and the parts that the formats share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.sources.decoding import decode, marked_encoding
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, Known, Naming, Refused
from rag.errors import IngestError
from rag.types import Article

LARGEST = 50_000_000
"""Bytes of a file that is read whole."""

KEPT = 64 * 1024
"""Bytes that are kept of an item over its size bound, and that formats are told by."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a file begins: its first bytes, at most KEPT."""

    raw: bytes

    @property
    def text(self) -> str:
        """The same as text, as far as it can be told, without white space before it."""
        return self.raw.decode(marked_encoding(self.raw) or "latin-1", "ignore").lstrip(
            "\ufeff \t\r\n"
        )


Items = Callable[[BinaryIO, Path, str], Iterator[Delivered | Refused]]
"""Reads an open file from its start: the file, its path, and how to name it. Raises no
IngestError; memory is bounded by the largest item, and an item's `where` begins with the name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A format that articles come in.

    Attributes:
        name: as `newscite ingest --format` has it.
        suffixes: of files in a folder that are taken for it, unless they begin like another.
        recognises: whether a file that begins like this is one, whatever it is called.
        items: reads a file.
        binary: whether it is no text.
        named: reads a table whose columns were said to hold what; None: it is no table.
    """

    name: Known
    suffixes: frozenset[str]
    recognises: Callable[[Beginning], bool]
    items: Items
    binary: bool = False
    named: Callable[[Naming], Items] | None = None


def whole(
    article: Callable[[str, Path, str], Article],
    declared: Callable[[bytes], str | None] = lambda raw: None,
) -> Items:
    """Reads a file that is one text and one article.

    Args:
        article: makes it of the decoded text, the path and the name; may raise IngestError.
        declared: the encoding that a file names in itself.
    """

    def items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
        raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            yield too_large(where, raw)
            return
        try:
            content = decode(raw, declared(raw))
            if not content.strip():
                raise IngestError(NO_TEXT)
            yield Delivered(article(content, path, where), where)
        except IngestError as error:
            yield Refused(where, error.reason, raw)

    return items


def too_large(where: str, raw: bytes) -> Refused:
    """A file that is over LARGEST."""
    return Refused(where, f"the file is larger than {LARGEST // 1_000_000} MB", raw[:KEPT])
