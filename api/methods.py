"""HEAD wherever there is GET, and which methods an address has (RFC 9110, section 9)."""

from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class Heads:
    """Answers HEAD as GET would be answered, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy, since the server goes by its own as it sends. What the router notes goes back.
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, send_without_body)
        finally:
            scope.update({**asked, "method": "HEAD"})


def allowed(scope: Scope) -> str:
    """The methods that are possible at the address of a request, as `Allow` names them."""
    # A folder of files that refused the request has made its own address the root.
    asked = {**scope, "root_path": scope.get("app_root_path", scope.get("root_path", ""))}
    found = [method for method in _METHODS if _is_routed({**asked, "method": method})]
    if "GET" in found:
        found.insert(1, "HEAD")
    return ", ".join(found)


def _is_routed(scope: Scope) -> bool:
    for route in scope["app"].routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            # A folder of files takes any method, to refuse it itself.
            return scope["method"] == "GET" if isinstance(route, Mount) else True
    return False
