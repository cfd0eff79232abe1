"""Lets a request through that has a key for what it wants and keeps to its rate."""

import ipaddress
import time
from collections.abc import Callable, Sequence
from typing import cast

import anyio
from anyio import CapacityLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.cors import another_site
from api.access.keyring import KeyRing
from api.access.looking_up import LookedUp, LookUp
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
_LOOKING_UP = 4  # threads, apart from those that the routes use: a key is looked up under any load


class Gate:
    """Asks for a key, compares its scopes with what the address needs, and counts.

    A server that never had a key is open, and answers on the loopback interface alone.

    Args:
        app: what handles the requests that are let through; its state has `keys`, a `KeyRing`.
        rate: how often a key, or an address without one, may ask.
        sites: whose pages may write to a server without keys, besides its own.
        refused: see `LookUp`.
    """

    def __init__(
        self,
        app: ASGIApp,
        rate: Rate | None,
        sites: Sequence[str] = (),
        refused: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._app = app
        self._sites = sites
        self._window = SlidingWindow(rate) if rate else None
        self._look_up = LookUp(refused)
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
        found = await anyio.to_thread.run_sync(
            self._look_up, keys, _address(scope), given, limiter=self._threads
        )
        scope["state"]["api_key"] = found.key  # the log names it, of a request that is refused too
        told: dict[str, str] = {"Cache-Control": "private, no-cache"} if found.closed else {}
        error = _why_not(scope, needed, found)
        if not found.closed and error is None:
            error = self._another_site(scope, needed)
        if found.wait_s is not None:  # what is not even looked at counts for nothing else
            told["Retry-After"] = str(found.wait_s)
        else:
            error = self._over_rate(scope, found.key, told) or error
        if error is not None:
            response = refusal(Request(scope), error, told | _challenge(error, needed, given))
            await response(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_told)

    def _over_rate(
        self, scope: Scope, key: KeyHash | None, told: dict[str, str]
    ) -> NewsciteError | None:
        """Counts a request, and adds to the response's headers what is left of the rate."""
        if self._window is None or is_watching(scope["method"], scope["path"]):
            return None
        verdict = self._window.hit(key.sha256 if key else _address(scope), time.monotonic())
        rate = self._window.rate
        told |= rate_headers(rate, verdict)
        if verdict.allowed:
            return None
        return TooManyRequestsError(
            f"at most {rate.requests:,} requests in {rate.seconds:,} s are possible; "
            f"try again in {verdict.wait_s:,} s"
        )

    def _another_site(self, scope: Scope, needed: KeyScope) -> NewsciteError | None:
        """A browser sends a form to any server, unasked, for whatever page its user looks at."""
        origin = another_site(Headers(scope=scope), self._sites)
        if origin is None or needed == "ask" or scope["method"] in READING:
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


def _why_not(scope: Scope, needed: KeyScope, found: LookedUp) -> NewsciteError | None:
    if not found.closed:
        if _on_loopback(scope):
            return None
        return UnauthorizedError(
            "this server has no API key and so answers on the loopback interface alone; "
            "make one with newscite keys create"
        )
    if found.key is not None and not found.key.allows(needed):
        return ForbiddenError(
            f"the API key {found.key.name!r} has no scope {needed!r}, which "
            f"{scope['method']} {scope['path']} needs"
        )
    return found.error


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
