"""GET /metrics: what happened is counted, and the corpus as it is."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from observing import QUESTION, counted, serving
from scripted_llm import MODEL
from scripted_llm import serving as scripted

from api.app import create_app
from rag.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("metrics"), {}) as (_, client):
        yield client


def test_requests_are_counted_by_route_never_by_address(client: httpx.Client) -> None:
    for number in range(3):
        client.get(f"/v1/articles/nothing-{number}")
        client.get(f"/wp-admin/{number}")
        client.request(f"BREW{number}", "/")
    told = counted(client)
    lost = (
        'newscite_requests_total{method="GET",route="/v1/articles/{article_id:path}",status="404"}'
    )
    text = client.get("/metrics").text
    assert lost in text
    assert "nothing-" not in text
    assert "wp-admin" not in text
    assert "BREW" not in text
    assert told['newscite_requests_total{method="GET",route="unmatched",status="404"}'] == 3
    assert told['newscite_request_seconds_count{method="GET",route="unmatched"}'] == 3


def test_answers_refusals_stages_and_model_time_are_counted(client: httpx.Client) -> None:
    before = counted(client)
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": QUESTION, "stream": True, "max_citations": 4})
    message = {"role": "user", "content": "Who won the chess olympiad in Ulan Bator?"}
    client.post("/v1/chat/completions", json={"model": "newscite", "messages": [message]})
    after = counted(client)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert more('newscite_answers_total{answerable="true",mode="extractive"}') == 2
    assert more('newscite_answers_total{answerable="false",mode="extractive"}') == 1
    for stage in ("retrieve", "rerank", "read", "cite", "total"):
        assert more(f'newscite_stage_seconds_count{{stage="{stage}"}}') == 3
    assert more('newscite_model_runs_total{work="request"}') >= 6
    assert more('newscite_model_tokens_total{work="request"}') > 0
    assert more('newscite_model_seconds_total{work="request"}') > 0


def test_the_corpus_is_counted_as_it_is(client: httpx.Client) -> None:
    client.post("/v1/articles", json={"id": "gone", "title": "Gone", "text": "It was withdrawn."})
    client.delete("/v1/articles/gone")
    client.post("/v1/articles", json=[{"id": "empty", "title": "Nothing in it"}])
    told = counted(client)
    assert told["newscite_corpus_readable"] == 1
    assert told['newscite_articles{status="usable"}'] == 1
    assert told['newscite_articles{status="canceled"}'] == 1
    assert (
        told['newscite_passages{index="lexical"}'] == told['newscite_passages{index="vector"}'] == 1
    )
    assert told["newscite_quarantined"] == 1
    assert told['newscite_ledger_lag{state="pending"}'] == 0
    assert told['newscite_jobs{state="failed"}'] == 0
    assert told["process_resident_memory_bytes"] > 0


def test_a_model_s_sentences_are_counted_as_verified_or_dropped(tmp_path: Path) -> None:
    with scripted() as model:
        model.says("The storm had sunk 14 boats [1]. The storm had sunk 99 ships [1].")
        env = {"NEWSCITE_LLM_BASE_URL": model.url, "NEWSCITE_LLM_MODEL": MODEL}
        with serving(tmp_path, env) as (_, client):
            client.post(
                "/v1/ask",
                json={"question": "How many boats had the storm sunk?", "mode": "generative"},
            )
            told = counted(client)
    assert told['newscite_written_sentences_total{outcome="verified"}'] == 1
    assert told['newscite_written_sentences_total{outcome="dropped"}'] == 1


def test_applications_in_one_process_count_apart(tmp_path: Path, bare: Path) -> None:
    one, other = (create_app(Settings(data_dir=tmp_path / name)) for name in ("one", "other"))
    with TestClient(one) as first, TestClient(other) as second:
        first.get("/v1/articles")
        seen = 'newscite_requests_total{method="GET",route="/v1/articles",status="200"}'
        assert seen in first.get("/metrics").text
        assert seen not in second.get("/metrics").text


def test_a_queue_s_lengths_are_those_of_the_moment(tmp_path: Path, bare: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path / "data"))
    waiting = [7.0]
    app.state.observing.metrics.watch_queue(lambda: waiting[0], lambda: 2)
    app.state.observing.metrics.waited(0.3)
    with TestClient(app) as client:
        assert counted(client)["newscite_queue_waiting"] == 7
        waiting[0] = 1.0
        told = counted(client)
    assert (told["newscite_queue_waiting"], told["newscite_queue_working"]) == (1, 2)
    assert told["newscite_queue_seconds_count"] == 1
