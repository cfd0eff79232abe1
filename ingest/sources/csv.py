"""CSV, with commas, semicolons, tabs or bars: one article a row, under a header that names columns.

Read as RFC 4180 has it, line by line. A row that does not fit the header is refused on its own;
memory is bounded by the longest row that is accepted, however long a row is.
"""

import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ingest.sources.base import KEPT, Beginning, Items, Source
from ingest.sources.decoding import encoding_of
from ingest.sources.fields import NO_TEXT
from ingest.sources.items import AS_IT_COMES, Delivered, Naming, ReadingOptions, Refused
from ingest.sources.tables import Columns
from rag.errors import IngestError

LONGEST = 16 * 1024 * 1024
"""Characters of one row; a longer one is refused and skipped."""

_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_PIECE = 1024 * 1024
_A_CELL = 64  # characters that a cell counts as at least, so that many empty ones are no way out
_MOST_RETURNS = 100
_OPENS = re.compile(' *"')
_SAYS_DELIMITER = re.compile(r"sep=(.)\s*")
_LONGEST_NAME = 60  # characters of a column's name in a file that is not called .csv
_LONGEST_HEADER = 16_384  # characters of one that is kept with every row that is refused
_NEVER_CLOSED = "a quotation mark is opened and never closed; in a quoted cell write it twice"


class _Row:
    """A row as it is read, piece by piece."""

    def __init__(self, delimiter: str, line: int) -> None:
        self.line = line
        self.cells: list[str] = []
        self.pieces: list[str] = []
        self.quoted = False
        self.delimiter = delimiter
        self._special = re.compile(f"[{re.escape(delimiter)}\r\n]")
        self._cell: list[str] = []
        self._in_cell = False
        self._after_quote = False  # which may be half of a pair whose other half is yet to come
        self._size = 0

    @property
    def too_long(self) -> bool:
        return self._size > LONGEST

    @property
    def raw(self) -> bytes:
        return "".join(self.pieces).encode("utf-8", "replace")

    def take(self, piece: str) -> bool:
        """Reads on; whether this was the row's end."""
        if not self.too_long:
            self.pieces.append(piece)
        if self._after_quote and piece.startswith('"'):
            self.quoted = True
            self._write('"')
        at = int(self._after_quote and self.quoted)
        self._after_quote = False
        while at < len(piece):
            if self.quoted:
                at = self._in_quotes(piece, at)
            elif not self._in_cell and (match := _OPENS.match(piece, at)):
                self.quoted = self._in_cell = True
                at = match.end()
            else:
                match = self._special.search(piece, at)
                self._write(piece[at : match.start() if match else len(piece)])
                if match is None:
                    return False
                self.close()
                if match[0] != self.delimiter:
                    return True
                at = match.end()
        return False

    def _in_quotes(self, piece: str, at: int) -> int:
        end = piece.find('"', at)
        self._write(piece[at : end if end >= 0 else len(piece)])
        if end < 0:
            return len(piece)
        if piece.startswith('""', end):
            self._write('"')
            return end + 2
        self.quoted = False
        self._after_quote = end + 1 == len(piece)
        return end + 1

    def _write(self, text: str) -> None:
        self._in_cell = self._in_cell or bool(text)
        self._size += len(text)
        if not self.too_long:
            self._cell.append(text)

    def close(self) -> None:
        """Ends a cell."""
        self._size += _A_CELL
        if not self.too_long:
            self.cells.append("".join(self._cell))
        self._cell.clear()
        self._in_cell = False


@dataclass(slots=True)
class _Lines:
    """A file's lines in pieces, to which a reader may return."""

    text: io.TextIOBase
    waiting: deque[str]
    line: int = 1

    def next(self) -> str:
        """The next line, or a piece of a long one; empty: no more."""
        piece = self.waiting.popleft() if self.waiting else self.text.readline(_PIECE)
        self.line += piece.endswith(("\n", "\r"))
        return piece


def _rows(lines: _Lines, delimiter: str) -> Iterator[_Row]:
    """The rows of a file but for blank lines.

    At a quotation mark that is never closed, reading returns to the line after it: what follows
    is not that cell's text but the rest of the file.
    """
    returns = 0
    while piece := lines.next():
        if piece.isspace() and piece.endswith(("\n", "\r")):
            continue
        row = _Row(delimiter, lines.line - piece.endswith(("\n", "\r")))
        while not row.take(piece):
            piece = lines.next()
            if not piece:
                break
        if row.quoted and not row.too_long and returns < _MOST_RETURNS:
            returns += 1
            lines.waiting.extend(row.pieces[1:])
            lines.line = row.line + 1
            row.pieces = row.pieces[:1]
        elif not piece:
            row.close()
        if "".join(row.pieces[:2]).strip():
            yield row


def _items(
    file: BinaryIO, path: Path, where: str, naming: Naming | None = None
) -> Iterator[Delivered | Refused]:
    head = file.read(KEPT)
    file.seek(0)
    try:
        encoding = encoding_of(file)
    except IngestError as error:
        yield Refused(where, error.reason, head)
        return
    file.seek(0)
    with io.TextIOWrapper(file, encoding, "replace", newline="") as text:
        lines = _Lines(text, deque())
        try:
            columns, delimiter, header = _header(lines, naming or {})
        except IngestError as error:
            yield Refused(where, error.reason, head)
            return
        again = AS_IT_COMES
        if len(header) <= _LONGEST_HEADER:
            again = ReadingOptions(header=header)
        empty = True
        for row in _rows(lines, delimiter):
            empty = False
            item = _item(row, columns, f"{where}:{row.line}")
            yield replace(item, options=again) if isinstance(item, Refused) else item
        if empty:
            yield Refused(where, f"{NO_TEXT}: there are no rows below the header", head)


def _header(lines: _Lines, naming: Naming) -> tuple[Columns, str, str]:
    """What the columns are, what parts them, and the lines that said so."""
    first = lines.next()
    while first and not first.strip():
        first = lines.next()
    if said := _SAYS_DELIMITER.fullmatch(first):  # how Excel is told
        first = lines.next()
    if not first:
        raise IngestError(NO_TEXT)
    delimiter = said[1] if said else _delimiter(first)
    lines.waiting.appendleft(first)
    lines.line -= 1
    row = next(_rows(lines, delimiter))
    if row.too_long or row.quoted:
        raise IngestError("the first line should name the columns, and is no such line")
    header = "".join([said[0] if said else "", *row.pieces])
    return Columns.of(row.cells, naming), delimiter, header


def _delimiter(line: str) -> str:
    """What parts a header into most columns."""
    return max(_DELIMITERS, key=lambda delimiter: len(_cells(line, delimiter)))


def _cells(line: str, delimiter: str) -> list[str]:
    row = _Row(delimiter, 1)
    if not row.take(line):
        row.close()
    return row.cells


def _item(row: _Row, columns: Columns, where: str) -> Delivered | Refused:
    wanted = len(columns.names)
    delimiter = _DELIMITERS.get(row.delimiter, repr(row.delimiter))
    if row.too_long:
        reason = f"the row is longer than {LONGEST // 1024 // 1024} million characters"
        return Refused(where, reason, row.raw[:KEPT])
    if row.quoted:
        return Refused(where, _NEVER_CLOSED, row.raw)
    cells = row.cells
    while len(cells) > wanted and not cells[-1].strip():
        cells.pop()
    if len(cells) != wanted:
        return Refused(
            where,
            f"the row has {len(cells)} cells where the header names {wanted} columns; a cell with "
            f"{delimiter} or a line break in it has to stand in quotation marks",
            row.raw,
        )
    try:
        return Delivered(columns.article(cells, where), where)
    except IngestError as error:
        return Refused(where, error.reason, row.raw)


def _recognises(beginning: Beginning) -> bool:
    """Whether the first of several lines names columns, a text and at least one more field."""
    line, more, _ = beginning.text.partition("\n")
    cells = _cells(line, _delimiter(line)) if more else []
    if len(cells) < 2 or any(len(cell) > _LONGEST_NAME for cell in cells):  # noqa: PLR2004
        return False
    try:
        return Columns.of(cells, {}).known > 1
    except IngestError:
        return False


def _named(naming: Naming) -> Items:
    return partial(_items, naming=naming)


SOURCE = Source(
    name="csv",
    suffixes=frozenset({".csv", ".tsv", ".tab"}),
    recognises=_recognises,
    items=_items,
    named=_named,
)
