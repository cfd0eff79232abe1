"""Reading one file: open it safely, tell its format, and hand it to the module for that format."""

import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingest.sources import html, jsonl, markdown, text
from ingest.sources.decoding import decode, marked_encoding, refuse_binary
from ingest.sources.detection import Known, detect
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import Delivered, Format, Refused
from rag.errors import IngestError
from rag.types import Article

LARGEST = 50_000_000
"""Bytes of a file that is read whole; JSON lines have no bound but that of a line."""

_HEAD = 64 * 1024
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WIDE = ("utf-16", "utf-32")
_WHOLE = {"text": text.article, "markdown": markdown.article, "html": html.article}


def read(
    path: Path,
    format: Format = "auto",  # noqa: A002
    source: str | None = None,
) -> Iterator[Delivered | Refused]:
    """Reads a file as a stream of articles; yields at least one item, and raises nothing.

    Args:
        format: what the file is; `auto` goes by its content, then by its name.
        source: the publisher of articles that do not name one.
    """
    where = os.fsencode(path).decode("utf-8", "replace")
    try:
        with _open(path) as file:
            for item in _items(file, path, where, format):
                yield _from_source(item, source)
    except OSError as error:
        yield Refused(where, f"the file cannot be read: {error.strerror or error}", b"")


def _open(path: Path) -> BinaryIO:
    """Opens a regular file, and nothing that could make the reader wait or act on a device."""
    try:
        descriptor = os.open(path, _OPENING)
    except ValueError:
        raise OSError(errno.EINVAL, "its name holds a NUL character") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return os.fdopen(descriptor, "rb")


def _items(file: BinaryIO, path: Path, where: str, wanted: Format) -> Iterator[Delivered | Refused]:
    head = file.read(_HEAD)
    file.seek(0)
    try:
        known: Known = detect(head, path) if wanted == "auto" else wanted
        if known == "jsonl":
            refuse_binary(head)
    except IngestError as error:
        yield Refused(where, error.reason, head)
        return
    if known == "jsonl":
        yield from _lines(file, head, where)
    else:
        yield _whole(file, known, path, where)


def _lines(file: BinaryIO, head: bytes, where: str) -> Iterator[Delivered | Refused]:
    encoding = marked_encoding(head)
    wide = io.TextIOWrapper(file, encoding, "replace", newline="\n") if encoding in _WIDE else None

    def readline(size: int) -> bytes:
        return wide.readline(size).encode() if wide else file.readline(size)

    empty = True
    with wide or file:
        for item in jsonl.items(readline, where):
            empty = False
            yield item
    if empty:
        yield Refused(where, NO_TEXT, head)


def _whole(file: BinaryIO, known: Known, path: Path, where: str) -> Delivered | Refused:
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return Refused(where, f"the file is larger than {LARGEST // 1_000_000} MB", raw[:_HEAD])
    try:
        content = decode(raw, html.declared_encoding(raw) if known == "html" else None)
        if not content.strip():
            raise IngestError(NO_TEXT)
        return Delivered(_WHOLE[known](content, path, where), where)
    except IngestError as error:
        return Refused(where, error.reason, raw)


def _from_source(item: Delivered | Refused, source: str | None) -> Delivered | Refused:
    if source is None or isinstance(item, Refused) or item.article.source is not None:
        return item
    article: Article = item.article.model_copy(update={"source": source})
    return Delivered(article, item.where)
