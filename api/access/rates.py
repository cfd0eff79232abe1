"""A rate limit that is exact: never more than so many requests in any span of so many seconds.

A sliding window log: the times of a caller's latest requests are kept, at most as many as are
allowed. Unlike a fixed window it lets no double rate through where two windows meet, and unlike a
leaky bucket (GCRA, ITU-T I.371) no refill on top of a burst.
"""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass

from rag.rates import Rate

_CALLERS = 10_000  # whose requests are remembered; then whoever was quiet longest is forgotten


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is within the rate.

    Attributes:
        allowed: it is.
        left: how many more requests are possible now.
        wait_s: whole seconds until one more is possible than now.
    """

    allowed: bool
    left: int
    wait_s: int


class SlidingWindow:
    """Counts the requests of each caller. For use from one thread.

    Args:
        rate: what each caller may do.
        callers: how many of them are remembered.
    """

    def __init__(self, rate: Rate, callers: int = _CALLERS) -> None:
        self.rate = rate
        self._callers = callers
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, caller: str, now: float) -> Verdict:
        """Counts a request, if it is allowed: one that is refused costs nothing.

        Args:
            caller: whose request it is.
            now: seconds on a clock that never goes back.
        """
        times = self._times.setdefault(caller, deque())
        self._times.move_to_end(caller)
        if len(self._times) > self._callers:
            self._times.popitem(last=False)
        self._forget(times, now)
        allowed = len(times) < self.rate.requests
        if allowed:
            times.append(now)
        return Verdict(allowed, self.rate.requests - len(times), self._until_first_ends(times, now))

    def wait_s(self, caller: str, now: float) -> int | None:
        """Whole seconds until a request of this caller is possible; None: now. Counts nothing."""
        times = self._times.get(caller)
        if times is None:
            return None
        self._forget(times, now)
        if len(times) < self.rate.requests:
            return None
        return self._until_first_ends(times, now)

    def _forget(self, times: deque[float], now: float) -> None:
        while times and times[0] + self.rate.seconds <= now:
            times.popleft()

    def _until_first_ends(self, times: deque[float], now: float) -> int:
        return max(1, math.ceil(times[0] + self.rate.seconds - now))


def rate_headers(rate: Rate, verdict: Verdict) -> dict[str, str]:
    """The rate, what is left of it (draft-ietf-httpapi-ratelimit-headers-10), Retry-After."""
    told = {
        "RateLimit-Policy": f'"default";q={rate.requests};w={rate.seconds}',
        "RateLimit": f'"default";r={verdict.left};t={verdict.wait_s}',
    }
    return told if verdict.allowed else told | {"Retry-After": str(verdict.wait_s)}
