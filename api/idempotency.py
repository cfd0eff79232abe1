"""`Idempotency-Key`: whoever does not know whether a POST came through may send it again.

As draft-ietf-httpapi-idempotency-key-header-07 has it: the repeat of a request that was done is not
done again but answered as the first time. A server that is killed between the work and the note of
it, or has no room for the note, does the work again; all of it is of the kind that changes nothing
the second time.
"""

import hashlib
import re
import time
from functools import partial

import structlog
from pydantic import BaseModel
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.refusals import refusal
from rag.archive.repeats import KeptResponse, keep_response, kept_response
from rag.errors import NewsciteError, TooLargeError, UnderWayError, UsageError

log = structlog.get_logger()

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

REPLAYED = {
    "Idempotency-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "Present where this is the response that the first of the key was given.",
    }
}
"""For the description of what they answer with."""

_KEY = re.compile(r'"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_LARGEST = 1_000_000  # bytes of a response that is kept
_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)', re.IGNORECASE)
_AGAIN_S = "2"


def job_id_of(request: Request, wanted: BaseModel) -> str | None:
    """The id that the job of a request has, under its key; None: it came without one.

    By it the repeat of one that was done and not noted finds the job, whatever that has changed.
    """
    key = getattr(request.state, "idempotency", None)
    if key is None:
        return None
    return hashlib.sha256(f"{key}\n{wanted.model_dump_json()}".encode()).hexdigest()[:32]


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
        try:
            kept = await run_in_threadpool(kept_response, database, key, int(time.time()))
        except NewsciteError as error:  # of the disk; nothing is done that might be done already
            await _refuse(scope, receive, send, error)
            return
        if kept is not None:
            await self._again(scope, receive, send, kept)
            return
        scope["state"]["idempotency"] = key
        request, response = _Arriving(scope, receive), _Collected()
        await self._app(scope, request.receive, response.collect)
        # A route that takes no body leaves one unread, which a repeat of it has as well.
        if response.succeeded and await request.rest(self._longest):
            await self._keep(database, key, response.as_kept(request.fingerprint.hexdigest()))
        for message in response.messages:
            await send(message)

    async def _keep(self, database: Engine, key: str, done: KeptResponse) -> None:
        if len(done.body) > _LARGEST:
            return
        try:
            await run_in_threadpool(partial(keep_response, database, key, done, int(time.time())))
        except NewsciteError as error:  # the work is done, and the client is told so
            log.warning("a response is not kept for a repeat", reason=str(error))

    async def _again(self, scope: Scope, receive: Receive, send: Send, kept: KeptResponse) -> None:
        request = _Arriving(scope, receive)
        if not await request.rest(self._longest):  # to one who is gone nothing is sent
            error = TooLargeError(f"the body is over {self._longest:,} bytes")
            await _refuse(scope, receive, send, error)
            return
        if request.fingerprint.hexdigest() != kept.request:
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

    @property
    def succeeded(self) -> bool:
        """Whether what was asked for was done."""
        return bool(self.messages) and 200 <= self.messages[0]["status"] < 300  # noqa: PLR2004

    def as_kept(self, request: str) -> KeptResponse:
        """What is kept of it."""
        started = self.messages[0]
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        names = ("content-type", "location")
        headers = MutableHeaders(scope=started)
        shown = {name: headers[name] for name in names if name in headers}
        return KeptResponse(request, started["status"], shown, body)


class _Arriving:
    """A request's body, which is hashed as it is read."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.fingerprint = _Fingerprint(scope)
        self._receive = receive
        self._size = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next piece."""
        message = await self._receive()
        body = message.get("body", b"")
        self.fingerprint.update(body)
        self._size += len(body)
        if message["type"] == "http.request":
            self._whole = not message.get("more_body", False)
        return message

    async def rest(self, longest: int) -> bool:
        """Reads what is left; False: there is more than `longest` bytes, or the client is gone."""
        while not self._whole and self._size <= longest:
            if (await self.receive())["type"] == "http.disconnect":
                return False
        return self._size <= longest


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
