"""Content codings (RFC 9110, section 8.4): responses packed by gzip, request bodies as they are."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import (
    DEFAULT_EXCLUDED_CONTENT_TYPES,
    GZipResponder,
    IdentityResponder,
)
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_of
from rag.errors import UnsupportedMediaTypeError

_SMALLEST_PACKED = 1000  # bytes; less goes out in one packet either way
_LEVEL = 6
# Starlette's own leave out server-sent events: a sentence is not to wait until a block is full.
# A backup may be of gigabytes, and what is in quarantine is of any kind.
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/x-tar", "application/octet-stream")
_GZIP = re.compile(r"(?:x-)?gzip\s*(?:;\s*q=([\d.]+)\s*)?", re.IGNORECASE)


class Packing:
    """Packs a response by gzip where the client takes it, and it is text of some length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        takes_gzip = _takes_gzip(Headers(scope=scope).get("accept-encoding", ""))
        responder = (
            GZipResponder(self._app, _SMALLEST_PACKED, _LEVEL, exclude_content_types=_AS_THEY_ARE)
            if takes_gzip
            else IdentityResponder(self._app, _SMALLEST_PACKED, exclude_content_types=_AS_THEY_ARE)
        )
        await responder(scope, receive, _weakening(send))


class PlainBodies:
    """Refuses a request whose body is packed: its limit is one of what has to be read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        coding = ""
        if scope["type"] == "http":
            coding = Headers(scope=scope).get("content-encoding", "").strip().lower()
        if coding in ("", "identity"):
            await self._app(scope, receive, send)
            return
        error = UnsupportedMediaTypeError(
            f"a body with Content-Encoding: {coding} is not unpacked here; send it as it is. A "
            "file that is packed by gzip can be sent to /v1/ingest-jobs, as the file that it is"
        )
        response = problem_of(Request(scope), error, {"Accept-Encoding": "identity"})
        await response(scope, receive, send)


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not with a weight of nothing."""
    for coding in accepted.split(","):
        if match := _GZIP.fullmatch(coding.strip()):
            return match[1] is None or match[1].strip("0.") != ""
    return False


def _weakening(send: Send) -> Send:
    """A packed response has other bytes than the plain one, and so not its strong ETag."""

    async def send_weak(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            tag = headers.get("etag", "")
            if headers.get("content-encoding") == "gzip" and tag.startswith('"'):
                headers["etag"] = f"W/{tag}"
        await send(message)

    return send_weak
