"""The way to a server, sync and async: sends requests and waits, and knows nothing of either."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio
import httpx

from api.client.exchange import Patience, Request, Result, read, unreachable
from rag.addresses import on_this_machine
from rag.errors import UsageError

TIMEOUT_S = 300.0
"""For which a response may be waited for."""

RETRIES = 5
"""How often a request is sent again at most."""

_CONNECT_S = 5.0


class Connection:
    """A connection to a server.

    A proxy of the environment (HTTPS_PROXY and the like) is used for a server elsewhere, and never
    for one on this machine.

    Args:
        url: where the server is.
        key: an API key, if it wants one.
        timeout_s: for how long a response, or the next piece of one, is waited for.
        retries: how often a request is sent again at most, see `api.client.exchange.Patience`.
        local: it is on this machine, whatever its address.

    Raises:
        UsageError: the address is none of HTTP, or the key no key.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
        *,
        local: bool = False,
    ) -> None:
        self.url = url
        self._retries = retries
        self._http = httpx.Client(**_options(url, key, timeout_s, local=local))

    def close(self) -> None:
        """Closes it."""
        self._http.close()

    def send(self, request: Request[Result]) -> Result:
        """The result of a request.

        Raises:
            NewsciteError: the server refuses it, or there is none; see `rag.errors`.
        """
        return read(request, self._answered(request))

    @contextmanager
    def streaming(self, request: Request[bytes]) -> Iterator[Iterator[bytes]]:
        """The body of a response, as it comes. At the context's end the server is told to stop.

        Raises:
            NewsciteError: as for `send`, and from the iterator where the server goes away.
        """
        response = self._answered(request, stream=True)
        try:
            yield self._pieces(response)
        finally:
            response.close()

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        try:
            yield from response.iter_bytes()
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from error

    def _answered(self, request: Request[Any], *, stream: bool = False) -> httpx.Response:
        patience = Patience(self.url, self._retries)
        while True:
            body = {"content": request.pieces()} if request.pieces else {}
            built = self._http.build_request(**request.arguments() | body)
            try:
                response = self._http.send(built, stream=stream)
                if response.is_success:
                    return response
                response.read()
            except httpx.RequestError as error:
                wait_s = patience.broken(request, error)
            else:
                wait_s = patience.refused(response)
            time.sleep(wait_s)


class AsyncConnection:
    """The same for asyncio and trio; see `Connection`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
    ) -> None:
        self.url = url
        self._retries = retries
        self._http = httpx.AsyncClient(**_options(url, key, timeout_s, local=False))

    async def close(self) -> None:
        """See `Connection.close`."""
        await self._http.aclose()

    async def send(self, request: Request[Result]) -> Result:
        """See `Connection.send`."""
        return read(request, await self._answered(request))

    @asynccontextmanager
    async def streaming(self, request: Request[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
        """See `Connection.streaming`."""
        response = await self._answered(request, stream=True)
        try:
            yield self._pieces(response)
        finally:
            await response.aclose()

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        try:
            async for piece in response.aiter_bytes():
                yield piece
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from error

    async def _answered(self, request: Request[Any], *, stream: bool = False) -> httpx.Response:
        patience = Patience(self.url, self._retries)
        while True:
            body = {"content": _read_aside(request.pieces())} if request.pieces else {}
            built = self._http.build_request(**request.arguments() | body)
            try:
                response = await self._http.send(built, stream=stream)
                if response.is_success:
                    return response
                await response.aread()
            except httpx.RequestError as error:
                wait_s = patience.broken(request, error)
            else:
                wait_s = patience.refused(response)
            await anyio.sleep(wait_s)


async def _read_aside(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, read in a thread: a disk may be slow, and the event loop does not wait for it."""
    while (piece := await anyio.to_thread.run_sync(next, pieces, None)) is not None:
        yield piece


def _options(url: str, key: str | None, timeout_s: float, *, local: bool) -> dict[str, Any]:
    """What both of httpx's clients are made with."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"{url!r} is no address: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise UsageError(f"{url!r} is no address of a server; write http://127.0.0.1:8000")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise UsageError("the API key holds what no key does; copy it anew")
    return {
        "base_url": address,
        "headers": {"Authorization": f"Bearer {key}"} if key else {},
        "timeout": httpx.Timeout(timeout_s, connect=_CONNECT_S),
        "trust_env": not local and not on_this_machine(address.host),
    }
