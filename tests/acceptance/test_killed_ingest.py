"""kill -9 at any moment: what was committed is whole in all indexes, and a rerun completes the job.

INGEST_KILLS says how often a process is killed; 100 take half an hour.
"""

import json
import os
import random
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from newscite_process import Corpus, Running

from rag.archive import Archive
from rag.archive.fingerprint import fingerprint

KILLS = int(os.environ.get("INGEST_KILLS", "8"))
SEED = 20260304
PATIENCE_S = 120
# Embedding takes no time here, so that most kills hit the storing and not the embedding.
MOCK = {
    "NEWSCITE_EMBEDDING": json.dumps(
        {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    )
}


def wire(file: Path, articles: int) -> Path:
    """A wire file: articles, and among them updates, repeats, withdrawals and broken lines."""
    chance = random.Random(SEED)
    words = "harbour council storm ferry bridge vote mayor river school strike budget train".split()
    lines = []
    for number in range(articles):
        article_id = f"a{number}"
        if number % 10 == 9:
            article_id = f"a{chance.randrange(number)}"
        text = "\n\n".join(
            " ".join(f"{chance.choice(words)}{chance.randrange(500)}" for _ in range(30)) + "."
            for _ in range(chance.randrange(2, 12))
        )
        article = {"id": article_id, "title": f"Report {number}", "text": text}
        if number % 40 == 39:
            article = {"id": article_id, "status": "canceled"}
        lines.append("{broken" if number % 100 == 50 else json.dumps(article))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def content(corpus: Corpus) -> str:
    archive = Archive(f"sqlite:///{corpus.data / 'archive.db'}")
    try:
        return fingerprint(archive.engine)
    finally:
        archive.close()


def undisturbed(file: Path) -> str:
    """The content that a corpus has when the file was ingested in one go."""
    return _undisturbed(file.read_bytes())


@cache  # several tests have the same file, and it takes a while
def _undisturbed(lines: bytes) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "wire.jsonl"
        file.write_bytes(lines)
        corpus = Corpus(Path(folder), MOCK)
        ran = corpus.run("ingest", file, "--json")
        assert ran.code == 1, "the broken lines are quarantined"
        return content(corpus)


def kill_at(running: Running, chance: random.Random) -> bool:
    """Kills the command a while after it has opened the corpus; False: it was done before."""
    owner = running.corpus.data / "corpus.owner"
    deadline = time.monotonic() + PATIENCE_S
    while running.process.poll() is None and time.monotonic() < deadline:
        if owner.exists() and str(running.process.pid) in owner.read_text(encoding="utf-8"):
            break
        time.sleep(0.005)
    until = time.monotonic() + chance.uniform(0, 4)
    while running.process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    done = running.process.poll() is not None
    running.process.kill()
    running.stop()
    return not done


@pytest.mark.slow
def test_an_ingest_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    file = wire(tmp_path / "wire.jsonl", max(1500, 30 * KILLS))
    expected = undisturbed(file)
    chance = random.Random(SEED)
    killed = rounds = 0
    corpus = Corpus(tmp_path / "killed-0", MOCK)
    while killed < KILLS:
        if kill_at(corpus.start("ingest", file, "--json"), chance):
            killed += 1
        else:  # it got through: there is nothing left to disturb in this one
            rounds += 1
            assert content(corpus) == expected
            corpus = Corpus(tmp_path / f"killed-{rounds}", MOCK)
            continue
        found = corpus.run("doctor", "--json")
        assert found.code == 0, f"kill {killed}: {found.said}"
    ran = corpus.run("ingest", file, "--json")
    assert ran.code == 1
    assert ran.json["seen"] == len(file.read_text(encoding="utf-8").splitlines())
    assert content(corpus) == expected
    assert corpus.run("doctor").code == 0


@pytest.mark.slow
def test_a_servers_job_goes_on_by_itself_when_the_server_was_killed(tmp_path: Path) -> None:
    file = wire(tmp_path / "wire.jsonl", 1500)
    expected = undisturbed(file)
    corpus = Corpus(tmp_path / "served", MOCK)
    with corpus.serve() as running:
        posted = httpx.post(
            f"{running.url}/v1/ingest-jobs",
            files=[("file", (file.name, file.read_bytes()))],
            timeout=60,
        )
        assert posted.status_code == 202, posted.text
        where = posted.headers["Location"]
        while httpx.get(running.url + where).json()["added"] < 100:
            time.sleep(0.02)
        running.process.kill()
        running.process.wait(PATIENCE_S)

    with corpus.serve() as reopened:
        deadline = time.monotonic() + PATIENCE_S
        while (job := httpx.get(reopened.url + where).json())["state"] != "done":
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        assert job["seen"] == job["total"] == 1500
        counts = ("added", "updated", "unchanged", "withdrawn", "quarantined")
        assert sum(job[name] for name in counts) == 1500
        assert [failure["where"] for failure in job["failures"]] == [
            f"wire.jsonl:{number}" for number in range(51, 1500, 100)
        ]
    assert list((corpus.data / "jobs").iterdir()) == [], "a job that is over needs no bytes"
    assert content(corpus) == expected
    assert corpus.run("doctor").code == 0


@pytest.mark.slow
def test_of_two_ingests_at_a_time_one_is_told_that_the_other_is_at_work(tmp_path: Path) -> None:
    file = wire(tmp_path / "wire.jsonl", 1500)
    corpus = Corpus(tmp_path / "both", MOCK)
    first = corpus.start("ingest", file)
    while not (corpus.data / "corpus.owner").exists():
        assert first.process.poll() is None, first.err
        time.sleep(0.01)
    second = corpus.run("ingest", file)
    assert second.code == 3
    assert f"newscite ingest (process {first.process.pid})" in second.said
    assert first.process.wait(PATIENCE_S) == 1, first.err
    first.stop()
    assert corpus.run("doctor").code == 0
