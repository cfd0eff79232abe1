"""Lets a request through that has a key for what it wants and keeps to its rate."""

import ipaddress
import time
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

import anyio
from anyio import CapacityLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.keyring import KeyRing
from api.access.rates import SlidingWindow, rate_headers
from api.access.refusals import refusal
from api.access.scopes import READING, is_watching, needed_scope
from rag.api_keys import KeyHash
from rag.api_keys import Scope as KeyScope
from rag.errors import (
    ForbiddenError,
    NewsciteError,
    TooManyRequestsError,
    UnauthorizedError,
    UsageError,
)
from rag.rates import Rate

_REALM = 'Bearer realm="newscite"'
_HOW = "send one as Authorization: Bearer KEY, or as X-API-Key: KEY; newscite keys create makes one"
_LOOKING_UP = 4  # threads, apart from those that the routes use: a key is looked up under any load


class Gate:
    """Asks for a key, compares its scopes with what the address needs, and counts.

    A server that never had a key is open, and answers on the loopback interface alone.

    Args:
        app: what handles the requests that are let through; its state has `keys`, a `KeyRing`.
        rate: how often a key, or an address without one, may ask.
        sites: whose pages may write to a server without keys, besides its own.
    """

    def __init__(self, app: ASGIApp, rate: Rate | None, sites: Sequence[str] = ()) -> None:
        self._app = app
        self._sites = sites
        self._window = SlidingWindow(rate) if rate else None
        self._threads: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        needed = needed_scope(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if needed is None:
            await self._app(scope, receive, send)
            return
        self._threads = self._threads or CapacityLimiter(_LOOKING_UP)
        keys = cast(KeyRing, scope["app"].state.keys)
        given = given_key(Headers(scope=scope))
        closed, key = await anyio.to_thread.run_sync(_look_up, keys, given, limiter=self._threads)
        told: dict[str, str] = {"Cache-Control": "private, no-cache"} if closed else {}
        error = _why_not(scope, needed, closed=closed, given=given, key=key)
        if not closed and error is None:
            error = self._another_site(scope, needed)
        if self._window is not None and not is_watching(scope["method"], scope["path"]):
            verdict = self._window.hit(key.sha256 if key else _address(scope), time.monotonic())
            told |= rate_headers(self._window.rate, verdict)
            if not verdict.allowed:
                rate = self._window.rate
                error = TooManyRequestsError(
                    f"at most {rate.requests:,} requests in {rate.seconds:,} s are possible; "
                    f"try again in {verdict.wait_s:,} s"
                )
        if error is not None:
            response = refusal(Request(scope), error, told | _challenge(error, needed, given))
            await response(scope, receive, send)
            return
        scope["state"]["api_key"] = key

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_told)

    def _another_site(self, scope: Scope, needed: KeyScope) -> NewsciteError | None:
        """A browser sends a form to any server, unasked, for whatever page its user looks at."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        harmless = needed == "ask" or scope["method"] in READING
        if origin is None or harmless or origin in self._sites:
            return None
        if urlsplit(origin).netloc == headers.get("host"):
            return None
        return UsageError(
            f"a page of {origin} may not write here; NEWSCITE_CORS_ORIGINS names the sites "
            "whose pages may"
        )


def given_key(headers: Headers) -> str | None:
    """The key that a request brings: of a bearer token (RFC 6750), else of X-API-Key."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("x-api-key", "").strip() or None


def _look_up(keys: KeyRing, given: str | None) -> tuple[bool, KeyHash | None]:
    """Whether a key is needed, and what is known of the one that was given."""
    closed = keys.closed()
    return closed, keys.find(given) if closed and given else None


def _why_not(
    scope: Scope, needed: KeyScope, *, closed: bool, given: str | None, key: KeyHash | None
) -> NewsciteError | None:
    if not closed:
        if _on_loopback(scope):
            return None
        return UnauthorizedError(
            "this server has no API key and so answers on the loopback interface alone; "
            "make one with newscite keys create"
        )
    if given is None:
        return UnauthorizedError(f"this server wants an API key; {_HOW}")
    if key is None:
        return UnauthorizedError(f"this API key is unknown here or was revoked; {_HOW}")
    if not key.allows(needed):
        return ForbiddenError(
            f"the API key {key.name!r} has no scope {needed!r}, which "
            f"{scope['method']} {scope['path']} needs"
        )
    return None


def _challenge(error: NewsciteError, needed: KeyScope, given: str | None) -> dict[str, str]:
    """What RFC 6750 has a refusal say."""
    if isinstance(error, UnauthorizedError):
        return {"WWW-Authenticate": _REALM + (', error="invalid_token"' if given else "")}
    if isinstance(error, ForbiddenError):
        about = f', error="insufficient_scope", scope="{needed}"'
        return {"WWW-Authenticate": _REALM + about}
    return {}


def _on_loopback(scope: Scope) -> bool:
    """Whether the connection came in there; what has no network address, as a test's, counts."""
    try:
        return ipaddress.ip_address((scope.get("server") or ("",))[0]).is_loopback
    except ValueError:
        return True


def _address(scope: Scope) -> str:
    """The caller's address; of IPv6 its network of 64 bits, which is what one customer gets."""
    host: str = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
