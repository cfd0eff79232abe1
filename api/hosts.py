"""Which names this server answers to: a page elsewhere may have a name of its own lead here.

A browser lets a page read what comes from the page's own name. Whoever owns that name can point it
at 127.0.0.1 once the page is loaded (DNS rebinding), and would so read a corpus that only this
machine is to reach. The browser still sends the name, in `Host`, by which it is told.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem_of
from rag.errors import UnknownHostError


class KnownHosts:
    """Refuses a request for a name that is not this server's.

    An address is let through, as is `localhost`: neither can be pointed elsewhere.

    Args:
        app: what handles the others.
        names: the server's own, in small letters.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app = app
        self._names = names | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        name = _name(host)
        if name in self._names or _is_an_address(name):
            await self._app(scope, receive, send)
            return
        error = UnknownHostError(
            f"this server is not known as {host!r}; if it is to be, name it in NEWSCITE_HOSTS"
        )
        response = problem_of(Request(scope), error)
        await response(scope, receive, send)


def _name(host: str) -> str:
    """The name or address within a Host header, without its port; empty if it is neither."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:  # half an IPv6 address
        return ""


def _is_an_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
