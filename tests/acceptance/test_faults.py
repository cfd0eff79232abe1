"""What breaks is said, with what mends it, and is mended by that: docs/operating/store.md's table.

Every case uses the real command on real files. Nothing is silently wrong: until it is mended, no
command answers from a corpus that is not whole.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from newscite_process import Corpus, Ran

MOCK = {
    "NEWSCITE_EMBEDDING": json.dumps(
        {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    )
}
HERONS = "How many herons did the council of Wrexby count?"
TEXT = "The council of Wrexby counted 417 herons on its pond on Monday."
MANY = 1_100  # Chroma writes its index to files of its own every thousand vectors


@dataclass(frozen=True)
class Whole:
    """A corpus that is whole, and a backup of it."""

    corpus: Corpus
    backup: Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    corpus = Corpus(tmp_path_factory.mktemp("whole"), MOCK)
    articles = [{"id": "herons", "title": "Herons", "text": TEXT}]
    articles += [
        {"id": f"a{n}", "title": f"Minutes {n}", "text": f"Item {n} was put off until later."}
        for n in range(MANY)
    ]
    wire = corpus.folder / "wire.jsonl"
    wire.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    assert corpus.run("ingest", wire).code == 0
    assert corpus.run("backup", corpus.folder / "backup").code == 0
    return Whole(corpus, corpus.folder / "backup")


@pytest.fixture
def broken(whole: Whole, tmp_path: Path) -> Corpus:
    """A copy of it that is to be broken."""
    copy = Corpus(tmp_path, MOCK)
    shutil.copytree(whole.corpus.data, copy.data)
    return copy


def tried(*cases: tuple[Callable[[Corpus], None], str]) -> Sequence[tuple[object, str]]:
    """Two kinds of damage, or with EVERY_FAULT in the environment all: each takes a while."""
    return cases if os.environ.get("EVERY_FAULT") else cases[:2]


def ask(corpus: Corpus) -> Ran:
    return corpus.run("ask", HERONS, "--json")


def assert_whole(corpus: Corpus) -> None:
    found = corpus.run("doctor")
    assert found.code == 0, found.said
    answered = ask(corpus)
    assert answered.code == 0, answered.said
    assert answered.json["citations"][0]["quote"] == TEXT


def overwrite(file: Path, at: float, size: int) -> None:
    """Writes noise over a part of a file, `at` being where in it, from 0 to 1."""
    with file.open("r+b") as opened:
        opened.seek(int(file.stat().st_size * at))
        opened.write(os.urandom(size))


def segment(corpus: Corpus) -> Path:
    """Chroma's folder of the collection's vectors."""
    (found,) = (each for each in (corpus.data / "chroma").iterdir() if each.is_dir())
    return found


def lose_the_folder(corpus: Corpus) -> None:
    shutil.rmtree(corpus.data / "chroma")


def break_the_sqlite(corpus: Corpus) -> None:
    overwrite(corpus.data / "chroma" / "chroma.sqlite3", 0, 4096)


def cut_the_sqlite(corpus: Corpus) -> None:
    file = corpus.data / "chroma" / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def lose_the_segment(corpus: Corpus) -> None:
    shutil.rmtree(segment(corpus))


def cut_the_ids(corpus: Corpus) -> None:
    file = segment(corpus) / "index_metadata.pickle"
    os.truncate(file, file.stat().st_size // 2)


def cut_the_lengths(corpus: Corpus) -> None:
    os.truncate(segment(corpus) / "length.bin", 1000)


def lose_the_vectors(corpus: Corpus) -> None:
    (segment(corpus) / "data_level0.bin").unlink()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    tried(
        (lose_the_folder, f"the vector index holds 0 passages and the archive {MANY + 1:,}"),
        (cut_the_sqlite, "the vector index cannot be read"),
        (break_the_sqlite, "the vector index cannot be read"),
        (lose_the_segment, "the vector index cannot be read"),
        (cut_the_ids, "the vector index cannot be read"),
        (cut_the_lengths, "the vector index"),
        (lose_the_vectors, "the vector index cannot be read"),
    ),
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_a_vector_index_that_is_damaged_is_refused_and_rebuilt(
    broken: Corpus, damage: Callable[[Corpus], None], said: str
) -> None:
    damage(broken)
    refused = ask(broken)
    assert refused.code == 5
    assert said in refused.said
    assert "newscite doctor --repair" in refused.said
    found = broken.run("doctor")
    assert found.code in (1, 5)
    assert "newscite doctor --repair" in found.said
    repaired = broken.run("doctor", "--repair")
    assert repaired.code == 0, repaired.said
    assert_whole(broken)


@pytest.mark.slow
def test_an_index_that_ends_the_process_is_found_and_rebuilt(broken: Corpus) -> None:
    with (segment(broken) / "header.bin").open("r+b") as header:
        header.seek(50)
        header.write(b"\x5a" * 25)
    found = broken.run("doctor")
    assert found.code == 5
    assert "to read it ends the process" in found.said
    assert "newscite doctor --repair" in found.said
    assert broken.run("doctor", "--repair").code == 0
    assert_whole(broken)


@pytest.mark.slow
def test_reindexing_mends_a_broken_vector_index_too(broken: Corpus) -> None:
    break_the_sqlite(broken)
    assert broken.run("reindex").code == 0
    assert_whole(broken)


def lose_the_archive(corpus: Corpus) -> None:
    (corpus.data / "archive.db").unlink()


def empty_the_archive(corpus: Corpus) -> None:
    os.truncate(corpus.data / "archive.db", 0)


def cut_the_archive(corpus: Corpus) -> None:
    file = corpus.data / "archive.db"
    os.truncate(file, file.stat().st_size // 2)


def break_the_header(corpus: Corpus) -> None:
    overwrite(corpus.data / "archive.db", 0, 100)


def break_pages(corpus: Corpus) -> None:
    overwrite(corpus.data / "archive.db", 0.3, 200_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    tried(
        (lose_the_archive, "is gone, though"),
        (break_pages, "is damaged"),
        (empty_the_archive, "is gone, though"),
        (cut_the_archive, "the archive"),
        (break_the_header, "cannot be opened: file is not a database"),
    ),
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_an_archive_that_is_damaged_is_refused_and_restored(
    broken: Corpus, whole: Whole, damage: Callable[[Corpus], None], said: str
) -> None:
    damage(broken)
    refused = broken.run("serve", "--port", "0")
    assert refused.code == 5
    assert said in refused.said
    assert "archive.db" in refused.said
    assert "newscite restore" in refused.said or "from a backup" in refused.said
    found = broken.run("doctor", "--repair")
    assert found.code in (1, 5)
    assert "restore" in found.said
    refused = broken.run("backup", broken.folder / "useless")
    assert refused.code == 5
    assert not (broken.folder / "useless").exists(), "a damaged corpus is no backup"
    restored = broken.run("restore", whole.backup, "--force")
    assert restored.code == 0, restored.said
    assert_whole(broken)


@pytest.mark.slow
def test_one_altered_letter_of_an_article_is_never_quoted(broken: Corpus, whole: Whole) -> None:
    file = broken.data / "archive.db"
    stored = file.read_bytes()
    assert stored.count(b"counted 417 herons") >= 2, "in the article, and in the index of words"
    file.write_bytes(stored.replace(b"counted 417 herons", b"counted 471 herons"))
    found = broken.run("doctor")
    assert found.code == 1
    assert "the text of herons version 1 was altered" in found.said
    answered = ask(broken)
    assert "471" not in answered.out
    assert answered.code == 5
    with broken.serve() as running:
        response = httpx.get(f"{running.url}/v1/articles/herons")
        assert response.status_code == 500
        assert response.json()["type"] == "urn:newscite:problem:corrupt-corpus"
        assert "newscite restore" in response.json()["detail"]
    assert broken.run("restore", whole.backup, "--force").code == 0
    assert_whole(broken)


@pytest.mark.slow
def test_a_damaged_index_of_the_archive_is_made_anew(broken: Corpus) -> None:
    with closing(sqlite3.connect(broken.data / "archive.db")) as database:
        # The index over an empty table of the same columns: it lacks every row.
        database.execute("PRAGMA writable_schema = ON")
        database.execute("CREATE INDEX other ON versions (body_hash) WHERE version > 9")
        root = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'other'")
        database.execute(
            "UPDATE sqlite_master SET rootpage = ? WHERE name = 'versions_by_body'",
            root.fetchone(),
        )
        database.execute("DELETE FROM sqlite_master WHERE name = 'other'")
        database.commit()
    found = broken.run("doctor")
    assert found.code == 1
    assert "versions_by_body" in found.said
    repaired = broken.run("doctor", "--repair")
    assert "missing from index" not in repaired.said


@pytest.mark.slow
def test_writes_that_a_truncated_wal_lost_are_noticed(broken: Corpus) -> None:
    with broken.serve() as running:
        for number in range(30):
            body = {"id": f"late-{number}", "text": f"Late item {number} was carried."}
            assert httpx.post(f"{running.url}/v1/articles", json=body).status_code == 200
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(60)
    wal = broken.data / "archive.db-wal"
    os.truncate(wal, wal.stat().st_size // 2)
    refused = ask(broken)
    assert refused.code == 5
    assert "a part of one of them was lost" in refused.said
    found = broken.run("doctor")
    assert found.code == 1
    assert "too many in the vector index" in found.said
    assert broken.run("doctor", "--repair").code == 0
    assert_whole(broken)


def limited(size: int) -> tuple[str, ...]:
    """Runs a command that can make no file longer than that: what a quota or full disk does."""
    program = (
        "import os, resource, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return sys.executable, "-c", program


@pytest.mark.slow
def test_an_ingest_that_fills_the_disk_says_so_and_goes_on_when_there_is_room(
    whole: Whole, tmp_path: Path
) -> None:
    wire = whole.corpus.folder / "wire.jsonl"
    full = Corpus(tmp_path, MOCK, limited(1_500_000))
    ran = full.run("ingest", wire)
    assert ran.code == 5
    assert "There is no room to store this" in ran.said
    roomy = Corpus(tmp_path, MOCK)
    assert roomy.run("ingest", wire).code == 0
    assert_whole(roomy)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB of the test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not is_root or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def deliver(client: httpx.Client, number: int) -> httpx.Response:
    body = {
        "id": f"a{number}",
        "text": f"Item {number}: " + f"It was put off {number} times. " * 300,
    }
    return client.post("/v1/articles", json=body)


@pytest.mark.slow
def test_a_server_whose_disk_is_full_refuses_writes_and_goes_on_reading(small_disk: Path) -> None:
    corpus = Corpus(small_disk, MOCK)
    with (
        corpus.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        assert client.post("/v1/articles", json={"id": "herons", "text": TEXT}).status_code == 200
        stored = 0
        while (response := deliver(client, stored)).status_code == 200:
            stored += 1
        assert response.status_code == 507, response.text
        assert response.json()["type"] == "urn:newscite:problem:storage"
        assert stored > 10
        answer = client.post("/v1/ask", json={"question": HERONS})
        assert answer.status_code == 200, answer.text
        assert answer.json()["citations"][0]["quote"] == TEXT
        subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
        assert deliver(client, stored).status_code == 200
        for number in range(stored + 1):
            assert client.get(f"/v1/articles/a{number}").status_code == 200
    assert_whole(corpus)


@pytest.mark.slow
def test_a_disk_that_becomes_read_only_is_said_and_still_read(small_disk: Path) -> None:
    corpus = Corpus(small_disk, MOCK)
    with corpus.serve() as running:
        with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client:
            body = {"id": "herons", "text": TEXT}
            assert client.post("/v1/articles", json=body).status_code == 200
        running.process.kill()
        running.process.wait(60)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        for command in (("ask", HERONS), ("serve", "--port", "0"), ("doctor",)):
            refused = corpus.run(*command)
            assert refused.code in (4, 5)
            assert "Read-only" in refused.said or "cannot be" in refused.said
            assert str(corpus.data) in refused.said
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert_whole(corpus)
