"""Parquet: rows are articles, with columns named as in CSV and values of their own types."""

import gzip
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.sources import Delivered, Naming, Refused, parquet, read, tables


def items(path: Path, naming: Naming | None = None) -> list[Delivered | Refused]:
    return list(read(path, naming=naming or {}))


def written(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pyarrow = pytest.importorskip("pyarrow", reason="newscite[parquet] is not installed")
    from pyarrow import parquet as file

    file.write_table(pyarrow.table(columns), path, **options)
    return path


def test_values_come_in_their_own_types(tmp_path: Path) -> None:
    path = written(
        tmp_path / "dump.parquet",
        {
            "headline": ["Flood", None],
            "body": ["<p>The river rose.</p><p>It fell.</p>", "It rained."],
            "date": [datetime(2026, 3, 4, 18, 30, tzinfo=UTC), None],
            "authors": [["Ann Lee", "Bob Ray"], []],
            "article_id": [17, 18],
            "page": [date(2026, 3, 5), None],
            "price": [Decimal("1.50"), None],
            "score": [float("nan"), 0.5],
            "place": [{"name": "Ellery", "at": b"\xff"}, None],
        },
    )
    first, second = items(path)
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert (first.where, second.where) == (f"{path}:1", f"{path}:2")
    assert first.article.model_dump(exclude_none=True, exclude={"status", "subjects"}) == {
        "id": "17",
        "title": "Flood",
        "text": "The river rose.\n\nIt fell.",
        "published_at": datetime(2026, 3, 4, 18, 30, tzinfo=UTC),
        "authors": ["Ann Lee", "Bob Ray"],
        "page": "2026-03-05",
        "price": "1.50",
        "place": {"name": "Ellery", "at": "\ufffd"},
    }
    assert second.article.model_extra == {"score": 0.5}


def test_columns_are_named_as_in_csv(tmp_path: Path) -> None:
    path = written(tmp_path / "dump.parquet", {"titel": ["Flut"], "inhalt": ["Es regnete."]})
    (refused,) = items(path)
    assert isinstance(refused, Refused)
    assert refused.reason.startswith("no column is known to hold the text; the columns are 'titel'")
    (item,) = items(path, {"title": "titel", "text": "inhalt"})
    assert isinstance(item, Delivered)
    assert item.article.title == "Flut"


def test_a_bad_row_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_CELL", 1_000_000)
    monkeypatch.setattr(parquet, "LARGEST_CELL", 1_000_000)
    texts = ["One.", "", "x" * 1_000_001, "y" * 4_000_001, "Five."]
    path = written(tmp_path / "dump.parquet", {"title": list("abcde"), "text": texts})
    found = items(path)
    assert [isinstance(item, Delivered) for item in found] == [True, False, False, False, True]
    assert isinstance(found[1], Refused)
    assert found[1].reason.startswith("there is no text to ingest")
    assert found[1].raw == b'{"title": "b", "text": ""}'
    assert isinstance(found[3], Refused)
    assert found[3].reason == "'text' is longer than 1 million characters"


def test_a_file_of_many_groups_is_read_in_order(tmp_path: Path) -> None:
    texts = [f"Article {number}." for number in range(1000)]
    path = written(tmp_path / "dump.parquet", {"text": texts}, row_group_size=70)
    found = [item.article.text for item in items(path) if isinstance(item, Delivered)]
    assert found == texts


@pytest.mark.parametrize("at", [0.1, 0.5, 0.99])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, at: float) -> None:
    path = written(tmp_path / "dump.parquet", {"text": [f"Article {n}." for n in range(1000)]})
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * at)])
    last = items(path)[-1]
    assert isinstance(last, Refused)
    assert last.reason.startswith("the Parquet file is damaged after row 0: ")
    assert "\n" not in last.reason


def test_damage_among_the_rows_stops_at_it(tmp_path: Path) -> None:
    texts = [f"Article {number} of many." for number in range(500)]
    path = written(
        tmp_path / "dump.parquet", {"text": texts}, row_group_size=100, use_dictionary=False
    )
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 200] = b"\xff" * 200
    path.write_bytes(raw)
    *good, last = items(path)
    assert len(good) >= 100
    assert all(isinstance(item, Delivered) for item in good)
    assert isinstance(last, Refused)
    assert "is damaged after row" in last.reason


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    (item,) = items(written(tmp_path / "dump.parquet", {"text": []}))
    assert isinstance(item, Refused)
    assert item.reason.startswith("there is no text to ingest")


def test_within_gzip_it_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "dump.parquet", {"text": ["a"]})
    path.write_bytes(gzip.compress(path.read_bytes()))
    (item,) = items(path)
    assert isinstance(item, Refused)
    assert item.reason == "a Parquet file within gzip cannot be read; unpack it first"


def test_without_pyarrow_the_command_that_installs_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "dump.parquet").write_bytes(b"PAR1....PAR1")
    (item,) = items(tmp_path / "dump.parquet")
    assert isinstance(item, Refused)
    assert item.reason == (
        "reading Parquet needs pyarrow; install it with: pip install 'newscite[parquet]'"
    )
