"""The archive's database: its schema, how it is opened, and what it refuses to open."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Text, create_engine, event, inspect

from rag.archive import Archive
from rag.archive.database import open_database
from rag.archive.schema import metadata
from rag.errors import ConfigurationError, CorruptCorpusError


def at(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def migrated(archive: Archive, tmp_path: Path) -> Path:
    """A database that an archive has just made."""
    archive.close()
    return tmp_path / "archive.db"


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_the_migrated_schema_is_the_declared_one(archive: Archive, table: str) -> None:
    found = inspect(archive.engine)
    declared = metadata.tables[table]
    assert {
        column["name"]: (str(column["type"]), column["nullable"])
        for column in found.get_columns(table)
    } == {
        column.name: (
            "TEXT"
            if isinstance(column.type, Text)
            else str(column.type.compile(archive.engine.dialect)),
            column.nullable,
        )
        for column in declared.columns
    }
    key = found.get_pk_constraint(table)["constrained_columns"]
    assert key == [column.name for column in declared.primary_key]
    assert {
        (tuple(key["constrained_columns"]), key["referred_table"])
        for key in found.get_foreign_keys(table)
    } == {
        (tuple(key.column_keys), key.referred_table.name)
        for key in declared.foreign_key_constraints
    }


def test_there_is_no_table_that_is_not_declared(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {name for (name,) in rows if not name.startswith("passages_fts")}
    assert names == set(metadata.tables)


def test_the_journal_is_ahead_the_disk_is_waited_for_and_keys_are_checked(archive: Archive) -> None:
    with archive.engine.connect() as one, archive.engine.connect() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "not FULL"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_opening_again_migrates_nothing(archive: Archive, migrated: Path) -> None:
    with sqlite3.connect(migrated) as database:
        before = database.execute("SELECT name, sql FROM sqlite_master").fetchall()
    database.close()
    Archive(at(migrated)).close()
    with sqlite3.connect(migrated) as database:
        assert database.execute("SELECT name, sql FROM sqlite_master").fetchall() == before
    database.close()


def test_versions_of_before_are_ranked_as_they_would_be_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.archive import migrations
    from rag.archive.ranking import rank
    from rag.archive.records import moment

    steps = migrations._STEPS
    before = next(n for n, step in enumerate(steps) if any("COLUMN rank" in sql for sql in step))
    path, came = tmp_path / "old.db", 1_750_000_000
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", steps[:before])
        Archive(at(path)).close()
    rows = [  # published, updated, the provider's version
        (None, None, None), (1_700_000_000, None, None), (1_700_000_000, 1_710_000_000, None),
        (None, None, 10), (-3_000_000_000, None, "2"), (None, 1_710_000_000, "a hash"),
    ]  # fmt: skip
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO articles VALUES ('a', 'withheld', 3, 0, 0)")
        for number, (published, updated, version) in enumerate(rows, start=1):
            extra = json.dumps({} if version is None else {"provider_version": version})
            database.execute(
                "INSERT INTO versions (article_id, version, content_hash, body_hash, valid_from, "
                "ingested_at, title, text, authors, subjects, extra, published_at, updated_at) "
                "VALUES ('a', ?, ?, '', 0, ?, '', '', '[]', '[]', ?, ?, ?)",
                (number, str(number), came, extra, published, updated),
            )
    database.close()
    Archive(at(path)).close()
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT rank, status FROM versions ORDER BY version").fetchall()
    database.close()
    arrival = moment(came)
    assert arrival is not None
    for number, (published, updated, version) in enumerate(rows, start=1):
        fields = {"published_at": moment(published), "updated_at": moment(updated)}
        now = rank(fields | {"extra": {"provider_version": version}}, number, arrival)
        if version == 10:  # a version without a time was taken to be of when it came
            assert found[number - 1][0].endswith(now[19:])
        else:
            assert found[number - 1][0] == now
    assert [status for _, status in found] == ["usable"] * 2 + ["withheld"] + ["usable"] * 3


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.archive import migrations

    broken = (("CREATE TABLE meta (key TEXT)", "CREATE NONSENSE"),)
    path = tmp_path / "new.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", broken)
        with pytest.raises(CorruptCorpusError, match="NONSENSE"):
            Archive(at(path))
    Archive(at(path)).close()


def test_a_database_of_a_newer_newscite_is_refused(migrated: Path) -> None:
    engine = create_engine(at(migrated))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    engine.dispose()
    with pytest.raises(ConfigurationError, match=r"has schema 99.* install the newer newscite"):
        Archive(at(migrated))


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_text("It rained all day. " * 100, encoding="utf-8")
    with pytest.raises(
        CorruptCorpusError, match=r"archive\.db cannot be opened: file is not a database"
    ):
        Archive(at(path))
    assert path.read_text("utf-8").startswith("It rained")


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE articles (headline TEXT)")
    database.close()
    with pytest.raises(CorruptCorpusError, match="cannot be opened"):
        Archive(at(path))
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("articles",)]
    database.close()


def test_a_folder_in_the_databases_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(CorruptCorpusError, match="cannot be opened"):
        Archive(at(tmp_path / "archive.db"))


def test_ctrl_c_while_a_connection_is_given_back_is_no_error_that_is_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_database(at(tmp_path / "archive.db"))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(engine, "reset", interrupt)
    with pytest.raises(KeyboardInterrupt), engine.connect():
        pass
    assert caplog.messages == []
    event.remove(engine, "reset", interrupt)
    engine.dispose()
