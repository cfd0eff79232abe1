"""A request to a newscite server, how its response is read, and when it is sent again: all but
the sending."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

from rag.errors import (
    ForbiddenError,
    NewsciteError,
    UnauthorizedError,
    UnreachableError,
    UsageError,
    error_of,
)

LONGEST_WAIT_S = 120
"""Who is told to wait for longer is better told so."""

_BROKEN_WAIT_S = 0.5
_AGAIN = (httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Request(Generic[Result]):
    """A request, and how the body of its response is read.

    Attributes:
        method, path, query, headers: of the request; a query's list is a name given repeatedly.
        read: makes the result of the body; ValueError: it is not what a newscite sends.
        content: its body.
        pieces: makes the body a piece at a time, anew whenever it is sent.
        repeatable: a second time changes nothing and is answered as the first.
    """

    method: str
    path: str
    read: Callable[[bytes], Result]
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    pieces: Callable[[], Iterator[bytes]] | None = None
    repeatable: bool = True

    def arguments(self) -> dict[str, Any]:
        """What httpx builds the request from, without the pieces."""
        return {
            "method": self.method, "url": self.path, "params": dict(self.query),
            "headers": dict(self.headers), "content": self.content,
        }  # fmt: skip


def read(request: Request[Result], response: httpx.Response) -> Result:
    """The result of a request that succeeded.

    Raises:
        UnreachableError: the response is not newscite's.
    """
    try:
        return request.read(response.content)
    except ValueError as error:
        raise UnreachableError(
            f"what answers at {response.url} does not answer as newscite {_lines(error)}; check "
            "the address, and that client and server are of one version"
        ) from error


class Patience:
    """How often one request is sent again, and after how long.

    It is where the server says after how many seconds, being busy or at a limit of the rate, and
    once where the connection broke, if the request is one that may be repeated.

    Args:
        url: of the server.
        retries: how often it is sent again at most.
    """

    def __init__(self, url: str, retries: int) -> None:
        self._url = url
        self._left = retries
        self._broke = False

    def refused(self, response: httpx.Response) -> int:
        """The seconds after which to send it again.

        Raises:
            NewsciteError: what the server said, where that is of no use, or takes too long.
        """
        told = response.headers.get("retry-after", "")
        told_when = told.isascii() and told.isdigit() and int(told) <= LONGEST_WAIT_S
        if not self._left or not told_when or response.status_code not in _AGAIN:
            raise refusal(response)
        self._left -= 1
        return int(told)

    def broken(self, request: Request[Any], error: httpx.RequestError) -> float:
        """The same where no response came.

        Raises:
            UnreachableError: nobody is there, or went away again.
        """
        broke = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
        was_there = broke and not isinstance(error, httpx.ConnectError)
        if not was_there or not request.repeatable or self._broke or not self._left:
            raise unreachable(self._url, error) from error
        self._broke = True
        return _BROKEN_WAIT_S


def unreachable(url: str, error: httpx.RequestError) -> UnreachableError:
    """Nothing, or no more, came of the server."""
    return UnreachableError(
        f"the server at {url} does not answer ({str(error) or type(error).__name__})"
    )


def refusal(response: httpx.Response) -> NewsciteError:
    """What the server's problem document says; of a response without one, what its status does."""
    try:
        told = dict(response.json())
        return problem(told)
    except (ValueError, KeyError, TypeError):
        code, place = response.status_code, response.headers.get("location")
        detail = f"{response.url} answered {code}"
        if place is not None:
            detail += f" and sends to {place}; give that address"
        return (NewsciteError if response.is_server_error else UsageError)(detail)


def problem(told: Mapping[str, Any]) -> NewsciteError:
    """The error of a problem document (RFC 9457).

    Raises:
        KeyError: it is none.
    """
    status, detail = int(told["status"]), str(told["detail"])
    server_error = status >= httpx.codes.INTERNAL_SERVER_ERROR
    kind = error_of(told["type"]) or (NewsciteError if server_error else UsageError)
    if kind in (UnauthorizedError, ForbiddenError):
        detail += ". A command, and a client without `key=`, sends what NEWSCITE_API_KEY holds"
    error = kind(detail)
    error.request_id = told.get("request_id")
    return error


def _lines(error: ValueError) -> str:
    return f"({' '.join(str(error).split())[:200]})"
