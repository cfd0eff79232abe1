"""The protocol over streamable HTTP at /mcp: each call a POST, answered by one JSON document.

Nothing is kept between two calls: there are no sessions, so that a restart of the server loses none
and a key is looked at anew each time. Who may come in, how often, and with what size of a body is
seen to before, as for every address.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.access.admission import Places
from api.access.caller import Caller, calling
from api.access.cors import another_site
from api.errors import problem, problem_of
from api.mcp.server import Context, Work, make_server
from api.mcp.tools import Result, Tool
from api.stopping import Stopping
from rag.deadline import Limit, limited
from rag.errors import UnsupportedMediaTypeError

PATH = "/mcp"


@dataclass(frozen=True, slots=True)
class _Call:
    limit: Limit
    caller: Caller


class McpEndpoint:
    """What answers at /mcp, while the application runs.

    Args:
        questions: the places in which models run; a call waits for one as any question does.
        timeout_s: seconds that a call may take, waiting included.
        body_limit: the most bytes of a call.
        sites: whose pages may call, besides the server's own.
        stopping: told of each call, to call it off if the server stops.
    """

    def __init__(
        self, questions: Places, timeout_s: float, body_limit: int, sites: Sequence[str],
        stopping: Stopping,
    ) -> None:  # fmt: skip
        self._questions = questions
        self._timeout_s = timeout_s
        self._body_limit = body_limit
        self._sites = sites
        self._stopping = stopping
        self._server = make_server(self._do)
        self._manager: StreamableHTTPSessionManager | None = None

    def route(self) -> Route:
        """Its route, which FastAPI does not describe: the protocol describes itself."""
        return Route(PATH, self, methods=["POST"], include_in_schema=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers as long as the block lasts."""
        self._manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=self._body_limit
        )
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        refused = self._refused(Request(scope))
        if refused is not None:
            await refused(scope, receive, send)
            return
        assert self._manager is not None  # noqa: S101  the application runs
        limit = Limit(self._timeout_s)
        self._stopping.watch(limit)
        async with calling(receive, limit) as caller:
            scope["state"]["call"] = _Call(limit, caller)
            await self._manager.handle_request(scope, caller.receive, send)

    def _refused(self, request: Request) -> Response | None:
        """What the protocol wants refused, keys or not (2025-11-25, "Security Warning")."""
        origin = another_site(request.headers, self._sites)
        if origin is not None:
            return problem(
                request, status=403, code="another-site",
                title="Pages of other sites may not call this",
                detail=f"a page of {origin} may not call this; NEWSCITE_CORS_ORIGINS names the "
                "sites whose pages may",
            )  # fmt: skip
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            what = "send a message of JSON-RPC, as Content-Type: application/json"
            return problem_of(request, UnsupportedMediaTypeError(what))
        return None

    async def _do(self, work: Work, tool: Tool, context: Context) -> Result:
        request = cast(Request, context.request)
        call: _Call = request.state.call
        if not tool.asks:
            return await run_in_threadpool(work, request.app.state.engine)
        await self._questions.take(call.caller.gone)
        try:
            with limited(call.limit):
                return await run_in_threadpool(work, request.app.state.engine)
        finally:
            self._questions.give_back()
