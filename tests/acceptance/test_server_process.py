"""The server as a process: one holder of a corpus, commands that go through it, ports, Ctrl-C."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from checking import ask
from newscite_process import Corpus, Running

from rag.lock import CorpusLock

WELL = "Hexley's new well is 40 metres deep, the parish council said on Monday."
FAIR = "The lantern fair in Ostry drew 410 people."


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over a corpus that these tests write to, through it."""
    with Corpus(tmp_path_factory.mktemp("serving")).serve() as running:
        yield running


@pytest.fixture
def a_port_in_use() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.mark.slow
def test_a_corpus_that_another_command_holds_is_not_touched(corpus: Corpus) -> None:
    corpus.data.mkdir()
    lock = CorpusLock(corpus.data)
    lock.acquire("newscite reindex")
    try:
        commands = (("ask", "Who?"), ("serve", "--port", "0"))
        with ThreadPoolExecutor() as threads:
            ended = list(threads.map(lambda command: corpus.run(*command), commands))
    finally:
        lock.release()
    for ran in ended:
        assert ran.code == 3
        assert "newscite reindex (process" in ran.err
        assert str(corpus.data) in ran.err
        assert "--data-dir" in ran.err


@pytest.mark.slow
def test_ingest_ask_and_withdraw_go_through_the_server(serving: Running, tmp_path: Path) -> None:
    file = tmp_path / "well.jsonl"
    file.write_text(f'{{"id": "well", "text": "{WELL}"}}\n', encoding="utf-8")
    first = serving.corpus.run("ingest", file, "--json")
    assert first.code == 0
    assert first.json["added"] == 1
    assert serving.url in first.err, "it says who did the work"
    again = serving.corpus.run("ingest", file, "--json")
    assert (again.json["added"], again.json["unchanged"]) == (0, 1)

    with httpx.Client(base_url=serving.url, timeout=60) as client:
        over_http = ask(client, "How deep is the well in Hexley?")
        by_command = serving.corpus.run("ask", "How deep is the well in Hexley?", "--json").json
        assert "40 metres" in by_command["answer"]
        assert by_command["citations"] == over_http["citations"]

        assert serving.corpus.run("articles", "withdraw", "well").code == 0
        assert client.get("/v1/articles/well").status_code == 410
        assert not ask(client, "How deep is the well in Hexley?")["answerable"]


def test_a_command_that_needs_the_corpus_to_itself_says_that_a_server_has_it(
    serving: Running,
) -> None:
    ran = serving.corpus.run("doctor")
    assert ran.code == 3
    assert "newscite serve" in ran.err


def test_what_is_bad_is_named_when_a_server_ingests(serving: Running, tmp_path: Path) -> None:
    file = tmp_path / "fair.jsonl"
    file.write_text(f'{{broken\n{{"id": "fair", "text": "{FAIR}"}}\n', encoding="utf-8")
    ran = serving.corpus.run("ingest", file, "--json")
    assert ran.code == 1
    assert (ran.json["seen"], ran.json["added"], ran.json["quarantined"]) == (2, 1, 1)
    assert f"{file}:1: not valid JSON" in ran.err


def test_what_a_server_was_not_given_is_kept_in_quarantine_too(
    serving: Running, tmp_path: Path
) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("{broken\n", encoding="utf-8")
    ran = serving.corpus.run("ingest", file)
    assert "newscite quarantine list" in ran.said
    kept = serving.corpus.run("quarantine", "list", "--json").json
    assert f"{file}:1" in {item["place"] for item in kept}


@pytest.mark.slow
def test_hundreds_of_refused_items_are_listed_and_tried_again_through_the_server(
    corpus: Corpus, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text("".join(f'{{"id": {n}\n' for n in range(450)), encoding="utf-8")
    with corpus.serve():
        assert corpus.run("ingest", file, "--json").json["quarantined"] == 450
        listed = corpus.run("quarantine", "list", "--json").json
        assert [item["place"] for item in listed] == [f"{file}:{n}" for n in range(450, 0, -1)]
        assert len(corpus.run("quarantine", "list").out.splitlines()) == 900
        ran = corpus.run("quarantine", "retry", "--all", "--json")
        assert ran.code == 1
        assert (ran.json["seen"], ran.json["released"]) == (450, [])
        assert [each["where"] for each in ran.json["kept"]] == [
            f"{file}:{n}" for n in range(1, 451)
        ]
        assert ran.err.count(f"{file}:") == 450, "each is said as it comes"


def test_a_file_of_which_a_server_takes_nothing_is_no_wrong_usage(
    serving: Running, tmp_path: Path
) -> None:
    file = tmp_path / "hollow.jsonl"
    file.write_text('{"id": "hollow", "html": "<p></p>"}\n', encoding="utf-8")
    ran = serving.corpus.run("ingest", file, "--json")
    assert ran.code == 1
    assert ran.json["quarantined"] == 1
    assert f"{file}: there is no text" in ran.err


def test_a_server_that_cannot_start_says_why(corpus: Corpus) -> None:
    ran = corpus.run("serve", "--port", "0", env={"NEWSCITE_EMBEDDING": "no-such-model"})
    assert ran.code == 4
    assert "no-such-model" in ran.err


def test_a_port_in_use_is_told(corpus: Corpus, a_port_in_use: int) -> None:
    ran = corpus.run("serve", "--port", str(a_port_in_use))
    assert ran.code == 2
    assert f"127.0.0.1:{a_port_in_use}" in ran.err
    assert "in use" in ran.err
    assert "--port" in ran.err


@pytest.mark.slow
def test_stopped_or_killed_a_server_leaves_a_corpus_that_opens_again(corpus: Corpus) -> None:
    question = "How deep is the well in Hexley?"
    with corpus.serve() as running:
        with httpx.Client(base_url=running.url, timeout=60) as client:
            empty = ask(client, question)
            assert empty["answerable"] is False, "nothing has been ingested yet"
            delivered = client.post("/v1/articles", json={"id": "well", "text": WELL})
            assert delivered.json()["added"] == 1
        assert running.stop() == 0
        assert "Stopped." in running.err
    assert not (corpus.data / "corpus.owner").exists()

    with corpus.serve() as reopened:
        with httpx.Client(base_url=reopened.url, timeout=60) as client:
            assert "40 metres" in ask(client, question)["answer"]
            client.post("/v1/articles", json={"id": "fair", "text": FAIR})
        reopened.process.kill()
        reopened.process.wait()

    found = corpus.run("search", "well or fair", "--json")
    assert found.code == 0, found.err
    assert {passage["article_id"] for passage in found.json["passages"]} == {"well", "fair"}


def test_a_file_that_cannot_be_read_is_refused_when_a_server_ingests(
    serving: Running, tmp_path: Path
) -> None:
    good, pipe = tmp_path / "good.txt", tmp_path / "pipe.txt"
    good.write_text("The Ostry pond froze on Monday.", encoding="utf-8")
    os.mkfifo(pipe)
    ran = serving.corpus.run("ingest", good, pipe, "--json")
    assert ran.code == 1
    assert (ran.json["seen"], ran.json["added"], ran.json["quarantined"]) == (2, 1, 1)
    assert f"{pipe}: the file cannot be read" in ran.err
