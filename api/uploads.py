"""The body of an ingest job, written to the disk as it arrives and never held in memory.

It is written in worker threads: a disk that makes one upload wait must not make questions wait.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from ingest.sources import Format
from ingest.spool import Incoming
from rag.errors import UnsupportedMediaTypeError, UsageError

_NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_NDJSON_NAME = "request.jsonl"
_LONGEST_HEADER = 32 * 1024  # bytes; a file's name is in one


async def receive(request: Request, incoming: Incoming, wanted: Format) -> Format:
    """Writes the files of a request's body; returns the format that they are to be read as.

    Args:
        request: its body is multipart/form-data with files, or NDJSON.
        incoming: where the files go.
        wanted: the format that was asked for.

    Raises:
        UnsupportedMediaTypeError: the body is of another kind.
        UsageError: it is malformed.
        TooLargeError, StorageError: see `Incoming.write`.
    """
    try:
        return await _receive(request, incoming, wanted)
    except ClientDisconnect as error:
        raise UsageError("the request broke off; send it again") from error


async def _receive(request: Request, incoming: Incoming, wanted: Format) -> Format:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind.decode("latin-1") in _NDJSON:
        incoming.begin_file(_NDJSON_NAME)
        async for data in request.stream():
            await run_in_threadpool(incoming.write, data)
        return "jsonl" if wanted == "auto" else wanted
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedMediaTypeError(
            "send files as multipart/form-data, or JSON lines as application/x-ndjson, not "
            f"{kind.decode('latin-1') or 'a body without a Content-Type'}"
        )
    await _receive_parts(request.stream(), options[b"boundary"], incoming)
    return wanted


async def _receive_parts(stream: AsyncIterator[bytes], boundary: bytes, incoming: Incoming) -> None:
    parts = _Parts(incoming)
    parser = MultipartParser(boundary, callbacks=parts.callbacks(), max_header_size=_LONGEST_HEADER)
    try:
        async for data in stream:
            await run_in_threadpool(parser.write, data)
        parser.finalize()
    except MultipartParseError as error:
        raise UsageError(f"the multipart body is malformed: {error}") from error
    if not parts.ended:
        raise UsageError("the multipart body breaks off; send it again")


class _Parts:
    """Takes what the parser finds: each part's headers, then its bytes."""

    def __init__(self, incoming: Incoming) -> None:
        self.ended = False
        self._incoming = incoming
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}

    def callbacks(self) -> Any:
        """What the parser calls."""
        data: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }
        return data

    def _begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"filename")
        if name is None:
            field = options.get(b"name", b"").decode("utf-8", "replace")
            raise UsageError(
                f"the part {field!r} is no file; options such as the format or the source go into "
                "the address: ?format=csv&source=..."
            )
        self._incoming.begin_file(_plain(name))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._incoming.write(data[start:end])

    def _end(self) -> None:
        self.ended = True


def _plain(name: bytes) -> str:
    """A file's name as it is shown: without what steers a terminal, and never used as a path."""
    text = name.decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
