"""Transactions: a read never waits for a write, and a write never fails because of another's.

SQLite takes its one write lock at a transaction's first write. When that comes after a read and
another process has written since, it can only fail ("database is locked"), however long it would
wait. So a write takes the lock as it begins, where waiting for it helps.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

_WRITES = "newscite_writes"


def begin(connection: Connection) -> None:
    """What the archive's engines do where SQLAlchemy begins a transaction."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; begun when no other process writes, committed at the end."""
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection
