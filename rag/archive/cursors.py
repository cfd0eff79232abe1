"""Where the next page of a list begins. A cursor names the last item of the page before it.

So what is written in between moves nothing: items that come in stand before it or after it, and an
item that is gone is missed by nobody.
"""

import base64

from rag.errors import UsageError

LAST_NUMBER = 2**63 - 1
"""The largest that SQLite has."""


def encode(position: str) -> str:
    """A position as a cursor, which means nothing to a client."""
    return base64.urlsafe_b64encode(position.encode()).decode()


def decode(cursor: str) -> str:
    """The position of a cursor.

    Raises:
        UsageError: the cursor is not one that a list gave.
    """
    try:
        return base64.b64decode(cursor.encode(), b"-_", validate=True).decode()
    except ValueError as error:
        raise no_cursor() from error


def decode_number(cursor: str) -> int:
    """The number that is the position of a cursor.

    Raises:
        UsageError: the cursor is not one that such a list gave.
    """
    position = decode(cursor)
    if not position.isascii() or not position.isdigit() or not 0 < int(position) <= LAST_NUMBER:
        raise no_cursor()
    return int(position)


def no_cursor() -> UsageError:
    """The error of a cursor that this list did not give."""
    return UsageError("the cursor is not one that this listing gave; start without it")
