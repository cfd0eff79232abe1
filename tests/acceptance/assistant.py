"""An assistant, as the tools see one: the protocol's own client, for tests that are not async."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool
from newscite_process import Corpus

_PATIENCE_S = 120


class Assistant:
    """Calls tools.

    Args:
        portal: where the client's event loop runs.
        client: connected already.
    """

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self.client = client

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """What a call gives, an error too."""
        result = self._portal.call(self.client.call_tool, tool, arguments)
        assert isinstance(result, CallToolResult)
        return result

    def given(self, tool: str, **arguments: Any) -> Any:
        """The structured result of a call that succeeds."""
        result = self.call(tool, **arguments)
        assert not result.is_error, told(result)
        return result.structured_content

    def tools(self) -> list[Tool]:
        """Those that are listed."""
        return self._portal.call(self.client.list_tools).tools


def told(result: CallToolResult) -> str:
    """What a model reads of a result."""
    (content,) = result.content
    assert content.type == "text"
    return content.text


@contextmanager
def over_stdio(corpus: Corpus, mode: str = "auto") -> Iterator[Assistant]:
    """A client that starts `newscite mcp` for itself.

    Args:
        corpus: what it works on.
        mode: "legacy" for the handshake of before 2026; "auto" for that of now.
    """
    command, *arguments = corpus._line("mcp")
    started = StdioServerParameters(
        command=command, args=arguments, env=corpus.environment(), cwd=corpus._ready()
    )
    with _connected(Client(stdio_client(started), mode=mode)) as assistant:
        yield assistant


@contextmanager
def over_http(url: str, key: str | None = None, mode: str = "auto") -> Iterator[Assistant]:
    """A client of a server that runs."""
    with _connected(_http(url, {"X-API-Key": key} if key else {}, mode)) as assistant:
        yield assistant


@asynccontextmanager
async def _http(url: str, headers: dict[str, str], mode: str) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(headers=headers, timeout=_PATIENCE_S, trust_env=False) as http:
        transport = streamable_http_client(f"{url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


@contextmanager
def _connected(client: AbstractAsyncContextManager[Client]) -> Iterator[Assistant]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(client) as connected,
    ):
        yield Assistant(portal, connected)
