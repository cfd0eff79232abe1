"""Whether what questions may see has changed: by a write, or by the clock."""

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from sqlalchemy import Engine

from rag import present
from rag.archive.records import whole_seconds

T = TypeVar("T")

_NEXT = (
    "SELECT min(at) FROM ("
    "SELECT min(embargoed_until) AS at FROM versions WHERE embargoed_until > :now UNION ALL "
    "SELECT min(expires_at) FROM versions WHERE expires_at > :now)"
)


class Changes:
    """Watches an archive from a connection of its own. Safe to use from several threads.

    SQLite tells a connection by `PRAGMA data_version` when any other one has committed, of this
    process or another. An embargo or an expiry that passes changes nothing in the database, so
    the next such moment is looked up after each commit.
    """

    def __init__(self, engine: Engine) -> None:
        # The driver's own: a transaction, which SQLAlchemy would begin, sees no later commit.
        self._connection = engine.raw_connection()
        self._lock = threading.Lock()
        self._state = 0
        self._committed: int | None = None
        self._since = 0
        self._until: int | None = None  # seconds since 1970

    def close(self) -> None:
        """Gives the connection back."""
        self._connection.close()

    def state(self) -> int:
        """A number that stays the same while nothing has changed, and then never comes again."""
        with self._lock:
            now = whole_seconds(present.now())
            committed = self._value("PRAGMA data_version")
            passed = self._until is not None and now >= self._until
            if committed != self._committed or passed or now < self._since:
                self._state += 1
                self._committed, self._since = committed, now
                self._until = self._value(_NEXT, {"now": now})
            return self._state

    def _value(self, query: str, values: Mapping[str, int] = MappingProxyType({})) -> int | None:
        cursor = self._connection.cursor()
        try:
            cursor.execute(query, dict(values))
            row: tuple[int | None] | None = cursor.fetchone()
            return row[0] if row is not None else None
        finally:
            cursor.close()


class Kept(Generic[T]):
    """What was found out of an archive, for as long as nothing has changed. For several threads.

    Args:
        changes: of the archive.
        find_out: finds it out anew.
    """

    def __init__(self, changes: Changes, find_out: Callable[[], T]) -> None:
        self._changes = changes
        self._find_out = find_out
        self._lock = threading.Lock()
        self._kept: tuple[int, T] | None = None

    def value(self) -> T:
        """What it is now."""
        with self._lock:
            state = self._changes.state()
            if self._kept is None or self._kept[0] != state:
                self._kept = state, self._find_out()
            return self._kept[1]
