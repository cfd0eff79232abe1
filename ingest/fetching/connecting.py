"""Connections to addresses that have been looked at, which end when their time is up.

A name is resolved once, every address it has is checked, and the connection goes to one of those
very addresses: there is no second look-up that could give another one (DNS rebinding). The
certificate is checked against the name all the same.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from ingest.fetching.addresses import is_public
from ingest.fetching.errors import FetchError

Resolve = Callable[[str, int], list[str]]
"""The numeric addresses of a host. Raises OSError where it has none."""

_LOOKING_UP_S = 10.0
_CONNECTING_S = 10.0


def system_resolve(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.SyncBackend):
    """Opens connections for one request.

    Args:
        resolve: gives a host's addresses.
        private: whether those that are not public are allowed too.
        seconds: after which reading and writing end with a timeout.
    """

    def __init__(self, resolve: Resolve, *, private: bool, seconds: float) -> None:
        self._resolve = resolve
        self._private = private
        self._deadline = time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that takes one.

        Raises:
            FetchError: one of its addresses is not public.
            httpcore.ConnectError, httpcore.ConnectTimeout: none of them takes a connection.
        """
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self._allowed(host, port):
            try:
                stream = super().connect_tcp(
                    address, port, min(_CONNECTING_S, left(self._deadline)), local_address,
                    socket_options,
                )  # fmt: skip
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._looked_up(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved ({error})") from None
        for address in addresses:
            if not self._private and not is_public(address):
                raise FetchError(
                    f"{host} has the address {address}, which is not on the public Internet; "
                    "NEWSCITE_FETCH_PRIVATE=true allows such addresses"
                )
        return addresses

    def _looked_up(self, host: str, port: int) -> list[str]:
        """What the resolver says, in time.

        No call can interrupt a look-up: one that takes too long goes on in a thread that nobody
        waits for, until the resolver itself gives up.

        Raises:
            OSError, UnicodeError: it says nothing, or too late.
        """
        answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(host, port))
            except Exception as error:  # which is raised below, where somebody waits for it
                answers.put(error)

        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        seconds = min(_LOOKING_UP_S, left(self._deadline))
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"no answer within {seconds:.0f} s") from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def left(deadline: float) -> float:
    """The seconds until then.

    Raises:
        httpcore.ReadTimeout: there are none.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("it takes too long")
    return seconds


class _TimedStream(httpcore.NetworkStream):
    """A stream on which nothing lasts past a deadline, however slowly the other end drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._timeout(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._timeout(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._timeout(timeout))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                why = error.__cause__.verify_message
                raise FetchError(f"the server's certificate is not trusted: {why}") from None
            raise
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _timeout(self, wanted: float | None) -> float:
        seconds = left(self._deadline)
        return seconds if wanted is None else min(wanted, seconds)
