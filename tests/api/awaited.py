"""An AsyncClient on an event loop of its own, used as a Client is: one test says what both do."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from inspect import isawaitable
from typing import Any

from anyio.from_thread import BlockingPortal

from api.client import AsyncConversation

Made = Callable[..., AbstractContextManager[Any]]
"""The fixture `made`: makes a client of either kind, with the arguments of its class."""


class Awaited:
    """Whatever a method gives is waited for, iterated over or entered on the loop."""

    def __init__(self, client: Any, portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if not callable(method):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            made = method(*args, **kwargs)
            if isawaitable(made):
                return self._portal.call(_result, made)
            if hasattr(made, "__aenter__"):
                return self._entered(made)
            if isinstance(made, AsyncIterator):
                return self._iterated(made)
            assert isinstance(made, AsyncConversation)
            return Awaited(made, self._portal)

        return call

    @contextmanager
    def _entered(self, made: Any) -> Iterator[Iterator[Any]]:
        with self._portal.wrap_async_context_manager(made) as events:
            yield self._iterated(events)

    def _iterated(self, made: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self._portal.call(made.__anext__)
            except StopAsyncIteration:
                return


async def _result(made: Any) -> Any:
    return await made
