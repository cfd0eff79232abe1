"""The items of a JSON document, one at a time, however long the document is.

A document is one object, a list of them, a list inside an envelope (`items`, `data.items`), or
any of these one after the other, as where each line is an item. A streaming parser would stop at
the first mistake. Here an item's end is found by counting brackets outside strings and each item
is parsed on its own, so that a broken one is refused and the next ones are read. Memory is bounded
by the longest item that is accepted.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ingest.sources.base import KEPT
from ingest.sources.json_text import parse
from rag.errors import IngestError

LONGEST = 16 * 1024 * 1024
"""Bytes of one item; a longer one is refused and passed over."""

_CHUNK = 1024 * 1024
_PATIENCE = LONGEST  # bytes looked at in vain for ends of broken items; then lines are trusted
_BETWEEN = re.compile(rb"[\s,]*+")
_BRACKET = re.compile(rb'["{}\[\]]')
_BRACKET_OR_COLON = re.compile(rb'["{}\[\]:]')
_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+("?)', re.DOTALL)

_LISTS = ([b"items"], [b"data", b"items"])  # where an envelope has its items
_OF_AN_ITEM = {b"text", b"html", b"uri", b"headline"}  # no envelope has these
_LONG_NAME = 20  # as much of a name as is looked at

_QUOTE, _COLON, _LIST = b'":['
_STEP = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1, _QUOTE: 0, _COLON: 0}

_CUT = "the file ends in the middle of this item; see whether it was copied whole"
_CUT_LIST = "the file ends before its list does; see whether it was copied whole"
_NO_OBJECT = 'here should be a JSON object, {"title": ..., "text": ...}'


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in a document where an item should be.

    Attributes:
        place: `:LINE` of a value that stands by itself, `#NUMBER` of one in a list; empty if it
            is all of the document.
        raw: its bytes; of one that is too long only the first KEPT.
        data: what it says; nothing if it cannot be read.
        reason: why it cannot be read, if so.
    """

    place: str
    raw: bytes
    data: dict[str, object]
    reason: str | None = None


def split(read: Callable[[int], bytes]) -> Iterator[Item]:
    """The items of a document.

    Args:
        read: gives the next bytes in UTF-8, about so many, and none at the end.
    """
    document = _Document(read)
    while document.skip():
        opening = document.byte()
        if opening == b"[":
            document.at += 1
            yield from document.elements()
        elif opening == b"{":
            yield from document.value()
        else:
            yield Item(document.line(), document.junk(b"{["), {}, _NO_OBJECT)


class _Document:
    """The part of a document that is in memory, and how far reading has come in it (`at`)."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._data = read(_CHUNK).removeprefix(codecs.BOM_UTF8)
        self._line, self._counted = 1, 0  # the line at `_counted`
        self._number = 0  # of items in lists so far
        self._like_this = b"\n{"  # how the item's line begins, and so may the next item's
        self._spent = 0  # of _PATIENCE
        self.at = 0

    def byte(self) -> bytes:
        return self._data[self.at : self.at + 1]

    def line(self) -> str:
        """The line that has been come to, as a place."""
        self._line += self._data.count(b"\n", self._counted, self.at)
        self._counted = self.at
        return f":{self._line}"

    def skip(self) -> bool:
        """Passes over white space and commas; whether anything comes after them."""
        space = b""
        while match := _BETWEEN.match(self._data, self.at):
            space = (space + match[0])[-KEPT:]
            self.at = match.end()
            if self.at < len(self._data) or not self._more():
                break
        self._like_this = b"\n" + space.rpartition(b"\n")[2] + b"{"
        return self.at < len(self._data)

    def value(self) -> Iterator[Item]:
        """The object that begins here, or the items that it is an envelope of."""
        place = self.line()
        inside = self._list_inside() if self._spent <= _PATIENCE else None
        if inside is None:
            item = self._item(place)
            alone = place == ":1" and not self.skip()
            yield replace(item, place="") if alone else item
            return
        levels, offset = inside
        self.at += offset
        yield from self.elements()
        self._pass_over(levels)

    def elements(self) -> Iterator[Item]:
        """The items of the list whose opening bracket was just passed."""
        while self.skip():
            opening = self.byte()
            if opening == b"]":
                self.at += 1
                return
            self._number += 1
            place = f"#{self._number}"
            if opening in b"{[":
                yield self._item(place)
            else:
                yield Item(place, self.junk(b"{[]"), {}, _NO_OBJECT)
        yield Item("", b"", {}, _CUT_LIST)

    def junk(self, stops: bytes) -> bytes:
        """Passes over what is no item, up to one of some brackets; its first bytes."""
        stop = re.compile(b"[" + re.escape(stops) + b"]")
        kept = b""
        while True:
            match = stop.search(self._data, self.at + (not kept))
            end = match.start() if match else len(self._data)
            kept = (kept + self._data[self.at : end])[:KEPT]
            self.at = end
            if match or not self._more():
                return kept

    def _item(self, place: str) -> Item:
        """The item that begins here; of a broken one what comes before a line like its first."""
        length, whole = self._length()
        raw = self._data[self.at : self.at + length]
        fault = _CUT if length <= LONGEST else _too_long()
        data, reason = _parsed(raw) if whole else ({}, fault)
        following = raw.find(self._like_this) + 1 if reason else 0
        if following:
            self._spent += length - following
            raw = raw[:following]
            reason = _parsed(raw)[1] or reason
        elif not whole and length > LONGEST:
            return Item(place, self._pass_over(), {}, reason)
        self.at += len(raw)
        return Item(place, raw, data, reason)

    def _length(self) -> tuple[int, bool]:
        """Bytes of the value that begins here, or how many were looked at; whether it ends there.

        Once too much has been spent on broken items, a line like the value's first ends it.
        """
        depth = looked = 0
        for start, end in self._tokens(_BRACKET, LONGEST):
            depth += _STEP[self._data[self.at + start]]
            if depth == 0:
                return end, True
            if self._spent > _PATIENCE:
                begin, stop = self.at + max(looked - len(self._like_this), 0), self.at + end
                if self._data.find(self._like_this, begin, stop) >= 0:
                    return end, False
                looked = end
        return len(self._data) - self.at, False

    def _list_inside(self) -> tuple[int, int] | None:
        """How deep in this object a list of items is, and where it begins; None: it is no envelope.

        An envelope's list begins within KEPT.
        """
        depth, name = 0, b""
        path: list[bytes] = []
        for start, end in self._tokens(_BRACKET_OR_COLON, KEPT):
            byte = self._data[self.at + start]
            if byte == _QUOTE:
                name = self._data[self.at + start + 1 : self.at + min(end - 1, start + _LONG_NAME)]
            elif byte == _COLON and depth <= 2:  # noqa: PLR2004  as deep as an envelope goes
                path[depth - 1 :] = [name]
                if depth == 1 and name in _OF_AN_ITEM:
                    return None
            elif byte == _LIST and depth == len(path) and path in _LISTS:
                return depth, end
            else:
                depth += _STEP[byte]
                if depth == 0:
                    return None
        return None

    def _tokens(self, wanted: re.Pattern[bytes], limit: int) -> Iterator[tuple[int, int]]:
        """Where brackets, strings and what else is wanted begin and end, counted from `at`.

        Ends with the document, or once so many bytes have been looked at.
        """
        i = 0
        while i <= limit:
            match = wanted.search(self._data, self.at + i)
            if match is None:
                i = len(self._data) - self.at
                if not self._more():
                    return
                continue
            start, i = match.start() - self.at, match.end() - self.at
            if match[0] == b'"':
                i, ended = self._end_of_string(i)
                while not ended:
                    if i > limit or not self._more():
                        return
                    i, ended = self._end_of_string(i)
            yield start, i

    def _end_of_string(self, i: int) -> tuple[int, bool]:
        """How far a string reaches, counted from `at`, and whether it ends there."""
        match = _REST_OF_STRING.match(self._data, self.at + i)
        return (match.end() - self.at, bool(match[1])) if match else (i, False)

    def _pass_over(self, depth: int = 0) -> bytes:
        """Passes over the value that begins here, however long it is; its first bytes.

        Args:
            depth: how many brackets were opened before.
        """
        head = self._data[self.at : self.at + KEPT]
        quoted = False
        while True:
            if quoted:
                length, ended = self._end_of_string(0)
                self.at += length
                quoted = not ended
            elif match := _BRACKET.search(self._data, self.at):
                self.at = match.end()
                quoted = match[0] == b'"'
                depth += _STEP[match[0][0]]
                if depth <= 0 and not quoted:
                    return head
                continue
            else:
                self.at = len(self._data)
                ended = False
            if not ended and not self._more():
                return head

    def _more(self) -> bool:
        """Reads on, and forgets what was before `at`; whether there was more."""
        chunk = self._read(_CHUNK)
        if chunk:
            self.line()
            self._data = self._data[self.at :] + chunk
            self.at = self._counted = 0
        return bool(chunk)


def _parsed(raw: bytes) -> tuple[dict[str, object], str | None]:
    """What an item says, or what is wrong with it."""
    try:
        data = parse(raw, "", "the item")
    except IngestError as error:
        return {}, error.reason
    return (data, None) if isinstance(data, dict) else ({}, _NO_OBJECT)


def _too_long() -> str:
    return f"the item is longer than {LONGEST // 1024 // 1024} MB"
