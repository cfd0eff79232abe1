"""Opens the archive's SQLite database the way newscite needs it."""

import logging
import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from rag.archive import faults
from rag.archive.migrations import migrate
from rag.archive.transactions import begin
from rag.errors import CorruptCorpusError


def open_database(url: str) -> Engine:
    """An engine on the migrated database at `url` (sqlite:///PATH), created when absent.

    Raises:
        ConfigurationError: the database was written by a newer newscite.
        CorruptCorpusError: the file is not a database, or cannot be read or written.
    """
    # An error's message may be logged; what a statement was given is somebody's words.
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", begin)
    try:
        migrate(engine)
    except DatabaseError as error:
        engine.dispose()
        raise CorruptCorpusError(
            f"the archive {engine.url.database} cannot be opened: {error.orig}; check that the "
            "folder is writable and the file is newscite's, or restore it from a backup"
        ) from error
    faults.install(engine)
    return engine


def _tells_of_an_error(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))


# Ctrl-C just as a connection is given back ends the command as it does elsewhere: SQLAlchemy, which
# raises it again, need not print it as an error first.
logging.getLogger(f"{QueuePool.__module__}.{QueuePool.__name__}").addFilter(_tells_of_an_error)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling leaves DDL outside transactions; `begin` replaces it.
    connection.isolation_level = None
    # WAL: questions are answered while an ingest writes. FULL: a commit is on the disk before it
    # is acknowledged, because a withdrawal that a power cut undoes would be quoted again.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # A batch of articles changes a few thousand pages, most of them for their texts' bands: they
    # are to fit in the cache, or they are written twice, and go to the file some batches at a time.
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA wal_autocheckpoint = 8192")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.create_function("casefold", 1, _casefold, deterministic=True)


def _casefold(value: str | None) -> str | None:
    return None if value is None else value.casefold()
