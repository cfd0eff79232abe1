"""Gzip around a file: unpacked as it is read, in bounded memory, as far as it goes.

Where the file is damaged or swells beyond measure it ends, and `damage` says why; what came before
is read as if the file ended there.
"""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ingest.sources.items import Delivered, Refused

LARGEST = 100_000_000_000
"""Bytes that a file may unpack to; the largest archives of news crawls have a tenth of it."""

MOST_SWELLING = 200
"""Times its packed size; news packs to a quarter, and a page of nothing but blanks to 1/1000."""

_FREE = 64 * 1024 * 1024  # bytes of which nobody asks how they were packed
_MAGIC = b"\x1f\x8b"
_CHUNK = 64 * 1024
_GZIP = 31  # zlib's name for gzip's form with the widest window


def is_packed(head: bytes) -> bool:
    """Whether a file that begins like this is in gzip."""
    return head.startswith(_MAGIC)


def unpacked_name(path: Path) -> Path:
    """What the file was called before it was packed."""
    return path.with_suffix("") if path.suffix.lower() in (".gz", ".gzip") else path


class Unpacked(io.RawIOBase):
    """The content of a gzip file of one or more members (RFC 1952); can only go back to its start.

    Attributes:
        damage: why the content ends before the file does; None while all is well.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._out

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset == 0:
            self._file.seek(0)
            self.damage: str | None = None
            self._decoder: Any = None  # None: between two members
            self._packed = b""
            self._in = self._out = 0
        elif (offset, whence) not in ((self._out, io.SEEK_SET), (0, io.SEEK_CUR)):
            raise io.UnsupportedOperation("a packed file is read from its start")
        return self._out

    def readinto(self, buffer: Any) -> int:
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._out += len(data)
        return len(data)

    def _read(self, size: int) -> bytes:
        while self.damage is None:
            if not self._packed:
                self._packed = self._file.read(_CHUNK)
                self._in += len(self._packed)
            if self._decoder is None and not self._next_member():
                return b""
            if not self._packed:
                self.damage = "the gzip file breaks off"
            elif data := self._inflate(size):
                return data
        return b""

    def _next_member(self) -> bool:
        """Begins a member; False at the end of the file."""
        while not self._packed.strip(b"\0"):  # tapes are padded
            self._packed = self._file.read(_CHUNK)
            self._in += len(self._packed)
            if not self._packed:
                return False
        self._decoder = zlib.decompressobj(_GZIP)
        return True

    def _inflate(self, size: int) -> bytes:
        try:
            data: bytes = self._decoder.decompress(self._packed, size)
        except zlib.error:
            self.damage = "the gzip file is damaged"
            return b""
        self._packed = self._decoder.unconsumed_tail
        if self._decoder.eof:
            self._packed = self._decoder.unused_data
            self._decoder = None
        if self._out > min(LARGEST, max(_FREE, MOST_SWELLING * self._in)):
            self.damage = (
                "the gzip file unpacks to far more than news does, as no honest file would"
            )
            return b""
        return data


def as_far_as_it_goes(
    items: Iterator[Delivered | Refused], file: Unpacked, where: str
) -> Iterator[Delivered | Refused]:
    """The items of a packed file, and at its end what its damage cost.

    The last item before the damage may be half of one, which nobody could tell from a whole one,
    and is refused.
    """
    last: Delivered | Refused | None = None
    for item in items:
        if last is not None:
            yield last
        last = item
    if file.damage is None:
        if last is not None:
            yield last
        return
    if isinstance(last, Delivered):
        raw = last.article.model_dump_json(exclude_unset=True).encode()
        last = Refused(last.where, f"{file.damage} within it or just after it", raw)
    if last is not None:
        yield last
    reason = f"{file.damage} after {file.tell():,} unpacked bytes; what comes after is not read"
    yield Refused(where, reason, b"")
