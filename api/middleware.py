"""What every request goes through: an id, a limit on its body, and protective headers."""

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_of
from rag.errors import TooLargeError

_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)

# The page needs nothing from elsewhere and nothing inline; /docs needs its own inline script.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# The clipboard is left to the page: it copies citations.
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
_DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)


class RequestContext:
    """Gives each request an id (the client's own `X-Request-ID` if it is plain), sent back too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        docs = scope["path"].startswith(("/docs", "/redoc"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = _PERMISSIONS
                headers["Referrer-Policy"] = "no-referrer"
                headers["Content-Security-Policy"] = _DOCS_POLICY if docs else _PAGE_POLICY
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a request body over `limit` bytes, whether or not its length is announced.

    Args:
        app: what handles the others.
        limit: in bytes.
        but: the paths that see to it themselves.
    """

    def __init__(self, app: ASGIApp, limit: int, but: tuple[str, ...] = ()) -> None:
        self._app = app
        self._limit = limit
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["path"] in self._but:
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._limit:
            await self._refuse(scope, receive, send)
            return
        # The body is read here, so that one without a length is refused before a route sees it.
        body: list[Message] = []
        size = 0
        while True:
            message = await receive()
            body.append(message)
            size += len(message.get("body", b""))
            if size > self._limit:
                await self._refuse(scope, receive, send)
                return
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
        waiting = iter(body)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self._app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The connection is kept, and what still comes is dropped by uvicorn: a proxy amid sending
        # would say "bad gateway" of one that is closed.
        error = TooLargeError(
            f"the body is over {self._limit:,} bytes; send less, or raise NEWSCITE_MAX_BODY_BYTES"
        )
        response = problem_of(Request(scope), error)
        await response(scope, receive, send)
