"""Checks an answer against the articles it cites, over HTTP, as a reader who trusts nothing would."""

import time
from typing import Any
from urllib.parse import quote

import httpx

Json = dict[str, Any]
_TRIES = 20


def ask(client: httpx.Client, question: str, **more: Any) -> Json:
    """What POST /v1/ask answers, with every citation of it verified.

    A server that is busy, as it is while other tests have the cores, is asked again when it says.
    """
    for _ in range(_TRIES):
        response = client.post("/v1/ask", json={"question": question, **more})
        if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(int(response.headers["Retry-After"]))
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    verify(client, answer)
    return answer


def article_path(article_id: str) -> str:
    return f"/v1/articles/{quote(article_id, safe='')}"


def verify(client: httpx.Client, answer: Json) -> None:
    """Holds an answer to the contract: it is cited sentence by sentence, and every quote is real."""
    if not answer["answerable"]:
        assert answer["answer"] is None, answer
        assert answer["sentences"] == answer["citations"] == [], answer
        assert answer["notes"], "no answer, and no note why"
        return
    assert answer["sentences"], answer
    numbers = [citation["number"] for citation in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for sentence in answer["sentences"]:
        assert sentence["citations"], sentence
        assert set(sentence["citations"]) <= set(numbers)
        assert sentence["text"] in answer["answer"]
    assert all(f"[{number}]" in answer["answer"] for number in numbers)
    for citation in answer["citations"]:
        _verify_quote(client, citation)


def _verify_quote(client: httpx.Client, citation: Json) -> None:
    path, version = article_path(citation["article_id"]), citation["version"]
    response = client.get(path, params={"version": version})
    assert response.status_code == 200, response.text
    article = response.json()
    assert citation["quote"].strip()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert (article["id"], article["version"]) == (citation["article_id"], version)
    for field in ("title", "source", "url", "published_at"):
        assert article[field] == citation[field]
