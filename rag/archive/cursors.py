"""Where the next page of a list begins. A cursor names the last item of the page before it.

So what is written in between moves nothing: items that come in stand before it or after it, and an
item that is gone is missed by nobody.

A cursor holds which list it is of and a checksum, against mistakes: it is damaged, or was given for
other filters. There is nothing in it to keep secret, and whoever makes one up reads but the list.
"""

import base64
import hashlib

from rag.errors import UsageError

LAST_NUMBER = 2**63 - 1
"""The largest that SQLite has."""

_LIST, _SUM = 4, 6  # bytes


def encode(position: str, of: str) -> str:
    """A position as a cursor, which means nothing to a client.

    Args:
        position: in the list.
        of: which list, and what it is narrowed down to.
    """
    content = _digest(of.encode())[:_LIST] + position.encode()
    return base64.urlsafe_b64encode(_digest(content)[:_SUM] + content).decode()


def decode(cursor: str, of: str) -> str:
    """The position of a cursor of the list `of`.

    Raises:
        UsageError: the cursor is not one that this list gave.
    """
    try:
        raw = base64.b64decode(cursor.encode(), b"-_", validate=True)
        content = raw[_SUM:]
        position = content[_LIST:].decode()
    except ValueError as error:
        raise no_cursor() from error
    if _digest(content)[:_SUM] != raw[:_SUM] or cursor != base64.urlsafe_b64encode(raw).decode():
        raise no_cursor()
    if _digest(of.encode())[:_LIST] != content[:_LIST]:
        raise UsageError(
            "the cursor was given for another listing or other filters; send those of its first "
            "page, or start without it"
        )
    return position


def decode_number(cursor: str, of: str) -> int:
    """The number that is the position of a cursor of the list `of`.

    Raises:
        UsageError: the cursor is not one that this list gave.
    """
    position = decode(cursor, of)
    if not position.isascii() or not position.isdigit() or not 0 < int(position) <= LAST_NUMBER:
        raise no_cursor()
    return int(position)


def no_cursor() -> UsageError:
    """The error of a cursor that this list did not give."""
    return UsageError("the cursor is not one that this listing gave; start without it")


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
