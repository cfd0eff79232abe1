"""A backup taken from a server that is asked and written to is one moment's corpus, elsewhere too."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from checking import Json, article_path, ask
from newscite_process import GOLD, Corpus

from rag.archive import Archive
from rag.archive.fingerprint import fingerprint

QUESTIONS = [
    json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()
][:12]


def answers(client: httpx.Client) -> list[Json]:
    given = [ask(client, question) for question in QUESTIONS]
    return [{name: a[name] for name in ("answer", "citations", "confidence")} for a in given]


def content(corpus: Corpus) -> str:
    archive = Archive(f"sqlite:///{corpus.data / 'archive.db'}")
    try:
        return fingerprint(archive.engine)
    finally:
        archive.close()


class Writing:
    """Delivers and withdraws articles, one after the other, until it is told to stop."""

    def __init__(self, url: str) -> None:
        self.acknowledged = 0
        self.refused: list[str] = []
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Writing":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            while not self._stop.is_set():
                number = self.acknowledged
                text = f"The council of Wrexby counted {number} herons on its pond on Monday."
                done = client.post("/v1/articles", json={"id": f"herons-{number}", "text": text})
                if done.is_success and number % 3 == 2:
                    done = client.delete(article_path(f"herons-{number}"))
                if not done.is_success:
                    self.refused.append(done.text)
                self.acknowledged += 1


@pytest.mark.slow
def test_a_backup_of_a_server_under_writes_answers_the_same_elsewhere(
    a_copy: Callable[[], Corpus], tmp_path: Path
) -> None:
    corpus, elsewhere = a_copy(), Corpus(tmp_path / "elsewhere")
    during, after = tmp_path / "during.backup", tmp_path / "after.backup"
    with (
        corpus.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        with Writing(running.url) as writing:
            while writing.acknowledged < 5:
                ask(client, QUESTIONS[0])
            before = writing.acknowledged
            taken = corpus.run("backup", during, "--json")
            assert taken.code == 0, taken.said
            ask(client, QUESTIONS[0])
        assert writing.refused == []
        ran = corpus.run("backup", after, "--json")
        assert ran.code == 0, ran.said
        here = answers(client)
    assert ran.json["fingerprint"] == content(corpus), "of the moment when nobody wrote"
    assert list(corpus.data.glob(".archive.db.work-*")) == []

    restored = elsewhere.run("restore", after, "--json")
    assert restored.code == 0, restored.said
    assert restored.json["embedded"] == 0
    assert content(elsewhere) == content(corpus)
    with (
        elsewhere.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        assert answers(client) == here
        for number in range(writing.acknowledged):
            wanted = 410 if number % 3 == 2 else 200
            assert client.get(article_path(f"herons-{number}")).status_code == wanted

    again = elsewhere.run("restore", during)
    assert again.code == 2
    assert "--force" in again.said
    forced = elsewhere.run("restore", during, "--force", "--json")
    assert forced.code == 0, forced.said
    assert content(elsewhere) != content(corpus)
    assert forced.json["backup"]["counts"]["articles"] >= before, "all that was acknowledged before"
    assert elsewhere.run("doctor").code == 0


@pytest.mark.slow
def test_a_server_goes_on_answering_while_its_indexes_are_rebuilt(
    a_copy: Callable[[], Corpus],
) -> None:
    corpus = a_copy()
    with (
        corpus.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        before = answers(client)
        reindexing = corpus.start("reindex")
        asked = 0
        with Writing(running.url) as writing:
            while reindexing.process.poll() is None:
                assert ask(client, QUESTIONS[asked % len(QUESTIONS)])["answerable"] in (True, False)
                asked += 1
        assert reindexing.stop() == 0, reindexing.err
        assert f"The server at {running.url} reindexes" in reindexing.err
        assert "Reindexed " in corpus.stdout.read_text()
        assert asked > 0
        assert writing.refused == []
        assert answers(client) == before
    assert corpus.run("doctor").code == 0


@pytest.mark.slow
def test_a_reindexing_that_is_killed_goes_on_where_it_was(
    a_copy: Callable[[], Corpus],
) -> None:
    corpus = a_copy()
    with corpus.serve() as running:
        assert httpx.post(f"{running.url}/v1/admin/reindex").status_code == 202
        while httpx.get(f"{running.url}/v1/admin/reindex").json()["done"] < 5:
            pass
        running.process.kill()
        running.process.wait(60)
    with corpus.serve() as running:
        assert httpx.get(f"{running.url}/v1/admin/reindex").json()["state"] == "idle"
        state = httpx.post(f"{running.url}/v1/admin/reindex").json()
        first = None
        while state["state"] == "running":
            state = httpx.get(f"{running.url}/v1/admin/reindex").json()
            if first is None and state["total"]:
                first = state["done"]
        assert state["state"] == "done", state
        assert first is not None
        assert first > 5, "it does not begin anew"
    assert corpus.run("doctor").code == 0


@pytest.mark.slow
def test_a_server_with_another_model_is_not_asked_to_reindex(a_copy: Callable[[], Corpus]) -> None:
    corpus = a_copy()
    spec = {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    other = {"NEWSCITE_EMBEDDING": json.dumps(spec)}
    with corpus.serve():
        ran = corpus.run("reindex", env=other)
    assert ran.code == 4
    assert "stop the server, run newscite reindex" in ran.said
    refused = corpus.run("ask", "Who?", env=other)
    assert refused.code == 4
    assert "indexed with another embedding model" in refused.said
    assert "newscite reindex" in refused.said
    assert corpus.run("reindex", env=other).code == 0
    assert corpus.run("doctor", env=other).code == 0
    assert corpus.run("doctor").code == 4
