"""POST /v1/citations/verify, over a real server."""

from typing import Any

import httpx
import pytest
from checking import ask

HARBOUR = {"article_id": "ellery-harbour"}


def _verify(client: httpx.Client, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/citations/verify", json=body)
    assert response.status_code == 200, response.text
    verdict: dict[str, Any] = response.json()
    return verdict


def test_the_citations_of_an_answer_are_found_where_they_say(client: httpx.Client) -> None:
    answer = ask(client, "When did the harbour of Port Ellery reopen?")
    assert answer["citations"]
    for citation in answer["citations"]:
        place = {key: citation[key] for key in ("article_id", "version", "quote")}
        verdict = _verify(client, **place)
        assert verdict["status"] == "found"
        assert (verdict["start"], verdict["end"]) == (citation["start"], citation["end"])


def test_a_quotation_is_looked_up_in_the_version_that_is_named(client: httpx.Client) -> None:
    for people in (120, 140):
        text = f"About {people} people came to the barn dance in Tolling."
        client.post("/v1/articles", json={"id": "barn-dance", "text": text})
    quote = {"article_id": "barn-dance", "quote": "About 120 people came"}
    assert _verify(client, **quote, version=1)["status"] == "found"
    now = _verify(client, **quote)
    assert (now["status"], now["quote"]) == ("altered", "About 140 people came")


def test_a_withdrawn_article_verifies_nothing(client: httpx.Client) -> None:
    client.post("/v1/articles", json={"id": "killed", "text": "The bridge at Orme has fallen."})
    client.delete("/v1/articles/killed")
    body = {"article_id": "killed", "quote": "The bridge at Orme"}
    assert client.post("/v1/citations/verify", json=body).status_code == 410


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"article_id": "nowhere", "quote": "a word"}, 404),
        (HARBOUR | {"quote": "a word", "version": 99}, 404),
        (HARBOUR | {"quote": "..."}, 422),
        (HARBOUR | {"quote": ""}, 422),
        (HARBOUR | {"quote": "x" * 10_001}, 422),
        (HARBOUR | {"quote": "a word", "version": 0}, 422),
        (HARBOUR, 422),
    ],
)
def test_a_wrong_request_is_a_problem(
    client: httpx.Client, body: dict[str, Any], status: int
) -> None:
    response = client.post("/v1/citations/verify", json=body)
    assert response.status_code == status
    assert response.json()["detail"]
