"""How much the archive holds of what, by queries that count rows and read no text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text

from rag.archive.records import moment

_ARTICLES = "SELECT status, count(*) FROM articles GROUP BY status"
# One row for each row of the lexical index, which has what is not withdrawn.
_PASSAGES = "SELECT count(*) FROM passages_fts_docsize"
# The states have an index that leaves out `indexed`.
_LAG = "SELECT state, count(*) FROM ledger WHERE state <> 'indexed' GROUP BY state"
# Its index by content holds every byte of it; the table's own pages are far fewer.
_QUARANTINE = "SELECT count(*) FROM quarantine NOT INDEXED"
# No version is ever deleted, so rowids are in the order of arrival.
_LAST = "SELECT ingested_at FROM versions ORDER BY rowid DESC LIMIT 1"
_JOBS = "SELECT state, count(*) FROM jobs GROUP BY state"


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of what an archive holds.

    Attributes:
        articles: by status.
        passages: that are to be found.
        lag: versions whose vectors are to be written (pending) or deleted (removing).
        quarantined: items.
        jobs: by state.
    """

    articles: dict[str, int]
    passages: int
    lag: dict[str, int]
    quarantined: int
    jobs: dict[str, int]


def census(engine: Engine) -> Census:
    """Counts what is there now; what is written meanwhile may be in some counts alone."""
    with engine.connect() as connection:

        def by_name(query: str) -> dict[str, int]:
            return {row[0]: row[1] for row in connection.execute(text(query))}

        def number(query: str) -> int:
            return int(connection.scalar(text(query)) or 0)

        return Census(
            articles=by_name(_ARTICLES),
            passages=number(_PASSAGES),
            lag=ledger_lag(engine),
            quarantined=number(_QUARANTINE),
            jobs=by_name(_JOBS),
        )


def ledger_lag(engine: Engine) -> dict[str, int]:
    """The versions that the archive has and Chroma has not yet, or not yet lost: by state."""
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(text(_LAG))}


def last_arrival(engine: Engine) -> datetime | None:
    """When the newest version of any article came in; None: nothing ever did."""
    with engine.connect() as connection:
        return moment(connection.scalar(text(_LAST)))
