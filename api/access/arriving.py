"""A body has to keep arriving: who sends none of it for a while is taken to have gone away."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SILENCE_S = 30.0


class KeepsArriving:
    """Ends a request whose body stops in the middle, as if its client had disconnected.

    Args:
        app: what handles the requests.
        silence_s: how long nothing may come.
    """

    def __init__(self, app: ASGIApp, silence_s: float = _SILENCE_S) -> None:
        self._app = app
        self._silence_s = silence_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        whole = False

        async def arriving() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._silence_s)
            except TimeoutError:
                message = {"type": "http.disconnect"}
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, arriving, send)
