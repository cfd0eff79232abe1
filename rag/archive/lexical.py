"""The lexical index against the passages it was made from: what differs, and making it anew."""

from sqlalchemy import Engine, text

from rag.archive.transactions import writing
from rag.errors import CorruptCorpusError

# What the archive says should be in both indexes: passages of articles that are not withdrawn.
_SEARCHABLE = """
    FROM passages p
    JOIN versions v ON v.article_id = p.article_id AND v.version = p.version
    JOIN articles a ON a.id = p.article_id
    WHERE a.status <> 'canceled'
"""
_ROWS = (
    'SELECT p.rowid, v.title, substr(v.text, p.start + 1, p."end" - p.start) AS body' + _SEARCHABLE
)
_IDS = "SELECT p.rowid, p.id" + _SEARCHABLE
# FTS5's own commands: does its index hold the words of its rows, and index all its rows anew.
_CHECK = "INSERT INTO passages_fts (passages_fts) VALUES ('integrity-check')"
_REINDEX = "INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')"

Rows = dict[int, tuple[str, str]]
"""Title and body by row number."""


def compared(engine: Engine) -> tuple[dict[int, str], Rows, Rows]:
    """The passages' ids by row number, the rows that the index should have, and those it has."""
    with engine.connect() as connection:
        ids = {row.rowid: row.id for row in connection.execute(text(_IDS))}
        wanted = {row.rowid: (row.title, row.body) for row in connection.execute(text(_ROWS))}
        there = {
            row.rowid: (row.title, row.body)
            for row in connection.execute(text("SELECT rowid, title, body FROM passages_fts"))
        }
    return ids, wanted, there


def faults(engine: Engine) -> list[str]:
    """What FTS5 says is wrong between its rows and the index of their words: at most one thing."""
    try:
        with writing(engine) as connection:
            connection.execute(text(_CHECK))
    except CorruptCorpusError as error:
        return [str(error.__cause__)]
    return []


def rebuild(engine: Engine) -> None:
    """Writes the index anew from the archive, in one transaction."""
    with writing(engine) as connection:
        connection.execute(text(_REINDEX))  # rows cannot be deleted from a broken index
        connection.execute(text("DELETE FROM passages_fts"))
        connection.execute(text("INSERT INTO passages_fts (rowid, title, body) " + _ROWS))
