"""Idempotency-Key: a POST that is sent again is answered as it was, and not done again."""

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from checking import Json
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import client as client_of
from serving import serving
from test_ingest_jobs import finished

from rag.archive import Archive
from rag.archive.quarantine import NewQuarantined, keep_items
from rag.archive.repeats import KEPT_S, KeptResponse, keep_response, kept_response
from rag.errors import StorageError

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


@given(
    st.lists(st.integers(1, 40), max_size=9),
    st.text("abc-\r\n", max_size=60),
    st.text("-ab", min_size=1, max_size=5),
)
@settings(max_examples=25, deadline=None)
def test_a_body_is_the_same_however_it_is_cut_and_whatever_its_boundary(
    client: httpx.Client, pieces: list[int], text: str, tail: str
) -> None:
    def body(boundary: str) -> bytes:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"'
        return f"{head}\r\n\r\nIt rained. {text}\r\n--{boundary}--\r\n".encode()

    def cut(whole: bytes) -> Iterator[bytes]:
        at = 0
        for size in pieces:
            yield whole[at : at + size]
            at += size
        yield whole[at:]

    def send(boundary: str, content: Any) -> httpx.Response:
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return client.post("/v1/ingest-jobs", content=content, headers=key | kind)

    key = _key()
    one, other = f"----x{tail}0123456789", f"==y{tail}y9876543210y"
    first, again = send(one, body(one)), send(other, cut(body(other)))
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert (again.json()["id"], _replayed(again)) == (first.json()["id"], True)
    assert send(one, body(one).replace(b"rained", b"snowed")).status_code == 422


def test_a_body_that_its_route_does_not_read_is_a_part_of_the_request(tmp_path: Path) -> None:
    with serving(tmp_path, **MOCK) as url, client_of(url) as client:
        key = _key()
        told = [client.post("/v1/admin/reindex", json={}, headers=key) for _ in range(2)]
        assert [each.status_code for each in told] == [202, 202]
        assert [_replayed(each) for each in told] == [False, True]
        other = client.post("/v1/admin/reindex", json={"a": 1}, headers=key)
        assert other.status_code == 422


def test_a_response_that_cannot_be_kept_is_given_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StorageError("the disk is full")

    key = _key()
    with serving(tmp_path, **MOCK) as url, client_of(url) as client:
        with monkeypatch.context() as patch:
            patch.setattr("api.idempotency.keep_response", full)
            first = client.post("/v1/articles", json=PIER, headers=key)
        assert (first.status_code, first.json()["added"]) == (200, 1)
        again = client.post("/v1/articles", json=PIER, headers=key)  # as after a kill before it
        assert (again.json()["unchanged"], _replayed(again)) == (1, False)


def test_what_may_be_done_already_is_not_done_while_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise StorageError("the disk fails to read")

    with serving(tmp_path, **MOCK) as url, client_of(url) as client:
        with monkeypatch.context() as patch:
            patch.setattr("api.idempotency.kept_response", failing)
            told = client.post("/v1/articles", json=PIER, headers=_key())
        assert (told.status_code, told.json()["detail"]) == (507, "the disk fails to read")
        assert client.get("/v1/articles/pier").status_code == 404


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
    keyed = MOCK | {"api_keys": [kept_one.as_setting(), kept_other.as_setting()]}
    key = _key()
    with serving(tmp_path, **keyed) as url, client_of(url, one) as client:
        first = client.post("/v1/articles", json=PIER, headers=key)
    with serving(tmp_path, **keyed) as url:
        with client_of(url, one) as client:
            again = client.post("/v1/articles", json=PIER, headers=key)
        assert (again.json(), _replayed(again)) == (first.json(), True)
        with client_of(url, other) as client:
            theirs = client.post("/v1/articles", json=PIER, headers=key)
        assert (theirs.json()["unchanged"], _replayed(theirs)) == (1, False)


@pytest.mark.parametrize(("bound", "most"), [("_MOST", 3), ("_MOST_BYTES", 3000)])
def test_only_the_newest_are_kept(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(f"rag.archive.repeats.{bound}", most)
    response = KeptResponse("request", 200, {}, b"x" * 1000)
    for at in range(5):
        keep_response(archive.engine, f"key {at}", response, at)
    kept = [kept_response(archive.engine, f"key {at}", 5) is not None for at in range(5)]
    assert kept == [False, False, True, True, True]


def test_responses_are_kept_for_a_day(tmp_path: Path) -> None:
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    response = KeptResponse("request", 200, {"content-type": "application/json"}, b"{}")
    keep_response(archive.engine, "one", response, 1000)
    assert kept_response(archive.engine, "one", 1000 + KEPT_S - 1) == response
    assert kept_response(archive.engine, "one", 1000 + KEPT_S) is None
    keep_response(archive.engine, "other", response, 1000 + KEPT_S)
    assert kept_response(archive.engine, "one", 1001) is None, "it is gone from the disk"
    archive.close()


def test_a_retry_that_was_not_noted_is_found_again_when_its_items_have_left_the_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the server had been killed between the work and the note of it.
    monkeypatch.setattr("api.idempotency.keep_response", lambda *_: None)
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    item = NewQuarantined("item 1", "the disk was full", json.dumps(PIER).encode())
    keep_items(archive.engine, "an older job", [item])
    archive.close()
    with serving(tmp_path, **MOCK) as url, client_of(url) as client:
        number = client.get("/v1/quarantine").json()["items"][0]["id"]
        key = _key()
        retried = {"numbers": [number]}
        first = finished(client, client.post("/v1/quarantine/retry", json=retried, headers=key))
        assert (first["state"], first["released"]) == ("done", [number])
        again = client.post("/v1/quarantine/retry", json=retried, headers=key)
        assert (again.status_code, again.json()["id"]) == (202, first["id"]), again.text
        assert again.headers["location"] == f"/v1/ingest-jobs/{first['id']}"
        assert client.post("/v1/quarantine/retry", json=retried).status_code == 404
        other = client.post("/v1/quarantine/retry", json=retried, headers=_key())
        assert other.status_code == 404
