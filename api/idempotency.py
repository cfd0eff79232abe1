"""`Idempotency-Key`: whoever does not know whether a POST came through may send it again.

As draft-ietf-httpapi-idempotency-key-header-07 has it: the repeat of a request that was done is not
done again but answered as the first time. A server that is killed between the work and the note of
it does the work again; all of it is of the kind that changes nothing the second time.
"""

import hashlib
import re
import time
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.refusals import refusal
from rag.archive.repeats import KeptResponse, keep_response, kept_response
from rag.errors import NewsciteError, TooLargeError, UnderWayError, UsageError

HEADER = "Idempotency-Key"
PATHS = ("/v1/articles", "/v1/ingest-jobs", "/v1/quarantine/retry", "/v1/admin/reindex")
"""Where POST heeds it. Asking changes nothing, nor does making a backup."""

DESCRIBED = {
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "pattern": r"^[!#-~]{1,255}$"},
            "description": "Of your making, such as a UUID: a repeat under it within a day is "
            "answered as the first time, with `Idempotency-Replayed: true`.",
        }
    ]
}
"""For the description of a route of these."""

_KEY = re.compile(r'"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_LARGEST = 1_000_000  # bytes of a response that is kept
_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)')
_AGAIN_S = "2"


class Idempotency:
    """Gives the repeat of a request the response of the first.

    Only what succeeded is kept: a refusal has changed nothing, and its repeat is looked at anew.

    Args:
        app: what handles the others.
        longest: the most bytes of a repeat that are read to compare it.
    """

    def __init__(self, app: ASGIApp, longest: int) -> None:
        self._app = app
        self._longest = longest
        self._under_way: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        given = None
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in PATHS:
            given = Headers(scope=scope).get(HEADER)
        if given is None:
            await self._app(scope, receive, send)
            return
        found = _KEY.fullmatch(given.strip())
        if found is None:
            what = f"{HEADER} is 1 to 255 printable characters, such as a UUID"
            await _refuse(scope, receive, send, UsageError(what))
            return
        key = _owned(scope, found[1] or found[2])
        if key in self._under_way:
            error = UnderWayError("the same request is being worked on; send it again later")
            await _refuse(scope, receive, send, error, {"Retry-After": _AGAIN_S})
            return
        self._under_way.add(key)
        try:
            await self._once(scope, receive, send, key)
        finally:
            self._under_way.discard(key)

    async def _once(self, scope: Scope, receive: Receive, send: Send, key: str) -> None:
        database = scope["app"].state.engine.corpus.archive.engine
        kept = await run_in_threadpool(kept_response, database, key, int(time.time()))
        if kept is not None:
            await self._again(scope, receive, send, kept)
            return
        request, response = _Fingerprint(scope), _Collected()

        async def hashing() -> Message:
            message = await receive()
            request.update(message.get("body", b""))
            return message

        await self._app(scope, hashing, response.collect)
        done = response.as_kept(request.hexdigest())
        if done is not None:
            keeping = partial(keep_response, database, key, done, int(time.time()))
            await run_in_threadpool(keeping)
        for message in response.messages:
            await send(message)

    async def _again(self, scope: Scope, receive: Receive, send: Send, kept: KeptResponse) -> None:
        request, size, more = _Fingerprint(scope), 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body = message.get("body", b"")
            size += len(body)
            if size > self._longest:
                error = TooLargeError(f"the body is over {self._longest:,} bytes")
                await _refuse(scope, receive, send, error)
                return
            request.update(body)
            more = message.get("more_body", False)
        if request.hexdigest() != kept.request:
            what = f"another request came under this {HEADER} already; use a new key for each"
            await _refuse(scope, receive, send, UsageError(what))
            return
        scope["state"]["replayed"] = scope["path"]  # for the log: no route is asked
        headers = kept.headers | {"Idempotency-Replayed": "true"}
        await Response(kept.body, kept.status, headers)(scope, receive, send)


class _Collected:
    """A response, held back until it is kept."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def collect(self, message: Message) -> None:
        self.messages.append(message)

    def as_kept(self, request: str) -> KeptResponse | None:
        """What is kept of it, if it is one of success and of no monstrous length."""
        started = self.messages[0] if self.messages else {"status": 500}
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        if not 200 <= started["status"] < 300 or len(body) > _LARGEST:  # noqa: PLR2004
            return None
        names = ("content-type", "location")
        headers = MutableHeaders(scope=started)
        shown = {name: headers[name] for name in names if name in headers}
        return KeptResponse(request, started["status"], shown, body)


class _Fingerprint:
    """SHA-256 of a request, of a multipart body without its boundary, which is never the same."""

    def __init__(self, scope: Scope) -> None:
        kind = Headers(scope=scope).get("content-type", "")
        found = _BOUNDARY.search(kind)
        self._boundary = found[1].encode() if found else b""
        self._hash = hashlib.sha256(scope["path"].encode() + b"?" + scope["query_string"] + b"\n")
        self._hash.update((kind[: found.start()] if found else kind).encode() + b"\n")
        self._held = b""

    def update(self, body: bytes) -> None:
        """More of the body."""
        if not self._boundary:
            self._hash.update(body)
            return
        whole = (self._held + body).replace(self._boundary, b"")
        end = max(0, len(whole) - len(self._boundary) + 1)  # a boundary may be there in part
        self._hash.update(whole[:end])
        self._held = whole[end:]

    def hexdigest(self) -> str:
        """The hash, once the body is at its end."""
        self._hash.update(self._held)
        self._held = b""
        return self._hash.hexdigest()


def _owned(scope: Scope, key: str) -> str:
    """The key as it is kept: no API key meets those of another."""
    owner = getattr(scope["state"].get("api_key"), "id", "")
    return hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()


async def _refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    error: NewsciteError,
    headers: dict[str, str] | None = None,
) -> None:
    await refusal(Request(scope), error, headers or {})(scope, receive, send)
