"""Every request as the operator sees it: a line in the log, counts, and a trace."""

import time
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api.observing.logs import quiet
from api.observing.metrics import Metrics
from api.observing.watcher import Watching
from rag import audit
from rag.usage import metered
from rag.watching import watched_by

log = structlog.get_logger()

UNMATCHED = "unmatched"
"""The route of what no route answers: an address that anybody makes up is no label."""

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Observed:
    """Binds a request's id for all that is done for it, and tells how it went.

    It stands inside of what gives the request its id, and around all else.

    Args:
        app: what handles the request.
        metrics: where it is counted.
        watching: what watches the stages of its answer.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, watching: Watching) -> None:
        self._app = app
        self._metrics = metrics
        self._watching = watching

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope["state"]
        status = 500  # of an error that nobody answered yet

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        method = scope["method"] if scope["method"] in _METHODS else "other"
        with (
            bound_contextvars(request_id=state["request_id"]),
            audit.acting(lambda: _who(state)),
            metered(self._metrics.of_requests),
            watched_by(self._watching),
            self._watching.request(method, Headers(scope=scope)) as request_span,
            self._metrics.in_progress.track_inprogress(),
        ):
            try:
                await self._app(scope, receive, noting_send)
            finally:
                seconds = time.perf_counter() - began
                route = route_of(scope)
                request_span.ends(method, route, status)
                self._metrics.requested(method, route, status, seconds)
                tell = log.debug if quiet(route, status) else log.info
                named = {"key": name} if (name := key_name(state)) else {}
                tell(
                    "request", method=method, route=route, status=status,
                    ms=round(seconds * 1000, 1), **named,
                )  # fmt: skip


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as /v1/articles/{article_id:path}."""
    if (route := scope.get("route")) is not None:
        return str(route.path)
    if (replayed := scope["state"].get("replayed")) is not None:
        return str(replayed)
    if mounted := scope.get("app_root_path") is not None and scope.get("root_path"):
        return str(mounted)
    plain = {getattr(route, "path", None) for route in scope["app"].routes}
    return scope["path"] if scope["path"] in plain else UNMATCHED


def key_name(state: dict[str, Any]) -> str | None:
    """The name of the API key that a request came with, if it did; see `api.access`."""
    name = getattr(state.get("api_key"), "name", None)
    return None if name is None else str(name)


def _who(state: dict[str, Any]) -> dict[str, Any]:
    name = key_name(state)
    return {"by": "request"} | ({"key": name} if name else {}) | {"request_id": state["request_id"]}
