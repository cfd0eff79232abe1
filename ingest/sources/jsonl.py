"""JSON lines: one article on each line.

A line that is broken is refused on its own, and the lines around it are delivered. Memory is
bounded by the longest line that is accepted, however long a line is.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from ingest.sources.base import KEPT, Items, Source
from ingest.sources.decoding import marked_encoding
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, Naming, Refused
from ingest.sources.json_text import parse
from ingest.sources.tables import article_of_object
from rag.errors import IngestError
from rag.types import Article

LONGEST = 16 * 1024 * 1024
"""Bytes of one line; a longer one is refused and skipped."""

_CHUNK = 1024 * 1024
_WIDE = ("utf-16", "utf-32")
_BEGINS = re.compile(r'\{[ \t]*"')


def _items(
    file: BinaryIO, path: Path, where: str, naming: Naming = MappingProxyType({})
) -> Iterator[Delivered | Refused]:
    head = file.read(KEPT)
    file.seek(0)
    encoding = marked_encoding(head)
    wide = io.TextIOWrapper(file, encoding, "replace", newline="\n") if encoding in _WIDE else None

    def readline(size: int) -> bytes:
        return wide.readline(size).encode() if wide else file.readline(size)

    empty = True
    with wide or file:
        for item in items(readline, where, naming):
            empty = False
            yield item
    if empty:
        yield Refused(where, NO_TEXT, head)


def items(
    readline: Callable[[int], bytes], name: str, naming: Naming = MappingProxyType({})
) -> Iterator[Delivered | Refused]:
    """The articles of a file, line by line; blank lines are passed over.

    Args:
        readline: gives the next line or the part of it that a number of bytes allows, with its
            newline, and nothing at the end of the file.
        name: the file's name; an item's `where` is `name:line`.
        naming: which of an object's fields hold what, where their names do not say.
    """
    number = 0
    while raw := readline(LONGEST + 1):
        number += 1
        raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        where = f"{name}:{number}"
        if len(raw) > LONGEST:
            _skip_rest_of_line(raw, readline)
            reason = f"the line is longer than {LONGEST // 1024 // 1024} MB"
            yield Refused(where, reason, raw[:KEPT])
        elif raw.strip():
            raw = raw.rstrip(b"\r\n")
            try:
                yield Delivered(_article(raw, where, naming), where)
            except IngestError as error:
                yield Refused(where, error.reason, raw)


def _article(raw: bytes, where: str, naming: Naming) -> Article:
    data = parse(raw, where, "the line")
    if not isinstance(data, dict):
        raise IngestError('the line should hold a JSON object, {"title": ..., "text": ...}', where)
    return article_of_object(data, where, naming)


def _named(naming: Naming) -> Items:
    return partial(_items, naming=naming)


def _skip_rest_of_line(raw: bytes, readline: Callable[[int], bytes]) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = readline(_CHUNK)


SOURCE = Source(
    name="jsonl",
    suffixes=frozenset({".jsonl", ".ndjson"}),
    recognises=lambda beginning: _BEGINS.match(beginning.text) is not None,
    items=_items,
    named=_named,
)
