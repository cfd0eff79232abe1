"""How long a piece of work may go on, and whether anybody still waits for it.

Whoever starts the work sets a limit for its context, and the work asks between its stages and
between model runs whether it is to go on: a thread cannot be stopped from outside.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rag.errors import AbandonedError, NewsciteError, TimedOutError


class Limit:
    """The limit of one piece of work. Safe to use from several threads.

    Args:
        within_s: seconds from now after which the work is to stop.
    """

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._ends = time.monotonic() + within_s
        self._called_off: NewsciteError | None = None

    def left_s(self) -> float:
        """The seconds that are left; negative when the time is up."""
        return self._ends - time.monotonic()

    def abandon(self) -> None:
        """Nobody waits for the work any longer: it is to stop."""
        self.call_off(AbandonedError("nobody waits for this any longer, so it was not finished"))

    def call_off(self, error: NewsciteError) -> None:
        """The work is to stop, and to say so by this error."""
        self._called_off = error

    def check(self) -> None:
        """Returns if the work is to go on.

        Raises:
            NewsciteError: it was called off; an AbandonedError if nobody waits for it.
            TimedOutError: the time is up.
        """
        if self._called_off is not None:
            raise self._called_off
        if self.left_s() < 0:
            raise TimedOutError(
                f"this took more than the {self._within_s:g} s that it may take "
                "(NEWSCITE_REQUEST_TIMEOUT_S); ask again, or when the server is less busy"
            )


_LIMIT: ContextVar[Limit | None] = ContextVar("newscite_limit", default=None)


@contextmanager
def limited(limit: Limit) -> Iterator[None]:
    """Sets the limit of this thread, or of a task and the threads that copy its context."""
    token = _LIMIT.set(limit)
    try:
        yield
    finally:
        _LIMIT.reset(token)


def current_limit() -> Limit | None:
    """The limit of the work that is done here, to be taken along into other threads."""
    return _LIMIT.get()


def check_limit() -> None:
    """Returns if the work that is done here is to go on; without a limit it always is.

    Raises:
        AbandonedError, TimedOutError: see `Limit.check`.
    """
    limit = _LIMIT.get()
    if limit is not None:
        limit.check()
