"""JSON over HTTP with errors that say what to do: what remote systems and the judge share.

httpx and not the openai package: it is a dependency anyway and loads in a fraction of the time,
it keeps the fields of a response that are not OpenAI's, such as `citations`, and it never retries
by itself, which would hide failures and lengthen latencies.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx

from rag.addresses import on_this_machine
from rag.errors import HiddenError, NewsciteError, UsageError, error_of

TIMEOUT_S = 120.0

_PASSING = (408, 429)  # refusals of a request that is as good as any other


class Endpoint:
    """An HTTP service that speaks JSON.

    Attributes:
        url: its address, without user name, password and query.

    Args:
        url: http or https; paths of requests are appended to it.
        api_key: sent as a bearer token; it never stands in an error message.
        timeout_s: seconds after which a request that brings nothing is given up.

    Raises:
        UsageError: the url is none.
    """

    def __init__(self, url: str, api_key: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        try:
            parts = urlsplit(url.strip())
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("it must look like http://host:port")
            self._http = httpx.Client(
                base_url=url.strip(),
                headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
                timeout=timeout_s,
                # A proxy from the environment has no business with a server on this machine.
                trust_env=not on_this_machine(parts.hostname),
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise UsageError(f"{url!r} is not a server's address: {error}") from error
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
        self._api_key = api_key
        self._timeout_s = timeout_s

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at a path that is percent-encoded already. Raises as `post` does."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the service answers to a JSON body, which is JSON too.

        Raises:
            UsageError: nothing answers at the address, or the request is refused (4xx); of the
                class that newscite's problem document tells, if it is one.
            NewsciteError: no answer in time, a broken connection, a failure of the service (5xx),
                a refusal for now (429), or an answer that is not JSON.
        """
        return self._call("POST", path, json=body)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        where = self.url + path
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.TimeoutException as error:
            raise NewsciteError(
                f"{where} did not answer within {self._timeout_s:g} s; is the server overloaded?"
            ) from error
        except httpx.ConnectError as error:
            raise UsageError(
                f"nothing answers at {self.url} ({error}); is the server running, and is that "
                "its address?"
            ) from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise NewsciteError(f"the connection to {where} broke: {reason}") from error
        if not response.is_success:
            raise self._error(response, where)
        try:
            return response.json()
        except ValueError as error:
            raise NewsciteError(
                f"{where} answered with something that is not JSON; is that the right address?"
            ) from error

    def _error(self, response: httpx.Response, where: str) -> NewsciteError:
        status = response.status_code
        kind, detail = _told(response)
        if kind is None:
            lasting = status < 500 and status not in _PASSING  # noqa: PLR2004
            kind = UsageError if lasting else NewsciteError
        if response.is_redirect:
            detail = f"it has moved to {response.headers.get('location')}; use that address"
        elif status in {401, 403} and not issubclass(kind, HiddenError):
            detail += "; check the API key"
        if self._api_key:
            detail = detail.replace(self._api_key, "***")
        return kind(f"{where} answered {status}: {detail}")


def _told(response: httpx.Response) -> tuple[type[NewsciteError] | None, str]:
    """What an error response says: a problem document's (RFC 9457) or OpenAI's `error`."""
    detail = response.reason_phrase or "no reason given"
    try:
        body = response.json()
    except ValueError:
        return None, detail
    if not isinstance(body, dict):
        return None, detail
    error = body.get("error")
    told = error.get("message") if isinstance(error, dict) else error
    return error_of(body.get("type")), str(body.get("detail") or told or detail)
