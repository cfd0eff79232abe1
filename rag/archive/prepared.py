"""Queries that are written out once and run many times by every question.

To put a query of this size together takes SQLAlchemy longer than SQLite takes to run it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Select,
    TextualSelect,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy import column as named
from sqlalchemy.dialects import sqlite

from rag.archive.visibility import Visibility, clock

_KINDS = 64  # of views whose queries are kept; a filter's values are part of a query

_NONE = "[]"

_Written = tuple[TextualSelect, dict[str, Any]]


class Prepared:
    """A query whose values are bind parameters, each with a value to begin with."""

    def __init__(self, query: Select[Any]) -> None:
        self._written = _written(query)

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """The rows for these values of its parameters."""
        query, own = self._written
        return connection.execute(query, own | values)


class PreparedForView:
    """A query about what questions may see; see `visible`. Safe to use from several threads.

    Args:
        build: the query for a view; its own parameters have a value to begin with.
    """

    def __init__(self, build: Callable[[Visibility], Select[Any]]) -> None:
        self._build = build
        self._written: dict[tuple[str, bool], _Written] = {}

    def run(self, connection: Connection, view: Visibility, **values: Any) -> CursorResult[Any]:
        """The rows that this view may see, for these values of the query's own parameters."""
        kind = view.filters.model_dump_json(), view.as_of is None
        written = self._written.get(kind)
        if written is None:
            written = _written(self._build(view))
            if len(self._written) >= _KINDS:
                self._written.clear()
            self._written[kind] = written
        query, own = written
        return connection.execute(query, own | clock(view) | values)


def among(parameter: str) -> Select[Any]:
    """What a bind parameter lists, for `IN`; its value is `listed`."""
    return select(func.json_each(bindparam(parameter, _NONE)).table_valued("value").c.value)


def pairs_among(parameter: str) -> Select[Any]:
    """The pairs that a bind parameter lists, for `IN`; its value is `listed`."""
    pair = func.json_each(bindparam(parameter, _NONE)).table_valued("value").c.value
    return select(func.json_extract(pair, "$[0]"), func.json_extract(pair, "$[1]"))


def listed(values: Iterable[str] | Iterable[int] | Sequence[tuple[str, int]]) -> str:
    """Strings, numbers or pairs, as the value of a parameter of `among` or `pairs_among`."""
    return json.dumps(list(values))


def _written(query: Select[Any]) -> _Written:
    dialect = sqlite.dialect(paramstyle="named")
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    columns = (named(column.name, column.type) for column in query.selected_columns)
    return text(str(compiled)).columns(*columns), dict(compiled.params)
