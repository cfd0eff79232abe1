"""HEAD wherever there is GET (RFC 9110, section 9.3.2): the same status and headers, no content."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Has a HEAD request handled as a GET, and sends no body.

    Args:
        app: what handles the request. What stands around this one sees the method as it came.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_no_body(message: Message) -> None:
            scope["method"] = "HEAD"  # the server counts the bytes of any other response
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # In this very scope, for what stands around reads there which route it was.
        scope["method"] = "GET"
        await self._app(scope, receive, send_no_body)
