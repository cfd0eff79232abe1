"""ETags: what has not changed since a client read it is not sent again (RFC 9110, section 13).

A tag is a hash of the very body that would be sent. So it changes when that does, for whatever
reason: a new version, a correction, a copy that came in, an embargo that ended. What may not be
shown any longer is answered as ever, whatever tag the client has.
"""

import hashlib
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNDER = ("/v1/articles", "/v1/corpus")

_TAG = {"schema": {"type": "string"}, "description": "Of what was sent; for If-None-Match."}
TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": _TAG}},
    304: {"description": "It is still as the tag says", "headers": {"ETag": _TAG}},
}
"""For the description of a route that is read so: its responses, and its parameters."""
IF_NONE_MATCH = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "Tags of what the client has; where one is right, 304 and no body.",
        }
    ]
}


class Conditional:
    """Gives what is read of articles and the corpus a tag, and answers 304 to whoever has it.

    The tags are weak, since a response may be sent on compressed.

    Args:
        app: what handles the request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        if not scope["path"].startswith(_UNDER):
            await self._app(scope, receive, send)
            return
        wanted = ",".join(Headers(scope=scope).getlist("if-none-match"))
        started: Message = {}
        body = bytearray()

        async def send_if_changed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start" and message["status"] == 200:  # noqa: PLR2004
                started = message
            elif not started:
                if message["type"] == "http.response.start":
                    _ask_each_time(MutableHeaders(scope=message))
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _send_tagged(started, bytes(body), wanted, send)

        await self._app(scope, receive, send_if_changed)


async def _send_tagged(started: Message, body: bytes, wanted: str, send: Send) -> None:
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = MutableHeaders(scope=started)
    headers["ETag"] = tag
    _ask_each_time(headers)
    if _has(wanted, tag):
        started["status"], body = 304, b""
        headers.add_vary_header("Accept-Encoding")  # as what is not sent would have, if it is long
        for name in ("content-length", "content-type"):
            del headers[name]
    await send(started)
    await send({"type": "http.response.body", "body": body})


def _ask_each_time(headers: MutableHeaders) -> None:
    """An article may be withdrawn at any moment, and one that is not there may come."""
    headers.setdefault("Cache-Control", "private, no-cache")


def _has(wanted: str, tag: str) -> bool:
    """Whether one of the tags in an If-None-Match is this one, weakly compared."""
    tags = {each.strip().removeprefix("W/") for each in wanted.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags
