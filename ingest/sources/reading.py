"""Reading one file: open it safely, tell its format, and hand it to the module for that format."""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from ingest.sources.base import KEPT, Beginning
from ingest.sources.decoding import refuse_binary
from ingest.sources.items import Delivered, Format, Naming, Refused
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
    try:
        with open_file(path) as file:
            for item in _items(file, named, where, format, naming):
                if not file.closed:
                    told(file.tell())
                yield with_source(item, source)
    except OSError as error:
        yield Refused(where, f"the file cannot be read: {error.strerror or error}", b"")


def read_bytes(
    raw: bytes,
    where: str,
    format: Format = "auto",  # noqa: A002
) -> Iterator[Delivered | Refused]:
    """The same of a file's bytes, of which `where` is the name."""
    return _items(io.BytesIO(raw), Path(where.replace("\0", "")), where, format, {})


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
    yield from items(file, path, where)


def with_source(item: Delivered | Refused, source: str | None) -> Delivered | Refused:
    """The item, its article with a publisher if it names none."""
    if source is None or isinstance(item, Refused) or item.article.source is not None:
        return item
    article: Article = item.article.model_copy(update={"source": source})
    return Delivered(article, item.where)
