"""ETags: an article is sent again when it has changed, and only then."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from builders import day
from checking import article_path
from delivered import PLAIN
from serving import client as client_of
from serving import serving

from rag import present

DAM = {"id": "dam", "title": "Dam", "text": "The dam at Corvane holds 9 million litres."}
ADDRESSES = [
    "/v1/articles", "/v1/corpus", article_path(PLAIN["id"]), article_path(PLAIN["id"]) + "?version=1",
]  # fmt: skip


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
    for refused in (client.get(address), client.get(article_path("never came"))):
        assert refused.headers["cache-control"] == "private, no-cache", "it may come, too"


def test_tags_may_come_on_several_lines(client: httpx.Client) -> None:
    address = article_path(PLAIN["id"])
    tag = client.get(address).headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", tag)]
    assert client.get(address, headers=lines).status_code == 304


def test_head_is_answered_as_get_is(client: httpx.Client) -> None:
    address = article_path(PLAIN["id"])
    tag = client.get(address).headers["etag"]
    assert client.head(address).headers["etag"] == tag
    told = client.head(address, headers={"If-None-Match": tag})
    assert (told.status_code, told.headers["etag"]) == (304, tag)


class Moved:
    """A server, and the clock that it goes by."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.now = day(10, month=3, year=2031)


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moved]:
    mock = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    with serving(tmp_path, embedding=mock) as url, client_of(url) as http:
        moved = Moved(http)
        monkeypatch.setattr(present, "now", lambda: moved.now)
        yield moved


def test_an_embargo_and_an_expiry_that_pass_change_what_is_sent(moved: Moved) -> None:
    http, hour = moved.http, timedelta(hours=1)
    bounds = {"embargoed_until": moved.now + hour, "expires_at": moved.now + 3 * hour}
    told = DAM | {name: moment.isoformat() for name, moment in bounds.items()}
    http.post("/v1/articles", json=told).raise_for_status()
    address, tags, seen = article_path("dam"), [http.get("/v1/articles").headers["etag"]], []
    for _ in range(3):
        seen.append(_tagged(http, address, "*").status_code)
        moved.now += 2 * hour
        listed = _tagged(http, "/v1/articles", tags[-1])
        tags.append(listed.headers["etag"])
        seen.append(listed.status_code)
    # Held back; it may be seen; its rights are over; and so they stay.
    assert seen == [403, 200, 304, 200, 403, 304]
    assert tags[0] == tags[2] != tags[1], "the list is again as it was"


def test_a_copy_that_comes_in_changes_what_is_told_of_an_article(moved: Moved) -> None:
    text = " ".join(f"The dam at Corvane held {n} million litres in year {n}." for n in range(30))
    moved.http.post("/v1/articles", json=DAM | {"text": text}).raise_for_status()
    before = moved.http.get(article_path("dam"))
    copy = {"id": "copy", "title": "Dam", "text": text, "source": "Other"}
    moved.http.post("/v1/articles", json=copy).raise_for_status()
    told = _tagged(moved.http, article_path("dam"), before.headers["etag"])
    story = told.json()["story"]
    assert (told.status_code, {story["canonical"], *story["copies"]}) == (200, {"dam", "copy"})
    moved.http.delete(article_path("copy")).raise_for_status()
    assert moved.http.get(article_path("dam")).headers["etag"] == before.headers["etag"]
