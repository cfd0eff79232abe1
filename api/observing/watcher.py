"""What becomes of a span: a line in the log at debug level, and in a trace if any is kept."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import structlog

from rag.watching import Attributes

log = structlog.get_logger()


class RequestSpan:
    """A request under way, of which no trace is kept."""

    def ends(self, method: str, route: str, status: int) -> None:
        """Says how it went."""


class Tracing(Protocol):
    """Keeps traces; see `api.observing.traces`."""

    def request(
        self, method: str, headers: Mapping[str, str]
    ) -> AbstractContextManager[RequestSpan]:
        """The span of a request, part of its client's trace if it names one."""

    def span(
        self, name: str, attributes: Attributes, *, current: bool
    ) -> AbstractContextManager[None]:
        """See `rag.watching.Watcher`."""


class Watching:
    """Watches what is done for requests and jobs.

    Args:
        tracing: keeps traces, if a collector is configured.
    """

    def __init__(self, tracing: Tracing | None = None) -> None:
        self._tracing = tracing

    def request(
        self, method: str, headers: Mapping[str, str]
    ) -> AbstractContextManager[RequestSpan]:
        """See `Tracing.request`."""
        if self._tracing is None:
            return nullcontext(RequestSpan())
        return self._tracing.request(method, headers)

    @contextmanager
    def span(self, name: str, attributes: Attributes, *, current: bool) -> Iterator[None]:
        """See `rag.watching.Watcher`."""
        began = time.perf_counter()
        traced = self._tracing.span(name, attributes, current=current) if self._tracing else None
        try:
            with traced or nullcontext():
                yield
        finally:
            ms = round((time.perf_counter() - began) * 1000, 1)
            log.debug(name, ms=ms, **attributes)
