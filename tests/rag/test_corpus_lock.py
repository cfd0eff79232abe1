"""A corpus belongs to one process; a second one hears at once whose it is."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import CorpusHeldError
from rag.lock import CorpusLock, read_owner
from rag.opening import open_corpus
from rag.settings import Settings

HOLDER = """
import sys
from pathlib import Path
from rag.lock import CorpusLock
lock = CorpusLock(Path(sys.argv[1]))
lock.acquire("newscite serve", "http://127.0.0.1:8000")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the corpus in `folder` for as long as the block lasts."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_hears_at_once_who_holds_the_corpus(
    folder: Path, mock_settings: Settings
) -> None:
    with holder(folder) as process:
        began = time.monotonic()
        with pytest.raises(CorpusHeldError) as held, open_corpus(mock_settings, "newscite ingest"):
            pytest.fail("it opened")
        assert time.monotonic() - began < 30
    said = str(held.value)
    assert str(folder) in said
    assert f"is held by newscite serve (process {process.pid})" in said
    assert "--data-dir" in said


def test_the_holder_says_where_it_answers(folder: Path) -> None:
    with holder(folder) as process:
        owner = read_owner(folder)
    assert owner is not None
    assert (owner.pid, owner.command, owner.url) == (
        process.pid, "newscite serve", "http://127.0.0.1:8000",
    )  # fmt: skip


def test_the_lock_ends_with_a_holder_that_is_killed(folder: Path, mock_settings: Settings) -> None:
    with holder(folder) as process:
        process.kill()
        process.wait()
        with open_corpus(mock_settings, "newscite ingest"):
            owner = read_owner(folder)
    assert owner is not None
    assert (owner.pid, owner.command) == (os.getpid(), "newscite ingest")


def test_the_lock_ends_with_the_block(mock_settings: Settings) -> None:
    for name in ("one", "two"):
        with open_corpus(mock_settings, name):
            pass
    assert read_owner(mock_settings.data_dir) is None


def test_the_lock_ends_with_a_block_that_fails(mock_settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), open_corpus(mock_settings, "one"):
        raise ZeroDivisionError
    with open_corpus(mock_settings, "two"):
        pass


def test_the_same_process_cannot_open_a_corpus_twice(mock_settings: Settings) -> None:
    with (
        open_corpus(mock_settings, "newscite serve"),
        pytest.raises(CorpusHeldError, match=rf"newscite serve \(process {os.getpid()}\)"),
        open_corpus(mock_settings, "newscite ingest"),
    ):
        pytest.fail("it opened")


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', '"x"'])
def test_an_unreadable_note_is_no_obstacle(folder: Path, note: str) -> None:
    lock = CorpusLock(folder)
    lock.acquire("one")
    (folder / "corpus.owner").write_text(note)
    with pytest.raises(CorpusHeldError, match="is held by another process"):
        CorpusLock(folder).acquire("two")
    lock.release()
    assert read_owner(folder) is None
