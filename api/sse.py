"""Server-sent events: how they are framed, and a response that stops the work when nobody listens.

Source: WHATWG HTML, "Server-sent events".
"""

import json
from collections.abc import AsyncIterator, Generator
from typing import Any

import anyio
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

EVENT_STREAM = "text/event-stream"
EVENTS = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["data"],
}
"""What the OpenAPI description says of an event, as `itemSchema` of version 3.2 has it."""

PULSE = ": working\n\n"
"""A comment: it keeps the connection open and is no event."""

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy is not to collect it


def event(data: Any, name: str | None = None) -> str:
    """One event; its data is one line of JSON."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


def streamed(parts: Generator[str, None, None]) -> StreamingResponse:
    """A response of these parts, each sent as soon as there is one.

    The parts are made in a worker thread. When the client goes away they are closed, at the next
    part at the latest.
    """
    return StreamingResponse(_closing(parts), media_type=EVENT_STREAM, headers=_HEADERS)


async def _closing(parts: Generator[str, None, None]) -> AsyncIterator[str]:
    try:
        while (part := await run_in_threadpool(next, parts, None)) is not None:
            yield part
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(parts.close)
