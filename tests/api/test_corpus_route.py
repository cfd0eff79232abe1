"""GET /v1/corpus, and what GET /v1/articles finds, over a real server."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from newscite_process import Corpus
from serving import client as client_of
from serving import serving

from rag.bundled import EMBEDDER

FERRY = {
    "id": "ferry", "title": "Ferry late", "text": "The ferry to Brack ran late.",
    "source": "Gazette", "language": "en", "published_at": "2025-03-04T09:00:00Z",
}  # fmt: skip
FAEHRE = {
    "id": "faehre", "title": "Fähre zu spät", "text": "Die Fähre nach Brack kam zu spät.",
    "source": "Bote", "language": "de", "published_at": "2025-03-06T09:00:00Z",
}  # fmt: skip
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("corpus")) as url, client_of(url) as client:
        yield client


def _corpus(client: httpx.Client) -> dict[str, Any]:
    response = client.get("/v1/corpus")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def _job(client: httpx.Client, lines: str) -> None:
    job = client.post("/v1/ingest-jobs", content=lines, headers=NDJSON).json()
    while client.get(f"/v1/ingest-jobs/{job['id']}").json()["state"] in ("queued", "running"):
        time.sleep(0.05)


def test_the_corpus_tells_what_it_holds_before_and_after_there_is_anything(
    client: httpx.Client,
) -> None:
    empty = _corpus(client)
    assert (empty["articles"], empty["passages"], empty["sources"]) == (0, 0, [])
    assert (empty["first"], empty["last_arrival"], empty["last_ingest"]) == (None, None, None)
    client.post("/v1/articles", json=[FERRY, FAEHRE]).raise_for_status()
    told = _corpus(client)
    assert (told["articles"], told["passages"]) == (2, 2)
    assert (told["first"], told["last"]) == (FERRY["published_at"], FAEHRE["published_at"])
    assert [source["name"] for source in told["sources"]] == ["Bote", "Gazette"]
    assert {each["language"]: each["articles"] for each in told["languages"]} == {"en": 1, "de": 1}
    assert told["last_arrival"] is not None
    assert told["models"]["embedding"] == EMBEDDER.name
    assert told["language_model"] is None


def test_the_last_job_is_told_by_its_counts_and_what_it_could_not_read_by_a_number(
    client: httpx.Client,
) -> None:
    client.post("/v1/articles", json=[FERRY]).raise_for_status()
    before = _corpus(client)["quarantined"]
    _job(client, '{"id": "mill", "text": "The mill burned."}\nno article\n')
    told = _corpus(client)
    counts = {name: told["last_ingest"][name] for name in ("added", "updated", "withdrawn")}
    assert counts == {"added": 1, "updated": 0, "withdrawn": 0}
    assert told["last_ingest"]["finished_at"] is not None
    assert told["quarantined"] == before + 1


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(client: httpx.Client) -> None:
    tag = client.get("/v1/corpus").headers["etag"]
    has = {"If-None-Match": tag}
    assert client.get("/v1/corpus", headers=has).status_code == 304
    client.post("/v1/articles", json={"id": "new", "text": "The weir broke."}).raise_for_status()
    assert client.get("/v1/corpus", headers=has).status_code == 200
    counted = _corpus(client)["articles"]
    client.delete("/v1/articles/new").raise_for_status()
    assert _corpus(client)["articles"] == counted - 1


def test_who_only_asks_is_not_told_of_the_quarantine(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    asks, delivers = (
        corpus.run("keys", "create", "--name", name, "--scope", "ask", *more).out.strip()
        for name, more in (("asks", ()), ("delivers", ("--scope", "ingest")))
    )
    with corpus.serve() as running:
        for key, told in ((asks, None), (delivers, 0)):
            with client_of(running.url, key) as client:
                assert _corpus(client)["quarantined"] == told


def _found(client: httpx.Client, **asked: Any) -> list[str]:
    told = client.get("/v1/articles", params=asked).json()
    assert told["total"] == len(told["articles"])
    return [article["id"] for article in told["articles"]]


def test_articles_are_found_by_words_and_listed_newest_first(client: httpx.Client) -> None:
    client.post("/v1/articles", json=[FERRY, FAEHRE]).raise_for_status()
    assert _found(client, find="brack") == ["faehre", "ferry"]
    assert _found(client, find="ferries, Brack") == ["ferry"]
    assert _found(client, find="brack", language="de") == ["faehre"]
    assert _found(client, find="brack", before="2025-03-05") == ["ferry"]
    assert _found(client, find="brack", as_of="2025-03-05") == ["ferry"]
    assert _found(client, find="brack", language=["de", "en"], source="Gazette") == ["ferry"]
    assert _found(client, find="zeppelin") == []


def test_an_article_of_a_listing_tells_its_language(client: httpx.Client) -> None:
    client.post("/v1/articles", json=[FAEHRE]).raise_for_status()
    (listed,) = client.get("/v1/articles", params={"source": "Bote"}).json()["articles"]
    assert listed["language"] == "de"


def test_a_cursor_is_good_for_its_own_words_alone(client: httpx.Client) -> None:
    client.post("/v1/articles", json=[FERRY, FAEHRE]).raise_for_status()
    asked = {"find": "brack", "limit": 1}
    page = client.get("/v1/articles", params=asked)
    following = client.get(str(page.url.join(page.links["next"]["url"]))).json()
    assert [each["id"] for each in following["articles"]] == ["ferry"]
    cursor = page.json()["next_cursor"]
    other = client.get("/v1/articles", params={"find": "ferry", "cursor": cursor})
    assert other.status_code == 422


def test_more_words_than_can_be_looked_for_are_refused(client: httpx.Client) -> None:
    assert client.get("/v1/articles", params={"find": "a" * 201}).status_code == 422
    assert client.get("/v1/articles", params={"find": "a b " * 50}).status_code == 200
