"""JSON lines: one article in the contract's form on each line.

A line that is broken is refused on its own, and the lines around it are delivered. Memory is
bounded by the longest line that is accepted, however long a line is.
"""

import codecs
import json
from collections.abc import Callable, Iterator
from typing import NoReturn

from ingest.sources.fields import article_from
from ingest.sources.items import Delivered, Refused
from rag.errors import IngestError
from rag.types import Article

LONGEST = 16 * 1024 * 1024
"""Bytes of one line; a longer one is refused and skipped."""

_KEPT = 64 * 1024
_CHUNK = 1024 * 1024


def items(readline: Callable[[int], bytes], name: str) -> Iterator[Delivered | Refused]:
    """The articles of a file, line by line; blank lines are passed over.

    Args:
        readline: gives the next line or the part of it that a number of bytes allows, with its
            newline, and nothing at the end of the file.
        name: the file's name; an item's `where` is `name:line`.
    """
    number = 0
    while raw := readline(LONGEST + 1):
        number += 1
        raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        where = f"{name}:{number}"
        if len(raw) > LONGEST:
            _skip_rest_of_line(raw, readline)
            reason = f"the line is longer than {LONGEST // 1024 // 1024} MB"
            yield Refused(where, reason, raw[:_KEPT])
        elif raw.strip():
            raw = raw.rstrip(b"\r\n")
            try:
                yield Delivered(article(raw, where), where)
            except IngestError as error:
                yield Refused(where, error.reason, raw)


def article(raw: bytes, where: str) -> Article:
    """The article on one line.

    Raises:
        IngestError: the line is not UTF-8, not a JSON object, or not an article.
    """
    try:
        data = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise IngestError(f"the line is not UTF-8 (byte {error.start + 1:,})", where) from None
    except json.JSONDecodeError as error:
        raise IngestError(
            f"not valid JSON: {error.msg} at character {error.pos + 1:,}", where
        ) from None
    except RecursionError:
        raise IngestError("not usable JSON: its values are nested too deeply", where) from None
    except ValueError as error:
        raise IngestError(f"not usable JSON: {error}", where) from None
    if not isinstance(data, dict):
        raise IngestError('the line should hold a JSON object, {"title": ..., "text": ...}', where)
    return article_from(data, where)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _skip_rest_of_line(raw: bytes, readline: Callable[[int], bytes]) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = readline(_CHUNK)
