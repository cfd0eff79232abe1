"""Two processes write to one archive at once, as `ingest` through a server does."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from builders import new_version
from sqlalchemy import Connection

from rag.archive import Archive, migrations
from rag.archive.quarantine import quarantine_page

WRITER = """
import sys
from itertools import count
from threading import Event, Thread

from rag.archive import Archive
from rag.archive.quarantine import NewQuarantined, keep_items

archive, stopped = Archive(sys.argv[1]), Event()
Thread(target=lambda: (sys.stdin.read(), stopped.set())).start()
for number in count():
    lost = NewQuarantined(f"{number}.txt", "there is no text", b"")
    keep_items(archive.engine, "job", [lost])
    if number == 0:
        print("writing", flush=True)
    if stopped.is_set():
        break
print(number + 1, flush=True)
"""


@contextmanager
def another_writer(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that quarantines one item after the other until its input ends."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process


def test_a_store_is_not_disturbed_by_another_process_quarantining(
    archive: Archive, tmp_path: Path
) -> None:
    with another_writer(f"sqlite:///{tmp_path / 'archive.db'}") as process:
        for number in range(100):
            assert archive.store([new_version(f"{number}")]) == [(f"{number}", 1)]
            archive.mark([(f"{number}", 1)], "indexed")
        written, _ = process.communicate()
    assert quarantine_page(archive.engine).total == int(written)
    assert len(archive.searchable()) == 100
    assert archive.in_state("pending") == []


def test_reading_does_not_wait_for_another_to_write(archive: Archive, tmp_path: Path) -> None:
    archive.store([new_version()])
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert archive.article("a").version == 1


def test_a_write_waits_for_the_other_to_end(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = threading.Timer(0.2, lambda: other.execute("COMMIT"))
        ended.start()
        assert archive.store([new_version()]) == [("a", 1)]
        ended.join()


def test_two_processes_may_open_a_new_archive_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    version, asked = migrations._version, count()

    def read_while_another_migrates(connection: Connection) -> int:
        found = version(connection)
        if next(asked) == 0:
            Archive(url).close()
        return found

    monkeypatch.setattr(migrations, "_version", read_while_another_migrates)
    archive = Archive(url)
    assert archive.store([new_version()]) == [("a", 1)]
    archive.close()
