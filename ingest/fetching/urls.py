"""Which URLs may be fetched at all, whatever they lead to: plain ones, over http and https."""

import re

import httpx

from ingest.fetching.errors import FetchError

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LONGEST = 4_000  # characters
_LAST_PORT = 65_535
_NOT_WRITTEN_OUT = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_NUMERIC = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)\.?", re.IGNORECASE)
_DOTTED = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")


def is_url(argument: str) -> bool:
    """Whether an argument of the command line is a URL and no path."""
    return _URL.match(argument) is not None


def checked_url(url: str) -> httpx.URL:
    """The URL in its normal form, without a fragment.

    An address of the Internet Protocol has to be written as its standard has it. A host that ends
    in a number is one (URL Standard, section 3.5), and spellings such as `127.1`, `0x7f000001`
    and `017700000001` are there to be overlooked.

    Raises:
        FetchError: it is of another scheme, holds a user name, is malformed or oddly spelt.
    """
    url = url.strip()
    if len(url) > _LONGEST:
        raise FetchError(f"the address is longer than {_LONGEST:,} characters")
    if _NOT_WRITTEN_OUT.search(url):
        raise FetchError("the address holds a space, a backslash or a control character")
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
        port = parsed.port
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"the address is no URL ({error})") from None
    if parsed.scheme not in ("http", "https"):
        raise FetchError(f"only http and https are fetched, not {parsed.scheme or 'this'}")
    if parsed.userinfo:
        raise FetchError("the address holds a user name or password; these are never sent")
    host = parsed.raw_host.decode("ascii")
    if not _HOST.fullmatch(host) or (port is not None and not 0 < port <= _LAST_PORT):
        raise FetchError("the address names no host or port that there can be")
    if ":" not in host and _NUMERIC.fullmatch(host) and not _DOTTED.fullmatch(host):
        raise FetchError(f"{host} is no usual spelling of an address; write it as 192.0.2.1")
    return parsed
