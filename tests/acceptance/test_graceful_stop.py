"""A server that is told to stop: answers under way are finished, jobs go on later, and it ends."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import scripted_llm
from newscite_process import Corpus, Running
from scripted_llm import ScriptedModel
from test_interrupted_ingest import wait_until_at_work
from test_killed_ingest import MOCK, PATIENCE_S, content, undisturbed, wire

STORM = {
    "id": "storm",
    "text": "The storm had sunk 14 boats, the harbour master of Port Ellery said. Nobody was hurt.",
}
QUESTION = {"question": "How many boats had the storm sunk?", "mode": "generative"}
FIRST = "The storm had sunk 14 boats, the harbour master of Port Ellery said"
ARTICLES = 1500


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_llm.serving() as served:
        yield served


@contextmanager
def answering(folder: Path, model: ScriptedModel, **settings: str) -> Iterator[Running]:
    """A server that holds STORM and asks the scripted model."""
    configured = {"NEWSCITE_LLM_BASE_URL": model.url, "NEWSCITE_LLM_MODEL": scripted_llm.MODEL}
    with Corpus(folder, configured | settings).serve() as running:
        assert httpx.post(f"{running.url}/v1/articles", json=STORM, timeout=60).status_code == 200
        yield running


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def takes_connections(running: Running) -> bool:
    address = urlsplit(running.url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=1).close()
    except OSError:
        return False
    return True


def begin_to_stop(running: Running) -> None:
    """Sends SIGTERM and returns when nobody can come in any more."""
    running.process.send_signal(signal.SIGTERM)
    wait_until(lambda: not takes_connections(running))
    assert running.process.poll() is None, "it does not end while an answer is under way"


def asked(running: Running, model: ScriptedModel, threads: ThreadPoolExecutor) -> Future[Any]:
    """An answer that is under way: the model has been asked and is not done."""
    before = len(model.requests)
    answer = threads.submit(httpx.post, f"{running.url}/v1/ask", json=QUESTION, timeout=PATIENCE_S)
    wait_until(lambda: len(model.requests) > before)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_under_way_is_finished_and_the_process_ends_well(
    tmp_path: Path, model: ScriptedModel, how: signal.Signals
) -> None:
    more = threading.Event()
    model.says(FIRST, more, " [1].")
    with answering(tmp_path, model) as running, ThreadPoolExecutor() as threads:
        answer = asked(running, model, threads)
        running.process.send_signal(how)
        wait_until(lambda: not takes_connections(running))
        assert not answer.done()
        more.set()
        response = answer.result(PATIENCE_S)
        assert response.status_code == 200
        assert response.json()["mode"] == "generative"
        assert "14 boats" in response.json()["answer"]
        assert running.process.wait(PATIENCE_S) == 0
        assert running.stop() == 0
        assert "once more stops at once" in running.err
        assert "Stopped." in running.err
    assert not (running.corpus.data / "corpus.owner").exists()


@pytest.mark.slow
def test_a_stream_under_way_is_sent_to_its_end(tmp_path: Path, model: ScriptedModel) -> None:
    more = threading.Event()
    model.says(f"{FIRST} [1]. Nobody", more, " was hurt [1].")
    with (
        answering(tmp_path, model) as running,
        httpx.stream(
            "POST", f"{running.url}/v1/ask", json=QUESTION | {"stream": True}, timeout=PATIENCE_S
        ) as response,
    ):
        lines = response.iter_lines()
        assert any(line == "event: sentence" for line in lines)
        begin_to_stop(running)
        more.set()
        rest = list(lines)
        assert "event: answer" in rest
        answer = json.loads(rest[rest.index("event: answer") + 1].removeprefix("data: "))
        assert answer["mode"] == "generative"
        assert "14 boats" in answer["answer"]
        assert running.process.wait(PATIENCE_S) == 0


@pytest.mark.slow
def test_a_job_at_work_is_left_in_good_order_and_goes_on_later(tmp_path: Path) -> None:
    file = wire(tmp_path / "wire.jsonl", ARTICLES)
    corpus = Corpus(tmp_path, MOCK)
    with corpus.serve() as running:
        lines = {"Content-Type": "application/x-ndjson"}
        sent = httpx.post(
            f"{running.url}/v1/ingest-jobs", content=file.read_bytes(), headers=lines, timeout=60
        )
        wait_until_at_work(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(PATIENCE_S) == 0
    assert corpus.run("doctor").code == 0
    job = f"/v1/ingest-jobs/{sent.json()['id']}"
    with corpus.serve() as running:
        told = httpx.get(running.url + job, timeout=60).json()
        assert told["seen"] >= 50, "what was in is not begun again"
        wait_until(lambda: httpx.get(running.url + job, timeout=60).json()["state"] == "done")
    assert content(corpus) == undisturbed(file)


@pytest.mark.slow
def test_a_second_signal_ends_it_at_once(tmp_path: Path, model: ScriptedModel) -> None:
    model.says(FIRST, threading.Event())
    with answering(tmp_path, model) as running, ThreadPoolExecutor() as threads:
        answer = asked(running, model, threads)
        begin_to_stop(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(PATIENCE_S) == 128 + signal.SIGTERM
        with pytest.raises(httpx.TransportError):
            answer.result(PATIENCE_S)
    assert running.corpus.run("doctor").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_not_over_in_time_is_called_off_and_told_so(
    tmp_path: Path, model: ScriptedModel, stream: bool
) -> None:
    model.says(f"{FIRST} [1]. Nobody", threading.Event())
    with (
        answering(tmp_path, model, NEWSCITE_STOP_TIMEOUT_S="1") as running,
        ThreadPoolExecutor() as threads,
    ):
        before = len(model.requests)
        answer = threads.submit(
            httpx.post,
            f"{running.url}/v1/ask",
            json=QUESTION | {"stream": stream},
            timeout=PATIENCE_S,
        )
        wait_until(lambda: len(model.requests) > before)
        begin_to_stop(running)
        response = answer.result(PATIENCE_S)
        if stream:
            *_, last = response.text.strip().split("\n\n")
            assert last.startswith("event: error\n")
            problem = json.loads(last.partition("data: ")[2])
        else:
            assert response.status_code == 503
            problem = response.json()
        assert problem["type"] == "urn:newscite:problem:stopping"
        assert running.process.wait(PATIENCE_S) == 0


@pytest.mark.slow
def test_a_delivery_under_way_is_finished(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    ferries = [{"id": f"f{n}", "text": f"Ferry {n} sailed to Ostry at noon."} for n in range(150)]
    with corpus.serve() as running, ThreadPoolExecutor() as threads:
        url = f"{running.url}/v1/articles"
        delivered = threads.submit(httpx.post, url, json=ferries, timeout=PATIENCE_S)
        metrics = f"{running.url}/metrics"
        wait_until(lambda: "newscite_requests_in_progress 2.0" in httpx.get(metrics).text)
        running.process.send_signal(signal.SIGTERM)
        assert delivered.result(PATIENCE_S).json()["added"] == len(ferries)
        assert running.process.wait(PATIENCE_S) == 0
    listed = corpus.run("articles", "list", "--limit", "200", "--json")
    assert len(listed.json) == len(ferries)


@pytest.mark.slow
def test_what_does_not_end_is_left_as_it_is(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"NEWSCITE_STOP_TIMEOUT_S": "1"})
    with corpus.serve() as running:
        address = urlsplit(running.url)
        with socket.create_connection((address.hostname, address.port)) as upload:
            upload.sendall(
                b"POST /v1/ingest-jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
                b"Content-Type: application/x-ndjson\r\n\r\n{"
            )
            wait_until(lambda: list((corpus.data / "jobs").glob("**/*")))
            begin_to_stop(running)
            assert running.process.wait(PATIENCE_S) == 1
    assert "not done in time" in running.err
    assert corpus.run("doctor").code == 0
