"""Idempotency-Key: a POST that is sent again is answered as it was, and not done again."""

import threading
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from checking import Json
from serving import client as client_of
from serving import serving

from rag.archive import Archive
from rag.archive.repeats import KEPT_S, KeptResponse, keep_response, kept_response

MOCK: dict[str, Any] = {
    "embedding": {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
}
PIER = {"id": "pier", "title": "Pier", "text": "The pier at Dunmere is 300 metres long."}
FILES = {"file": ("pier.jsonl", b'{"id": "mast", "text": "The mast at Elsholt fell."}\n')}


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _replayed(response: httpx.Response) -> bool:
    return response.headers.get("idempotency-replayed") == "true"


def test_a_repeat_is_answered_as_the_first_time(client: httpx.Client) -> None:
    key = _key()
    first = client.post("/v1/articles", json=PIER, headers=key)
    assert (first.json()["added"], _replayed(first)) == (1, False)
    again = client.post("/v1/articles", json=PIER, headers=key)
    assert (again.status_code, again.content, _replayed(again)) == (200, first.content, True)
    assert client.post("/v1/articles", json=PIER, headers=_key()).json()["unchanged"] == 1
    assert client.post("/v1/articles", json=PIER).json()["unchanged"] == 1


def test_a_repeat_is_packed_for_whoever_takes_that(client: httpx.Client) -> None:
    many = [PIER | {"id": f"pier-{number}-{'x' * 50}"} for number in range(30)]
    key = _key()
    told = [
        client.post("/v1/articles", json=many, headers=key | {"Accept-Encoding": coding})
        for coding in ("gzip", "gzip", "identity")
    ]
    assert [each.headers.get("content-encoding") for each in told] == ["gzip", "gzip", None]
    assert len({each.content for each in told}) == 1
    assert [_replayed(each) for each in told] == [False, True, True]


def test_a_job_that_is_sent_again_is_one_job(client: httpx.Client) -> None:
    key = _key()
    first = client.post("/v1/ingest-jobs", files=FILES, headers=key)
    again = client.post("/v1/ingest-jobs", files=FILES, headers=key)  # under another boundary
    assert first.headers["content-type"] == again.headers["content-type"]
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert again.headers["location"] == first.headers["location"]
    assert _replayed(again)


@pytest.mark.parametrize(
    "other",
    [{"json": PIER | {"title": "The pier"}}, {"json": PIER, "params": {"a": "b"}}],
    ids=["body", "query"],
)
def test_another_request_under_the_same_key_is_refused(
    client: httpx.Client, other: dict[str, Any]
) -> None:
    key = _key()
    client.post("/v1/articles", json=PIER, headers=key).raise_for_status()
    refused = client.post("/v1/articles", headers=key, **other)
    assert refused.status_code == 422
    assert "Idempotency-Key already; use a new key" in refused.json()["detail"]


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, '"half'])
def test_what_is_no_key_is_refused_before_anything_is_done(client: httpx.Client, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    refused = client.post("/v1/articles", json=PIER | {"id": "never"}, headers=headers)
    assert refused.status_code == 422
    assert "1 to 255 printable characters" in refused.json()["detail"]
    assert client.get("/v1/articles/never").status_code == 404


def test_a_refusal_is_not_kept(client: httpx.Client) -> None:
    key = _key()
    assert client.post("/v1/articles", json={"id": "x"}, headers=key).status_code == 422
    good = client.post("/v1/articles", json=PIER, headers=key)
    assert (good.status_code, _replayed(good)) == (200, False)


def test_while_the_first_is_under_way_a_repeat_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.pipeline import Pipeline

    begun, go_on = threading.Event(), threading.Event()
    run = Pipeline.run

    def held(self: Pipeline, *given: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return run(self, *given)

    monkeypatch.setattr(Pipeline, "run", held)
    key, told = _key(), list[Json]()
    with serving(tmp_path, **MOCK) as url, client_of(url) as client:

        def deliver() -> None:
            with client_of(url) as first:
                told.append(first.post("/v1/articles", json=PIER, headers=key).json())

        thread = threading.Thread(target=deliver)
        thread.start()
        assert begun.wait(60)
        waiting = client.post("/v1/articles", json=PIER, headers=key)
        go_on.set()
        thread.join()
        assert (waiting.status_code, waiting.json()["type"][-9:]) == (409, "under-way")
        assert int(waiting.headers["retry-after"]) > 0
        assert client.post("/v1/articles", json=PIER, headers=key).json() == told[0]


def test_what_is_kept_outlives_the_server_and_is_no_other_keys(tmp_path: Path) -> None:
    from rag.api_keys import new_key

    (one, kept_one), (other, kept_other) = (new_key(name, {"ingest"}) for name in "ab")
    settings = MOCK | {"api_keys": [kept_one.as_setting(), kept_other.as_setting()]}
    key = _key()
    with serving(tmp_path, **settings) as url, client_of(url, one) as client:
        first = client.post("/v1/articles", json=PIER, headers=key)
    with serving(tmp_path, **settings) as url:
        with client_of(url, one) as client:
            again = client.post("/v1/articles", json=PIER, headers=key)
        assert (again.json(), _replayed(again)) == (first.json(), True)
        with client_of(url, other) as client:
            theirs = client.post("/v1/articles", json=PIER, headers=key)
        assert (theirs.json()["unchanged"], _replayed(theirs)) == (1, False)


def test_responses_are_kept_for_a_day(tmp_path: Path) -> None:
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    response = KeptResponse("request", 200, {"content-type": "application/json"}, b"{}")
    keep_response(archive.engine, "one", response, 1000)
    assert kept_response(archive.engine, "one", 1000 + KEPT_S - 1) == response
    assert kept_response(archive.engine, "one", 1000 + KEPT_S) is None
    keep_response(archive.engine, "other", response, 1000 + KEPT_S)
    assert kept_response(archive.engine, "one", 1001) is None, "it is gone from the disk"
    archive.close()
