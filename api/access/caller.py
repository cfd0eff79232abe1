"""Whoever sent a request, and whether they still wait for what is done for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Message, Receive

from rag.deadline import Limit


class Caller:
    """A request's body, and whether its client is there.

    Attributes:
        gone: is done once the client has gone away.
    """

    def __init__(self, body: list[Message], gone: "asyncio.Task[None]") -> None:
        self._body = body
        self.gone = gone

    async def receive(self) -> Message:
        """The body again, then that the client has gone."""
        if self._body:
            return self._body.pop(0)
        await asyncio.wait((self.gone,))  # waited for, and not cancelled with whoever waits
        return {"type": "http.disconnect"}


@asynccontextmanager
async def calling(receive: Receive, limit: Limit) -> AsyncIterator[Caller]:
    """Reads a body, which has to be small, and calls the work off if its client goes away."""
    body = [await receive()]
    while body[-1].get("more_body", False):
        body.append(await receive())
    gone = asyncio.ensure_future(_gone(receive, limit))
    try:
        yield Caller(body, gone)
    finally:
        gone.cancel()


async def _gone(receive: Receive, limit: Limit) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    limit.abandon()
