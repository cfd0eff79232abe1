"""What the value of a setting has to look like, as types that say what is wrong with another."""

import json
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from rag.api_keys import KeyHash, parse_setting
from rag.rates import Rate, parse_rate

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)


def _only_names(hosts: str) -> str:
    for name in filter(None, map(str.strip, hosts.split(","))):
        if not _HOST.fullmatch(name):
            raise ValueError(f"{name!r} is no name such as news.example, without a port")
    return hosts


def _only_hashes(given: object) -> object:
    keys = tuple(parse_setting(line) for line in _listed(given))
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("two keys have the same name")
    return keys


def _only_a_rate(given: object) -> object:
    return parse_rate(given) if isinstance(given, str) else given


def _only_origins(given: object) -> object:
    origins = tuple(origin.lower() for origin in _listed(given))  # as a browser says it
    for origin in origins:
        if not _is_origin(origin):
            raise ValueError(
                f"{origin!r} is not a site such as https://news.example or "
                "http://localhost:3000; name each, without a path"
            )
    return origins


def _only_sqlite(url: str) -> str:
    if not url.startswith("sqlite:///"):
        raise ValueError("only sqlite:///PATH is supported so far")
    return url


def _only_http(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("must look like http://host:port")
    return url


def _only_an_endpoint(url: str) -> str:
    if not _is_endpoint(url):
        raise ValueError("must look like http://host:port/v1 or https://host/v1")
    return url


def _only_what_a_header_takes(key: SecretStr) -> SecretStr:
    if not all("!" <= c <= "~" for c in key.get_secret_value() or " "):
        raise ValueError("a key is ASCII letters, figures and marks, without spaces")
    return key


def _only_whole_json(spec: str | dict[str, Any]) -> str | dict[str, Any]:
    """JSON that the environment's reader could not parse comes here as the text it is."""
    if not isinstance(spec, str) or not spec.lstrip().startswith("{"):
        return spec
    try:
        parsed: dict[str, Any] = json.loads(spec)
    except ValueError as error:
        raise ValueError(f"it is not valid JSON: {error}") from error
    return parsed


def _listed(given: object) -> list[str]:
    """A list as the environment has it, separated by commas or spaces, or as TOML has it."""
    if isinstance(given, str):
        return given.replace(",", " ").split()
    if isinstance(given, list | tuple) and all(isinstance(one, str) for one in given):
        return list(given)
    raise ValueError("has to be a list of texts")


def _is_origin(text: str) -> bool:
    scheme, _, host = text.partition("://")
    return _is_endpoint(text) and urlsplit(text).netloc == host and "@" not in host and scheme != ""


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises where it is no number
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or url.split() != [url])
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and plain


HostNames = Annotated[str, AfterValidator(_only_names)]
"""Names of hosts, separated by commas."""

ApiKeys = Annotated[tuple[KeyHash, ...], NoDecode, BeforeValidator(_only_hashes)]
"""Hashes of API keys, see `rag.api_keys.parse_setting`."""

RateLimit = Annotated[Rate | None, NoDecode, BeforeValidator(_only_a_rate)]
"""A rate, see `rag.rates.parse_rate`, or none."""

Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_only_origins)]
"""Web sites, in small letters."""

DatabaseUrl = Annotated[str, AfterValidator(_only_sqlite)]
"""Where SQLAlchemy finds an archive."""

WebAddress = Annotated[str, AfterValidator(_only_http)]
"""http:// or https://, and something."""

Endpoint = Annotated[str, AfterValidator(_only_an_endpoint)]
"""http:// or https://, a host, and perhaps a path."""

Secret = Annotated[SecretStr, AfterValidator(_only_what_a_header_takes)]
"""A key that is sent in a header."""

ModelSpec = Annotated[str | dict[str, Any], AfterValidator(_only_whole_json)]
"""A bundled model's name, or `{"class": "package.module.Class", ...its arguments}`."""
