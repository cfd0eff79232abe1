"""The server's log: one JSON document a line, with the request's id, and nobody's words."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from newscite_process import Corpus
from observing import QUESTION, lines, serving

from rag.api_keys import new_key

DEBUG = {"NEWSCITE_LOG_FORMAT": "json", "NEWSCITE_LOG_LEVEL": "debug"}
WORD = "Zyxomma"  # stands in questions only


def test_a_request_is_a_line_with_its_route_and_its_id(tmp_path: Path) -> None:
    with serving(tmp_path, {"NEWSCITE_LOG_FORMAT": "json"}) as (running, client):
        client.get("/v1/articles/ellery-harbour", headers={"X-Request-ID": "mine-1"})
        client.get("/nobody/knows/this", headers={"X-Request-ID": "mine-2"})
        client.get("/healthz", headers={"X-Request-ID": "mine-3"})
    (read,) = lines(running, request_id="mine-1")
    assert (read["event"], read["method"], read["status"]) == ("request", "GET", 200)
    assert read["route"] == "/v1/articles/{article_id:path}"
    assert read["ms"] > 0
    (lost,) = lines(running, request_id="mine-2")
    assert (lost["route"], lost["status"]) == ("unmatched", 404)
    assert not lines(running, request_id="mine-3"), "what asks all day is told at debug level only"
    assert lines(running, logger="uvicorn.error"), "the libraries' own lines are JSON too"


def test_a_request_that_its_key_does_not_allow_is_told_with_the_keys_name(tmp_path: Path) -> None:
    key, kept = new_key("desk", ["ingest"])
    env = {"NEWSCITE_LOG_FORMAT": "json", "NEWSCITE_API_KEYS": kept.as_setting()}
    with Corpus(tmp_path, env).serve() as running:
        headers = {"Authorization": f"Bearer {key}", "X-Request-ID": "refused"}
        asked = {"question": QUESTION}
        reply = httpx.post(f"{running.url}/v1/ask", json=asked, headers=headers, timeout=60)
        assert reply.status_code == 403
    (told,) = lines(running, request_id="refused")
    assert (told["key"], told["status"]) == ("desk", 403)


def test_the_id_goes_down_to_chroma_the_models_and_the_jobs(tmp_path: Path) -> None:
    article = {"id": "late", "title": "Late", "text": "The ferry came late. It was full."}
    with serving(tmp_path, DEBUG) as (running, client):
        client.post("/v1/ask", json={"question": QUESTION}, headers={"X-Request-ID": "asked"})
        job = client.post(
            "/v1/ingest-jobs", content=json.dumps(article) + "\n",
            headers={"X-Request-ID": "sent", "Content-Type": "application/x-ndjson"},
        ).json()  # fmt: skip
        while client.get(f"/v1/ingest-jobs/{job['id']}").json()["state"] != "done":
            pass
    told = {line["event"] for line in lines(running, request_id="asked")}
    assert {"retrieve", "chroma query", "model run", "rerank", "read", "request"} <= told
    models = {line.get("model") for line in lines(running, request_id="asked")} - {None}
    assert len(models) == 2, "the embedder and the reader"
    ended = lines(running, job_id=job["id"], event="ingest job ends")
    assert [(line["added"], line["request_id"]) for line in ended] == [(1, "sent")]
    assert lines(running, job_id=job["id"], event="model run")


@pytest.mark.parametrize("log_format", ["json", "pretty"])
def test_nothing_of_a_question_is_kept_or_logged(tmp_path: Path, log_format: str) -> None:
    question = f"When did {WORD} reopen the harbour of Port Ellery?"
    earlier = [{"question": f"Who is {WORD}?", "answer": f"{WORD} is nobody."}]
    told = {"role": "user", "content": question}
    env = DEBUG | {"NEWSCITE_LOG_FORMAT": log_format}
    with serving(tmp_path, env) as (running, client):
        for body in (
            {"question": question},
            {"question": question, "stream": True},
            {"question": f"And {WORD}?", "history": earlier},
            {"question": question, "mode": WORD},
            {"question": WORD * 1000},
        ):
            client.post("/v1/ask", json=body)
        client.post("/v1/search", json={"query": question})
        client.post("/v1/chat/completions", json={"model": "newscite", "messages": [told]})
        client.post("/v1/ask", content=question.encode())
        client.get(f"/v1/articles/{WORD}", params={"version": WORD})
    assert "/v1/ask" in running.err
    assert WORD.casefold() not in running.err.casefold()
    kept = [f for f in running.corpus.data.rglob("*") if f.is_file()]
    assert kept
    assert not [f for f in kept if WORD.casefold().encode() in f.read_bytes().lower()]


def test_a_fault_s_traceback_is_in_the_log_and_nobody_s_words_are(tmp_path: Path) -> None:
    env = {"NEWSCITE_LOG_FORMAT": "json"}
    with (  # noqa: PT012  the traceback is in the log, where it belongs
        pytest.raises(AssertionError, match="Traceback"),
        serving(tmp_path, env) as (running, client),
    ):
        with closing(sqlite3.connect(running.corpus.data / "archive.db")) as database:
            database.execute("DROP TABLE passages_fts")
        response = client.post(
            "/v1/ask", json={"question": f"Who is {WORD}?"}, headers={"X-Request-ID": "broke"}
        )
    assert response.status_code == 500
    assert "Traceback" not in response.text
    assert "sqlite" not in response.text.casefold()
    (fault,) = lines(running, request_id="broke", event="request failed")
    assert "Traceback" in fault["exception"]
    assert "no such table: passages_fts" in fault["exception"]
    assert lines(running, request_id="broke", event="request")[0]["status"] == 500
    assert WORD.casefold() not in running.err.casefold()


def test_people_are_told_in_plain_lines(tmp_path: Path) -> None:
    with serving(tmp_path, {"NEWSCITE_LOG_FORMAT": "pretty"}) as (running, client):
        client.get("/v1/articles")
    assert "newscite answers at http://" in running.err
    (line,) = [
        line for line in running.err.splitlines() if "route=/v1/articles" in line and "GET" in line
    ]
    assert not line.startswith("{")
