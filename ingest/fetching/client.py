"""One request and its answer, within bounds of size and time; no redirect is followed here.

httpcore is used without httpx above it: it asks no proxy of the environment, keeps no cookies, and
leaves what a server has packed for us to unpack within bounds.
"""

import io
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

import httpcore
import httpx

import rag
from ingest.fetching.connecting import GuardedBackend, Resolve, system_resolve
from ingest.fetching.errors import FetchError
from ingest.sources.packed import Unpacked

AGENT = f"newscite/{rag.__version__}"
"""What we call ourselves."""

LARGEST = 50_000_000
"""Bytes of a document, unpacked; a sitemap may have as many."""

_SECONDS = 60.0  # for a document, from its request to its last byte
_SILENCE_S = 20.0  # between two bytes
_OK = 200
_READABLE = re.compile(
    r"text/(?!css|javascript|calendar|csv).*|.*[+/]xml|application/(x-)?gzip|", re.IGNORECASE
)
_UNPACKED = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})


@dataclass(frozen=True, slots=True)
class Response:
    """A server's answer.

    Attributes:
        url: whose answer it is.
        status: the HTTP status.
        headers: by their names in lower case.
        body: the unpacked content of a 200; of other answers nothing is read.
    """

    url: httpx.URL
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def charset(self) -> str | None:
        """The encoding that the server names."""
        return _content_type(self.headers).get_content_charset()


class Client:
    """Sends requests to public addresses.

    Args:
        private: whether to others too.
        resolve: gives a host's addresses.
        seconds: the time for a document.
    """

    def __init__(
        self,
        *,
        private: bool = False,
        resolve: Resolve = system_resolve,
        seconds: float = _SECONDS,
    ) -> None:
        self._private = private
        self._resolve = resolve
        self._seconds = seconds
        self._tls: ssl.SSLContext | None = None

    def get(
        self, url: httpx.URL, headers: Mapping[str, str], *, largest: int = LARGEST,
        lenient: bool = False,
    ) -> Response:  # fmt: skip
        """Asks for a document.

        Args:
            url: as `checked_url` gives it.
            headers: to be sent besides our own.
            largest: bytes of the unpacked body.
            lenient: whether what is no text by its type is read as well, and of what is too large
                the beginning.

        Raises:
            FetchError: the address may not be reached; it could not be, in time or at all; or the
                answer is too large, damaged, or not of a type that is read.
        """
        backend = GuardedBackend(self._resolve, private=self._private, seconds=self._seconds)
        request = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        } | dict(headers)
        silence = {"connect": _SILENCE_S, "read": _SILENCE_S, "write": _SILENCE_S, "pool": None}
        try:
            with (
                httpcore.ConnectionPool(self._ssl(), network_backend=backend) as pool,
                pool.stream(
                    "GET", _core(url), headers=_bytes(request), extensions={"timeout": silence}
                ) as answer,
            ):
                said = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in answer.headers
                }
                body = b""
                if answer.status == _OK:
                    if not lenient:
                        _check_type(said)
                    body = _body(answer, said, largest, cut=lenient)
                return Response(url, answer.status, said, body)
        except httpcore.TimeoutException:
            raise FetchError(
                f"the server did not answer in time ({self._seconds:.0f} s for a document)",
                transient=True,
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            why = str(error) or "the connection broke off"
            raise FetchError(f"the server could not be reached: {why}", transient=True) from None

    def _ssl(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpcore.default_ssl_context()
        return self._tls


def _bytes(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As they go over the wire: an ETag, which is sent back, may have any byte."""
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def _core(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _content_type(headers: Mapping[str, str]) -> Message:
    message = Message()
    message["Content-Type"] = headers.get("content-type", "")
    return message


def _check_type(headers: Mapping[str, str]) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if not _READABLE.fullmatch(kind):
        raise FetchError(f"it is {kind[:100]}; pages, feeds and sitemaps are read")


def _body(
    answer: httpcore.Response, headers: Mapping[str, str], largest: int, *, cut: bool
) -> bytes:
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in _UNPACKED | _GZIP:
        raise FetchError(f"it is packed as {packing[:100]}, which was not asked for")
    body = bytearray()
    for part in answer.iter_stream():
        body += part
        if len(body) > largest:
            break
    content = bytes(body) if packing in _UNPACKED else unpacked(bytes(body), largest)
    if len(content) > largest and not cut:
        raise FetchError(f"it is larger than {largest / 1_000_000:g} MB")
    return content[:largest]


def unpacked(packed: bytes, largest: int = LARGEST) -> bytes:
    """The content of gzip, and of what is larger than `largest` bytes one byte more than that.

    Raises:
        FetchError: it is damaged, or swells as no honest document does.
    """
    stream = Unpacked(io.BytesIO(packed))
    content = io.BufferedReader(stream).read(largest + 1)
    if stream.damage is not None:
        raise FetchError(f"it cannot be unpacked: {stream.damage}")
    return content
