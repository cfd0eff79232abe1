"""Ctrl-C in the middle of an ingest: what is said, what is in, and how it goes on."""

import signal
import sqlite3
import time
from contextlib import closing

import httpx
import pytest
from newscite_process import Corpus, Running
from test_killed_ingest import MOCK, PATIENCE_S, content, undisturbed, wire

ARTICLES = 1500


def wait_until_at_work(running: Running, articles: int = 50) -> None:
    """Returns when that many articles are in."""
    file = running.corpus.data / "archive.db"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.err
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as archive:
                if archive.execute("SELECT count(*) FROM versions").fetchone()[0] >= articles:
                    return
        except sqlite3.OperationalError:
            pass  # it is not there yet
        time.sleep(0.02)
    raise AssertionError(f"nothing came in: {running.err}")


@pytest.mark.slow
def test_the_first_ctrl_c_ends_in_good_order_and_the_same_command_goes_on(corpus: Corpus) -> None:
    file = wire(corpus.folder / "wire.jsonl", ARTICLES)
    corpus = Corpus(corpus.folder, MOCK)
    running = corpus.start("ingest", file, "--json")
    wait_until_at_work(running)
    assert running.stop(signal.SIGINT) == 130
    assert "run the same command again" in running.err
    assert corpus.run("doctor").code == 0
    again = corpus.run("ingest", file, "--json")
    assert again.json["seen"] == ARTICLES
    assert again.json["unchanged"] >= 50, "what was in was skipped"
    assert content(corpus) == undisturbed(file)


@pytest.mark.slow
def test_the_second_ctrl_c_ends_at_once_and_leaves_a_whole_corpus(corpus: Corpus) -> None:
    file = wire(corpus.folder / "wire.jsonl", ARTICLES)
    running = corpus.start("ingest", file)
    wait_until_at_work(running)
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    assert running.stop(signal.SIGINT) == 130
    assert "Ctrl-C again stops at once" in running.err
    assert corpus.run("doctor").code == 0


@pytest.mark.slow
def test_a_job_that_a_server_has_taken_goes_on_there(corpus: Corpus) -> None:
    file = wire(corpus.folder / "wire.jsonl", ARTICLES)
    corpus = Corpus(corpus.folder, MOCK)
    with corpus.serve() as server, httpx.Client(base_url=server.url, timeout=60) as client:
        running = corpus.start("ingest", file, "--json")
        wait_until_at_work(running)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(PATIENCE_S) == 130
        assert running.process.stderr is not None
        running._reader.join(PATIENCE_S)
        running.process.stderr.close()
        (job,) = client.get("/v1/ingest-jobs").json()["jobs"]
        assert f"{server.url} goes on with the job {job['id']}" in running.err
        assert f"curl -X DELETE {server.url}/v1/ingest-jobs/{job['id']}" in running.err
        deadline = time.monotonic() + PATIENCE_S
        while (job := client.get(f"/v1/ingest-jobs/{job['id']}").json())["state"] != "done":
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        assert job["seen"] == ARTICLES


@pytest.mark.slow
def test_a_command_whose_server_is_killed_names_the_job_which_goes_on(corpus: Corpus) -> None:
    file = wire(corpus.folder / "wire.jsonl", ARTICLES)
    corpus = Corpus(corpus.folder, MOCK)
    with corpus.serve() as server:
        running = corpus.start("ingest", file, "--json")
        wait_until_at_work(running)
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            (job,) = client.get("/v1/ingest-jobs").json()["jobs"]
        server.process.kill()
        assert running.process.wait(PATIENCE_S) == 3
        running.stop()
    said = " ".join(running.err.split())
    assert f"he server at {server.url} went away. The job {job['id']} is kept" in said
    assert "held by another process" not in said
    with corpus.serve() as server:
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            deadline = time.monotonic() + PATIENCE_S
            while (job := client.get(f"/v1/ingest-jobs/{job['id']}").json())["state"] != "done":
                assert time.monotonic() < deadline, job
                time.sleep(0.1)
        assert job["seen"] == ARTICLES
        before = content(corpus)
        assert corpus.run("ingest", file, "--json").json["added"] == 0
        assert content(corpus) == before


@pytest.mark.slow
def test_a_command_whose_job_is_canceled_at_the_server_says_so(corpus: Corpus) -> None:
    file = wire(corpus.folder / "wire.jsonl", ARTICLES)
    corpus = Corpus(corpus.folder, MOCK)
    with corpus.serve() as server, httpx.Client(base_url=server.url, timeout=60) as client:
        running = corpus.start("ingest", file)
        wait_until_at_work(running)
        (job,) = client.get("/v1/ingest-jobs").json()["jobs"]
        assert client.delete(f"/v1/ingest-jobs/{job['id']}").json()["state"] == "canceled"
        assert running.process.wait(PATIENCE_S) == 2
        running._reader.join(PATIENCE_S)
        assert running.process.stderr is not None
        running.process.stderr.close()
        assert f"the job {job['id']} was canceled" in " ".join(running.err.split())
    assert list((corpus.data / "jobs").iterdir()) == []
    assert corpus.run("doctor").code == 0
