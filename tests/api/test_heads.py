"""HEAD answers wherever GET does, with what GET says of its content and without it."""

import http.client
from urllib.parse import quote, urlsplit

import httpx
import pytest
from delivered import PLAIN

_CHANGING = {"date", "x-request-id", "content-length"}  # a figure within may have grown a digit


def _addresses(client: httpx.Client) -> list[str]:
    """One of each route that GET answers at, as the API describes them."""
    described = client.get("/openapi.json").json()["paths"]
    given = {"{article_id}": quote(PLAIN["id"], safe=""), "{job_id}": "none", "{number}": "1"}
    found = ["/", "/page/app.js", "/docs", "/openapi.json"]
    for path, operations in described.items():
        if "get" in operations:
            address = path
            for name, value in given.items():
                address = address.replace(name, value)
            assert "{" not in address, "say here what stands for it"
            found.append(address)
    return found


def test_every_address_that_can_be_read_answers_head(client: httpx.Client) -> None:
    addresses = _addresses(client)
    assert len(addresses) > 10
    for address in addresses:
        read, told = client.get(address), client.head(address)
        assert told.status_code == read.status_code, address
        assert told.content == b""
        names = {name: value for name, value in read.headers.items() if name not in _CHANGING}
        assert {k: v for k, v in told.headers.items() if k not in _CHANGING} == names, address


def test_no_body_stands_on_the_connection_after_head(client: httpx.Client) -> None:
    at = urlsplit(str(client.base_url))
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    for method in ("HEAD", "GET", "HEAD", "GET"):  # what is left of one would spoil the next
        connection.request(method, "/v1/articles")
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (200, method == "GET")
    connection.close()


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
def test_what_cannot_be_read_has_no_head(client: httpx.Client, path: str) -> None:
    refused = client.head(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
