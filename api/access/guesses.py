"""Turns keys away from where too many unknown ones came.

A key has 256 random bits and is not found by trying. This keeps whoever tries from taking the
server's time, and lets the operator see it.
"""

import threading
import time
from collections import OrderedDict

import structlog

from api.access.rates import SlidingWindow
from rag.rates import Rate

log = structlog.get_logger()

GUESSES = Rate(30, 60)
"""Unknown keys that an address may bring; up to three more where they come at the same moment."""

_REMEMBERED = 10_000  # keys that were let in


class Guesses:
    """Counts the unknown keys of each address. Safe to use from several threads.

    A key that was let in from an address before is never turned away there: a client of the
    same network, or behind the same proxy, does not suffer from one that guesses.

    Args:
        rate: how many unknown keys an address may bring.
    """

    def __init__(self, rate: Rate = GUESSES) -> None:
        self._window = SlidingWindow(rate)
        self._let_in: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, address: str, key_hash: str) -> int | None:
        """Whole seconds until this key is looked at; None: now."""
        with self._lock:
            if (address, key_hash) in self._let_in:
                return None
            return self._window.wait_s(address, time.monotonic())

    def failed(self, address: str) -> None:
        """Counts an unknown key."""
        with self._lock:
            verdict = self._window.hit(address, time.monotonic())
        if verdict.left == 0:
            log.warning("too many unknown API keys come from an address", address=address)

    def let_in(self, address: str, key_hash: str) -> None:
        """Notes a key that is good."""
        with self._lock:
            self._let_in[address, key_hash] = None
            self._let_in.move_to_end((address, key_hash))
            if len(self._let_in) > _REMEMBERED:
                self._let_in.popitem(last=False)
