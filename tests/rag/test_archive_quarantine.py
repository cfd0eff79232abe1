"""What could not be ingested is kept once, with its bytes, and listed page by page."""

import base64
import sqlite3
from pathlib import Path

import pytest

from rag.archive import Archive, migrations
from rag.archive.quarantine import (
    NewQuarantined,
    content_of,
    keep_items,
    quarantine_page,
    quarantined,
    quarantined_bytes,
    release,
)
from rag.errors import NotFoundError, UsageError


def item(place: str, reason: str = "no text", raw: bytes = b"{}") -> NewQuarantined:
    return NewQuarantined(place, reason, raw)


def test_bytes_place_and_reason_are_kept_and_an_item_once(archive: Archive) -> None:
    broken = item("wire.jsonl:7", "not valid JSON", b'{"title": \xff')
    keep_items(archive.engine, "job", [broken, item("wire.jsonl:9")])
    keep_items(archive.engine, "later job", [broken, broken])
    newest, oldest = quarantined(archive.engine)
    assert (newest.place, newest.reason) == ("wire.jsonl:9", "no text")
    assert oldest.job_id == "job"
    assert quarantined_bytes(archive.engine, oldest.id) == b'{"title": \xff'


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, -(2**64)])
def test_a_number_that_is_no_items_is_said_to_be_none(archive: Archive, number: int) -> None:
    with pytest.raises(NotFoundError, match=f"no item {number}"):
        quarantined_bytes(archive.engine, number)


def test_how_it_is_to_be_read_is_what_was_said_last(archive: Archive) -> None:
    for format in ("csv", "parquet"):  # noqa: A001
        keep_items(
            archive.engine, "job", [NewQuarantined("a", "b", b"c", options={"format": format})]
        )
    (kept,) = quarantined(archive.engine)
    assert content_of(archive.engine, kept.id).options == {"format": "parquet"}


def test_pages_have_every_item_once_newest_first(archive: Archive) -> None:
    keep_items(archive.engine, "job", [item(f"wire.jsonl:{n}") for n in range(1, 2501)])
    everything = [each.place for each in quarantined(archive.engine)]
    assert everything == [f"wire.jsonl:{n}" for n in range(2500, 0, -1)]
    paged: list[str] = []
    page = quarantine_page(archive.engine, None, 700)
    paged += [each.place for each in page.items]
    keep_items(archive.engine, "job", [item("came meanwhile")])
    while page.next_cursor is not None:
        page = quarantine_page(archive.engine, page.next_cursor, 700)
        paged += [each.place for each in page.items]
    assert page.total == 2501
    assert paged == everything


def test_a_page_that_ends_with_the_last_item_is_the_last(archive: Archive) -> None:
    keep_items(archive.engine, "job", [item("a"), item("b")])
    assert quarantine_page(archive.engine, None, 2).next_cursor is None
    release(archive.engine, [each.id for each in quarantined(archive.engine)])
    assert quarantine_page(archive.engine).items == []


@pytest.mark.parametrize("said", ["", "x", "0", "-3", str(2**63), "1 a"])
def test_a_cursor_that_no_page_gave_is_refused(archive: Archive, said: str) -> None:
    with pytest.raises(UsageError, match="start without it"):
        quarantine_page(archive.engine, base64.urlsafe_b64encode(said.encode()).decode())
    with pytest.raises(UsageError, match="start without it"):
        quarantine_page(archive.engine, "\N{SNOWMAN}")


def test_what_was_kept_by_an_older_newscite_is_read_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, path = migrations._STEPS, tmp_path / "old.db"
    before = next(n for n, step in enumerate(steps) if any("COLUMN options" in sql for sql in step))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", steps[:before])
        Archive(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO quarantine VALUES (7, 'job', 0, 'a.csv:2', 'why', x'61', 0)")
        database.execute(
            "INSERT INTO jobs VALUES (3, 'old', 'done', 0, 0, 0, 1, '{\"files\": []}', '{}', NULL)"
        )
        database.execute("INSERT INTO job_failures VALUES (3, 1, 'a.csv:2', 'why')")
    database.close()
    archive = Archive(f"sqlite:///{path}")
    assert content_of(archive.engine, 7) == NewQuarantined("a.csv:2", "why", b"a")
    with archive.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT id FROM jobs").scalars().all() == ["old"]
        told = connection.exec_driver_sql("SELECT place FROM job_failures WHERE job_number = 3")
        assert told.scalars().all() == ["a.csv:2"]
    archive.close()
