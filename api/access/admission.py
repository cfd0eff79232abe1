"""So much is worked on at a time, a little more waits for its turn, and the rest is sent away.

Questions get a limit of time that their work heeds (`rag.deadline`), and it is called off when
whoever asked goes away. Deliveries have places of their own, so that they never take a question's,
and are finished once they have begun.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.caller import calling
from api.access.refusals import refusal
from api.stopping import Stopping
from rag.deadline import Limit, limited
from rag.errors import AbandonedError, BusyError

log = structlog.get_logger()

_ASKING = (
    "/v1/ask", "/v1/search", "/v1/timeline", "/v1/chat/completions", "/v1/citations/verify",
)  # fmt: skip
_DELIVERING = ("/v1/articles", "/v1/quarantine/retry")

_DELIVERIES = 8  # they write one after the other anyway
LONGEST_WAIT_S = 10.0
_RETRY_AFTER_S = 2
_READING_S = 5.0  # beyond the limit, for a client to take what was answered


def takes_a_turn(method: str, path: str) -> Literal["question", "delivery"] | None:
    """As what a request waits for its turn; None if it does not."""
    if method == "POST" and path in _ASKING:
        return "question"
    withdrawing = method == "DELETE" and path.startswith("/v1/articles/")
    delivering = method == "POST" and path in _DELIVERING
    return "delivery" if delivering or withdrawing else None


class Places:
    """Places for work, and a queue for them. For use from one event loop.

    Args:
        at_a_time: how many there are.
        queue: how many may wait for one.
        wait_s: how long each may wait.
        waited: told how long each has waited, in seconds.

    Attributes:
        waiting: how many wait.
        working: how many have one.
    """

    def __init__(
        self,
        at_a_time: int,
        queue: int,
        wait_s: float = LONGEST_WAIT_S,
        waited: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._slots = asyncio.Semaphore(at_a_time)
        self._queue = queue
        self._wait_s = wait_s
        self._waited = waited
        self.waiting = self.working = 0

    async def take(self, gone: "asyncio.Task[None]") -> None:
        """Takes a place.

        Raises:
            BusyError: enough wait already, or there is none in time.
            AbandonedError: `gone` is done before there is one.
        """
        began = time.monotonic()
        if self._slots.locked():
            await self._wait(gone)
        else:
            await self._slots.acquire()
        self.working += 1
        self._waited(time.monotonic() - began)

    def give_back(self) -> None:
        """Gives a place back."""
        self.working -= 1
        self._slots.release()

    async def _wait(self, gone: "asyncio.Task[None]") -> None:
        if self.waiting >= self._queue:
            raise BusyError("the server does as much as it can at a time; ask again shortly")
        self.waiting += 1
        turn = asyncio.ensure_future(self._slots.acquire())
        try:
            await asyncio.wait(
                (turn, gone), timeout=self._wait_s, return_when=asyncio.FIRST_COMPLETED
            )
            if turn.done():
                return
            if gone.done():
                raise AbandonedError("nobody waits for a turn any longer")
            raise BusyError(f"no turn came within {self._wait_s:g} s; ask again later")
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._slots.release()
            raise
        finally:
            self.waiting -= 1
            turn.cancel()


class Admission:
    """Lets work in; see the module.

    Args:
        app: what does the work. The bodies of its requests have been read already (`BodyLimit`).
        questions: places for them.
        queue: how many deliveries may wait for one of theirs.
        timeout_s: seconds that a question may take, waiting included.
        stopping: told of each question, to call it off if the server stops.
    """

    def __init__(
        self, app: ASGIApp, questions: Places, queue: int, timeout_s: float, stopping: Stopping
    ) -> None:
        self._app = app
        self._stopping = stopping
        self._questions = questions
        self._deliveries = Places(_DELIVERIES, queue)
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        places = self._places(scope)
        if places is None:
            await self._app(scope, receive, send)
            return
        limit = Limit(self._timeout_s)
        self._stopping.watch(limit)
        async with calling(receive, limit) as caller:
            try:
                await places.take(caller.gone)
                try:
                    timed = places is self._questions
                    await self._work(limit, scope, caller.receive, send, timed=timed)
                finally:
                    places.give_back()
            except (BusyError, AbandonedError) as error:
                headers = {"Retry-After": str(_RETRY_AFTER_S)}
                await refusal(Request(scope), error, headers)(scope, receive, send)

    def _places(self, scope: Scope) -> Places | None:
        if scope["type"] != "http":
            return None
        turn = takes_a_turn(scope["method"], scope["path"])
        return {"question": self._questions, "delivery": self._deliveries, None: None}[turn]

    async def _work(
        self, limit: Limit, scope: Scope, receive: Receive, send: Send, *, timed: bool
    ) -> None:
        """Has the work done; a client that does not take its answer is left behind."""
        try:
            async with asyncio.timeout(limit.left_s() + _READING_S if timed else None):
                with limited(limit) if timed else nullcontext():
                    await self._app(scope, receive, send)
        except TimeoutError:
            log.warning("an answer was not taken", request_id=scope["state"]["request_id"])
