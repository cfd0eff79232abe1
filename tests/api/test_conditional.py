"""ETags: an article is sent again when it has changed, and only then."""

from typing import Any

import httpx
import pytest
from checking import article_path
from delivered import PLAIN

DAM = {"id": "dam", "title": "Dam", "text": "The dam at Corvane holds 9 million litres."}
ADDRESSES = ["/v1/articles", article_path(PLAIN["id"]), article_path(PLAIN["id"]) + "?version=1"]


def _tagged(client: httpx.Client, address: str, tag: str) -> httpx.Response:
    return client.get(address, headers={"If-None-Match": tag})


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, address: str) -> None:
    read = client.get(address)
    tag = read.headers["etag"]
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        told = _tagged(client, address, given)
        assert (told.status_code, told.content) == (304, b"")
        assert told.headers["etag"] == tag
        assert told.headers["cache-control"] == read.headers["cache-control"]
    assert "no-cache" in read.headers["cache-control"], "it may be withdrawn at any moment"
    again = _tagged(client, address, 'W/"other"')
    assert (again.status_code, again.json()) == (200, read.json())


def test_what_has_changed_is_sent_whatever_changed_it(client: httpx.Client) -> None:
    address = article_path("dam")
    changes: list[dict[str, Any]] = [
        {"text": "The dam at Corvane holds 8 million litres."},
        {"correction": "An earlier version gave 9 million litres.", "title": "The dam"},
        {"section": "Water"},
    ]
    delivered = dict(DAM)
    client.post("/v1/articles", json=delivered).raise_for_status()
    tags = {client.get(address).headers["etag"]}
    for change in changes:
        delivered |= change
        client.post("/v1/articles", json=delivered).raise_for_status()
        told = _tagged(client, address, ", ".join(tags))
        assert told.status_code == 200, change
        tags.add(told.headers["etag"])
    assert len(tags) == 1 + len(changes)


def test_a_withdrawn_article_is_never_said_to_be_as_it_was(client: httpx.Client) -> None:
    address = article_path("gate")
    client.post("/v1/articles", json=DAM | {"id": "gate"}).raise_for_status()
    tag = client.get(address).headers["etag"]
    listed = client.get("/v1/articles").headers["etag"]
    assert client.delete(address).status_code == 200
    for given in (tag, "*"):
        assert _tagged(client, address, given).status_code == 410
    assert _tagged(client, "/v1/articles", listed).status_code == 200
