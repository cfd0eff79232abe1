"""What the formats in JSON share: reading item by item, and a look at the first items."""

import codecs
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pydantic_core import from_json

from ingest.sources.base import KEPT, Beginning, Items
from ingest.sources.decoding import marked_encoding
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, Refused
from ingest.sources.json_stream import split
from rag.errors import IngestError
from rag.types import Article

_WIDE = ("utf-16", "utf-32")
_LOOKED_AT = 50  # items; the end of each broken one is looked for in all the rest


def each(article: Callable[[dict[str, object], str], Article]) -> Items:
    """Reads a JSON document of which each item is an article.

    Args:
        article: makes it of the item and the item's name; may raise IngestError.
    """

    def items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
        head = file.read(KEPT)
        file.seek(0)
        empty = True
        for item in split(_utf8(file, marked_encoding(head))):
            empty = False
            place = where + item.place
            if item.reason is not None:
                yield Refused(place, item.reason, item.raw)
                continue
            try:
                yield Delivered(article(item.data, place), place)
            except IngestError as error:
                yield Refused(place, error.reason, item.raw)
        if empty:
            yield Refused(where, NO_TEXT, head)

    return items


def _utf8(file: BinaryIO, encoding: str | None) -> Callable[[int], bytes]:
    """Reads a file as UTF-8, whatever encoding its byte order mark declares."""
    if encoding not in _WIDE:
        return file.read
    decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(size: int) -> bytes:
        text = ""
        while not text and (raw := file.read(size)):
            text = decoder.decode(raw)
        return (text or decoder.decode(b"", final=True)).encode("utf-8", "replace")

    return read


def first_items(beginning: Beginning) -> Iterator[dict[str, object]]:
    """What can be told of the items with which a JSON document begins, the last perhaps in part."""
    text = beginning.text
    if not text.startswith(("{", "[")):
        return
    found = split(io.BytesIO(text.encode("utf-8", "replace")).read)
    for item in islice(found, _LOOKED_AT):
        data = item.data or _begun(item.raw)
        if data:
            yield data


def _begun(raw: bytes) -> dict[str, object]:
    try:
        data = from_json(raw, allow_partial="trailing-strings")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
