"""The protocol over a process's own standard input and output, as clients start it for themselves.

Standard output carries the protocol alone; whatever else there is to say goes to standard error.
The client's first question, what this server can do, is answered while the corpus still opens.
"""

import asyncio
import contextvars
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import Any, TypeVar

import anyio
import structlog
from mcp.server.stdio import stdio_server

from api.mcp.server import Context, Work, make_server
from api.mcp.tools import Library, Result, Tool
from rag.deadline import Limit, limited
from rag.errors import NewsciteError, UnreachableError

log = structlog.get_logger()

T = TypeVar("T")

Opened = Callable[[], AbstractContextManager[Library]]
"""Opens the corpus, or reaches the server that holds it."""

_PIECE = 64 * 1024  # bytes


def serve(opened: Opened, timeout_s: float, at_a_time: int) -> None:
    """Serves until the client closes standard input, or until Ctrl-C or SIGTERM.

    Args:
        opened: how calls get their corpus.
        timeout_s: seconds that a call may take.
        at_a_time: how many calls are worked on at a time.
    """
    try:
        anyio.run(_serve, opened, timeout_s, at_a_time)
    except* BrokenPipeError:  # the client has gone without a word
        pass


async def _serve(opened: Opened, timeout_s: float, at_a_time: int) -> None:
    # Heeded to the end: clients send it when a process is not gone soon after its input is closed,
    # and to close the corpus may take as long.
    with anyio.open_signal_receiver(signal.SIGTERM) as terminated:
        async with (
            _Corpus(opened, timeout_s, at_a_time).kept() as corpus,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(_ends, terminated, tasks.cancel_scope)
            tasks.start_soon(_ends_by_ctrl_c, tasks.cancel_scope)
            tasks.start_soon(corpus.open_ahead)
            server = make_server(corpus.do)
            # The SDK's own reading of standard input is in a thread that nothing can wake.
            lines: Any = _Lines()
            async with stdio_server(stdin=lines) as (incoming, outgoing):
                await server.run(incoming, outgoing, server.create_initialization_options())
            tasks.cancel_scope.cancel()


async def _ends(signals: AsyncIterator[signal.Signals], scope: anyio.CancelScope) -> None:
    async for _ in signals:
        scope.cancel()
        return


async def _ends_by_ctrl_c(scope: anyio.CancelScope) -> None:
    """Ends all in good order; Ctrl-C once more ends the process as it does elsewhere."""
    with anyio.open_signal_receiver(signal.SIGINT) as interrupted:
        await _ends(interrupted, scope)


class _Lines:
    """The lines of standard input, read by a thread that does not keep the process alive."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    def __aiter__(self) -> "_Lines":
        return self

    async def __anext__(self) -> str:
        line = await self._lines.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        rest = b""
        while piece := _piece():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                self._tell(line.decode(errors="replace"))
        self._tell(None)

    def _tell(self, line: str | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return


def _piece() -> bytes:
    try:
        return os.read(0, _PIECE)
    except OSError:  # there is no standard input, or its terminal has gone
        return b""


class _Corpus:
    """The corpus of this process: opened ahead, and again where the server that held it has gone.

    One thread opens and closes it, for its lock on the folder is that thread's.
    """

    def __init__(self, opened: Opened, timeout_s: float, at_a_time: int) -> None:
        self._opened = opened
        self._timeout_s = timeout_s
        self._workers = ThreadPoolExecutor(at_a_time, "call")
        self._keeper = ThreadPoolExecutor(1, "corpus")
        self._open = ExitStack()
        self._library: Library | None = None

    @asynccontextmanager
    async def kept(self) -> "AsyncIterator[_Corpus]":
        """Closes it after the block, once nobody works with it any longer."""
        try:
            yield self
        finally:
            self._workers.shutdown()
            self._keeper.submit(self._open.close)
            self._keeper.shutdown()

    async def open_ahead(self) -> None:
        """Opens it before it is needed; what keeps it from opening, the first call is told too."""
        try:
            await _in(self._keeper, self._get)
        except NewsciteError as error:
            log.warning("the corpus cannot be opened yet", reason=str(error))
        except Exception as error:
            log.error("the corpus cannot be opened", exc_info=error)

    async def do(self, work: Work, _tool: Tool, _context: Context) -> Result:
        """Does the work of a call; see `api.mcp.server.Doing`."""
        library = await _in(self._keeper, self._get)
        try:
            return await self._work(work, library)
        except UnreachableError:  # the server that holds the corpus has gone
            await _in(self._keeper, self._drop, library)
            return await self._work(work, await _in(self._keeper, self._get))

    async def _work(self, work: Work, library: Library) -> Result:
        limit = Limit(self._timeout_s)
        with limited(limit):
            context = contextvars.copy_context()
        try:
            return await _in(self._workers, context.run, work, library)
        except asyncio.CancelledError:
            limit.abandon()
            raise

    def _get(self) -> Library:
        if self._library is None:
            self._library = self._open.enter_context(self._opened())
        return self._library

    def _drop(self, library: Library) -> None:
        if self._library is library:
            self._library = None
            self._open.close()


async def _in(threads: ThreadPoolExecutor, work: Callable[..., T], *given: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, work, *given)
