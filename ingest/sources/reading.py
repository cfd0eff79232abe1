"""Reading one file: open it safely, tell its format, and hand it to the module for that format."""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from ingest.sources.base import KEPT, Beginning
from ingest.sources.decoding import refuse_binary
from ingest.sources.items import (
    AS_IT_COMES,
    Delivered,
    Format,
    Naming,
    ReadingOptions,
    Refused,
)
from ingest.sources.packed import Unpacked, as_far_as_it_goes, is_packed, unpacked_name
from ingest.sources.registry import detect, source_named
from rag.errors import IngestError
from rag.types import Article

_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _tell_nobody(_read: int) -> None:
    pass


def read(
    path: Path,
    format: Format = "auto",  # noqa: A002
    source: str | None = None,
    naming: Naming = MappingProxyType({}),
    *,
    called: str | None = None,
    told: Callable[[int], None] = _tell_nobody,
) -> Iterator[Delivered | Refused]:
    """Reads a file as a stream of articles; yields at least one item, and raises nothing.

    Args:
        format: what the file is; `auto` goes by its content, then by its name.
        source: the publisher of articles that do not name one.
        naming: which columns of a table hold what, where their names do not say.
        called: the file's name for who delivered it, if it is kept under another.
        told: called before each item with the bytes of the file that have been read so far.
    """
    where = name_of(path) if called is None else called
    named = path if called is None else Path(called)
    options = ReadingOptions(format=format, source=source, naming=naming)
    try:
        with open_file(path) as file:
            for item in _items(file, named, where, format, naming):
                if not file.closed:
                    told(file.tell())
                yield delivered_with(item, options)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        yield Refused(where, reason, b"", options=options)


def read_bytes(
    raw: bytes, where: str, options: ReadingOptions = AS_IT_COMES
) -> Iterator[Delivered | Refused]:
    """The same of a file's bytes, of which `where` is the name."""
    named = Path(where.replace("\0", ""))
    for item in _items(io.BytesIO(raw), named, where, options.format, options.naming):
        yield delivered_with(item, options)


def name_of(path: Path) -> str:
    """A file's name as it is shown, whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", "replace")


def open_file(path: Path) -> BinaryIO:
    """Opens a regular file, and nothing that could make the reader wait or act on a device.

    Raises:
        OSError: it cannot be read, or is not a regular file.
    """
    try:
        descriptor = os.open(path, _OPENING)
    except ValueError:
        raise OSError(errno.EINVAL, "its name holds a NUL character") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return os.fdopen(descriptor, "rb")


def _items(
    file: BinaryIO, path: Path, where: str, wanted: Format, naming: Naming
) -> Iterator[Delivered | Refused]:
    head = file.read(KEPT)
    file.seek(0)
    if not is_packed(head):
        yield from _content(file, path, where, wanted, naming)
        return
    unpacked = Unpacked(file)
    content = _content(
        io.BufferedReader(unpacked, KEPT), unpacked_name(path), where, wanted, naming
    )
    yield from as_far_as_it_goes(content, unpacked, where)


def _content(
    file: BinaryIO, path: Path, where: str, wanted: Format, naming: Naming
) -> Iterator[Delivered | Refused]:
    beginning = Beginning(file.read(KEPT))
    file.seek(0)
    try:
        found = detect(beginning, path) if wanted == "auto" else source_named(wanted)
        if not found.binary:
            refuse_binary(beginning.raw)
    except IngestError as error:
        yield Refused(where, error.reason, beginning.raw)
        return
    items = found.named(naming) if found.named and naming else found.items
    its_own = ReadingOptions(format=found.name)
    for item in items(file, path, where):
        # A part of the file cannot be told by itself for what it was told by the whole of it.
        yield item if item.where == where else delivered_with(item, its_own)


def delivered_with(item: Delivered | Refused, options: ReadingOptions) -> Delivered | Refused:
    """An item as it was delivered: an article with a publisher if it names none.

    What is refused remembers how it was to be read; what its reader said of that goes first.
    """
    if isinstance(item, Refused):
        if options == AS_IT_COMES:
            return item
        said = item.options.model_dump(exclude_defaults=True)
        return replace(item, options=options.model_copy(update=said))
    if options.source is None or item.article.source is not None:
        return item
    article: Article = item.article.model_copy(update={"source": options.source})
    return Delivered(article, item.where)
