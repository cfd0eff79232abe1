"""How often a host is asked: not more than once a second, and not before it wants to be again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.fetching.errors import FetchError

LONGEST_WAIT_S = 60.0
"""A host that wants us to wait longer is left alone for the rest of the run."""

LONGEST_DELAY_S = 30.0
"""Of a Crawl-delay no more than this is kept: some sites ask for hours to keep robots away."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time comes from and how it is waited for."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Pacer:
    """Waits before requests.

    Args:
        delay: seconds between two requests to one host.
    """

    def __init__(self, delay: float, clock: Clock) -> None:
        self._delay = delay
        self._clock = clock
        self._free: dict[str, float] = {}  # from when a host may be asked

    def wait(self, host: str, crawl_delay: float | None) -> None:
        """Returns when the host may be asked.

        Args:
            crawl_delay: what the host wants between two requests, in seconds, if it says.

        Raises:
            FetchError: that is too long from now.
        """
        now = self._clock.now()
        seconds = self._free.get(host, now) - now
        if seconds > LONGEST_WAIT_S:
            raise FetchError(f"{host} wants to be left alone for a while", transient=True)
        if seconds > 0:
            self._clock.sleep(seconds)
        delay = max(self._delay, min(crawl_delay or 0, LONGEST_DELAY_S))
        self._free[host] = self._clock.now() + delay

    def hold(self, host: str, seconds: float) -> None:
        """Leaves a host alone for so long."""
        self._free[host] = max(self._free.get(host, 0), self._clock.now() + seconds)


def retry_after(value: str | None) -> float:
    """The seconds that a Retry-After asks for; 0 where it is missing or cannot be read."""
    if value is None:
        return 0
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return 0
    then = then.replace(tzinfo=UTC) if then.tzinfo is None else then
    return max(0.0, (then - datetime.now(UTC)).total_seconds())
