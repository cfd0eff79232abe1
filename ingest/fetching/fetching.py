"""One document: allowed by robots.txt, asked for at the host's pace, again where that may help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from ingest.fetching import robots
from ingest.fetching.client import Client, Response
from ingest.fetching.errors import FetchError
from ingest.fetching.pacing import Clock, Pacer, retry_after
from ingest.fetching.robots import Robots
from ingest.fetching.urls import checked_url
from rag.archive.fetched import Validators

_MOST_REDIRECTS = 5
_TRIES = 3
_BACKOFF_S = 2.0  # before the second try, and twice as long before the third
_GIVEN_UP_S = 86_400.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_TRANSIENT = _BUSY | {408, 425}
_OK, _NOT_MODIFIED = 200, 304
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_ACCEPT = {"Accept": "text/html, application/xhtml+xml, application/xml, text/xml, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched.

    Attributes:
        url: where it was in the end, after all redirects.
        body: its bytes; None: it has not changed since it was fetched last.
        charset: the encoding that the server names.
        validators: to ask with whether it has changed.
    """

    url: str
    body: bytes | None
    charset: str | None
    validators: Validators | None


class Fetcher:
    """Fetches documents, one after the other.

    Args:
        client: sends the requests.
        delay: seconds between two requests to one host.
        known: the validators that a URL's document had when it was last fetched.
    """

    def __init__(
        self,
        client: Client,
        delay: float,
        known: Callable[[str], Validators | None],
        clock: Clock | None = None,
    ) -> None:
        self._client = client
        self._clock = clock or Clock()
        self._pacer = Pacer(delay, self._clock)
        self._known = known
        self._robots: dict[str, Robots | FetchError] = {}

    def fetch(self, url: str, *, anew: bool = False) -> Document:
        """Gets a document.

        Args:
            anew: also if it has not changed since it was last fetched.

        Raises:
            FetchError: it is not to be had, or may not be fetched; of each redirect's target the
                same is asked as of the first address.
        """
        at = checked_url(url)
        for _ in range(_MOST_REDIRECTS + 1):
            rules = self._rules(at)
            if not rules.allows(at.raw_path.decode("ascii")):
                raise FetchError(f"the robots.txt of {at.host} does not allow {at.path}")
            known = None if anew else self._known(str(at))
            response = self._patiently(at, rules.delay, known)
            if response.status not in _REDIRECTS:
                return _document(response)
            at = _target(response)
        raise FetchError(f"it is redirected more than {_MOST_REDIRECTS} times")

    def _patiently(self, url: httpx.URL, delay: float | None, known: Validators | None) -> Response:
        """The answer; a host that is busy or cannot be reached is asked again, a little later."""
        headers = {**_ACCEPT, **_conditions(known)}
        for wait in (*(_BACKOFF_S * 2**n for n in range(_TRIES - 1)), None):
            self._pacer.wait(url.netloc.decode("ascii"), delay)
            try:
                response = self._client.get(url, headers)
            except FetchError as error:
                if wait is None and error.transient:
                    self._give_up(url)
                if wait is None or not error.transient:
                    raise
                self._pacer.hold(url.netloc.decode("ascii"), wait)
                continue
            if response.status not in _BUSY:
                break
            asked = retry_after(response.headers.get("retry-after"))
            self._pacer.hold(url.netloc.decode("ascii"), max(wait or _GIVEN_UP_S, asked))
        return response

    def _give_up(self, url: httpx.URL) -> None:
        self._pacer.hold(url.netloc.decode("ascii"), _GIVEN_UP_S)

    def _rules(self, url: httpx.URL) -> Robots:
        """What the host's robots.txt says (RFC 9309, section 2.3.1).

        Raises:
            FetchError: it could not be asked for, so that nothing is allowed.
        """
        origin = str(url.copy_with(raw_path=b"/"))
        if origin not in self._robots:
            try:
                self._robots[origin] = self._asked(url.copy_with(raw_path=b"/robots.txt"))
            except FetchError as error:
                self._robots[origin] = error
        found = self._robots[origin]
        if isinstance(found, FetchError):
            raise found
        return found

    def _asked(self, url: httpx.URL) -> Robots:
        for _ in range(_MOST_REDIRECTS + 1):
            self._pacer.wait(url.netloc.decode("ascii"), None)
            try:
                response = self._client.get(url, {}, largest=robots.LARGEST, lenient=True)
            except FetchError as error:
                if not error.transient:
                    raise
                reason = f"its robots.txt, which is asked for first: {error.reason}"
                raise FetchError(reason, transient=True) from None
            if response.status in _REDIRECTS:
                url = _target(response)
            elif response.status == _OK:
                return robots.parse(response.body.decode("utf-8", "replace"))
            elif response.status in _BUSY or response.status >= _SERVER_ERROR:
                raise FetchError(
                    f"its robots.txt is answered with {response.status}, so nothing is allowed "
                    "for now",
                    transient=True,
                )
            else:
                return robots.ALL
        return robots.ALL


def _conditions(known: Validators | None) -> Mapping[str, str]:
    """Headers that ask for a document only if it has changed (RFC 9110, section 13.1)."""
    given = {
        "If-None-Match": known and known.etag,
        "If-Modified-Since": known and known.last_modified,
    }
    return {name: value for name, value in given.items() if value}


def _document(response: Response) -> Document:
    url = str(response.url)
    if response.status == _NOT_MODIFIED:
        return Document(url, None, None, None)
    if response.status == _OK:
        etag, modified = (response.headers.get(name) for name in ("etag", "last-modified"))
        validators = Validators(etag, modified) if etag or modified else None
        return Document(url, response.body, response.charset, validators)
    transient = response.status in _TRANSIENT or response.status >= _SERVER_ERROR
    raise FetchError(f"the server answered {response.status}", transient=transient)


def _target(response: Response) -> httpx.URL:
    location = response.headers.get("location", "")
    try:
        return checked_url(str(response.url.join(location)))
    except (httpx.InvalidURL, ValueError, FetchError) as error:
        reason = error.reason if isinstance(error, FetchError) else str(error)
        raise FetchError(f"it is redirected to {location[:200]!r}: {reason}") from None
