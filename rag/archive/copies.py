"""Which texts are copies of one another, found as texts come and kept as pairs.

A pair says something of two texts and nothing of articles, so it never changes: updates,
withdrawals and embargoes only change which texts may be seen, and `stories.py` asks that anew each
time. And as every text is compared with all that came before it, the pairs are the same in
whatever order the texts came.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from rag.archive.checking import TABLES
from rag.archive.clusters import find_clusters, join_cluster
from rag.archive.transactions import writing
from rag.stories.comparing import are_copies
from rag.stories.signature import (
    ALGORITHM,
    resemblances,
    signature,
    surely_copies,
    worth_comparing,
)
from rag.stories.wording import wording

log = logging.getLogger(__name__)

_NOTE = "signatures"
_A_TRANSACTION = 100  # texts
_SAID_EVERY = 5_000  # texts, which is every ten seconds or so
# Of more texts that resemble one, as those of a market report's every day, the most alike; all of
# them are so many times linked with each other that the story stays one.
_MOST_COMPARED = 200

_NEW = text("INSERT INTO texts (body_hash) VALUES (:hash) ON CONFLICT DO NOTHING RETURNING id")
_BODY = text("SELECT text FROM versions WHERE body_hash = :hash LIMIT 1")
_UNCOMPARED = text("SELECT id, body_hash FROM texts WHERE sketch IS NULL LIMIT :limit")
_HOW_MANY = text("SELECT count(*) FROM texts WHERE sketch IS NULL")
_SKETCH = text("UPDATE texts SET sketch = :sketch WHERE id = :id")


def link(connection: Connection, body_hash: str, body: str) -> None:
    """Finds the copies of a text that is being stored, unless it is known to the letter."""
    added = connection.scalar(_NEW, {"hash": body_hash})
    if added is not None:
        _compare(connection, added, body)


def link_uncompared(engine: Engine) -> int:
    """Finds the copies of texts that were stored before there were stories, or by other means.

    It goes on where an interruption left it, and logs that it is at work, as it may take minutes.

    Returns:
        How many texts were looked at.
    """
    with writing(engine) as connection:
        _forget_other_algorithms(connection)
        left = connection.scalar(_HOW_MANY) or 0
    if left:
        log.warning(
            "Looking for copies among %s texts that have not been compared yet, once; "
            "if this is interrupted, it goes on when the corpus is next opened.", f"{left:,}",
        )  # fmt: skip
    looked_at = 0
    while True:
        with writing(engine) as connection:
            rows = connection.execute(_UNCOMPARED, {"limit": _A_TRANSACTION}).all()
            for row in rows:
                body = connection.scalar(_BODY, {"hash": row.body_hash})
                _compare(connection, row.id, body or "")
        looked_at += len(rows)
        if len(rows) < _A_TRANSACTION:
            find_clusters(engine)
            return looked_at
        if looked_at % _SAID_EVERY == 0:
            log.warning("Compared %s of %s texts.", f"{looked_at:,}", f"{left:,}")


def _forget_other_algorithms(connection: Connection) -> None:
    """Signatures can only be compared with those that were made alike."""
    known = connection.scalar(text("SELECT value FROM meta WHERE key = :key"), {"key": _NOTE})
    if known == ALGORITHM:
        return
    for table in TABLES:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    connection.execute(text("UPDATE texts SET sketch = NULL, cluster = NULL"))
    connection.execute(
        text("INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :value)"),
        {"key": _NOTE, "value": ALGORITHM},
    )


def _compare(connection: Connection, text_id: int, body: str) -> None:
    worded = wording(body)
    signed = signature(worded)
    sure, doubtful = _candidates(connection, signed.bands, signed.sketch)
    copies = sure + [
        candidate
        for candidate, other in _bodies(connection, doubtful)
        if are_copies(worded, wording(other))
    ]
    pairs = [(text_id, text_id)]
    pairs += [pair for copy in copies for pair in ((text_id, copy), (copy, text_id))]
    connection.exec_driver_sql("INSERT INTO text_copies VALUES (?, ?)", pairs)
    if signed.bands:
        bands = [(band, text_id) for band in dict.fromkeys(signed.bands)]
        connection.exec_driver_sql("INSERT INTO text_bands VALUES (?, ?)", bands)
    connection.execute(_SKETCH, {"sketch": signed.sketch, "id": text_id})
    join_cluster(connection, text_id, copies)


def _candidates(
    connection: Connection, bands: Sequence[int], sketch: bytes
) -> tuple[list[int], list[int]]:
    """The texts that share a band: those that are surely copies, and those worth comparing."""
    if not bands:
        return [], []
    marks = ", ".join("?" * len(bands))
    rows = connection.exec_driver_sql(
        "SELECT id, body_hash, sketch FROM texts WHERE id IN "  # noqa: S608
        f"(SELECT text_id FROM text_bands WHERE band IN ({marks}))",
        tuple(bands),
    ).all()
    alike = resemblances(sketch, [row.sketch for row in rows])
    ranked = sorted(zip(alike, rows, strict=True), key=lambda each: (-each[0], each[1].body_hash))
    near = [(alike, row.id) for alike, row in ranked[:_MOST_COMPARED] if worth_comparing(alike)]
    sure = [text_id for alike, text_id in near if surely_copies(alike)]
    return sure, [text_id for _, text_id in near[len(sure) :]]


def _bodies(connection: Connection, ids: Sequence[int]) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(ids))
    rows = connection.exec_driver_sql(
        "SELECT id, (SELECT text FROM versions v WHERE v.body_hash = t.body_hash LIMIT 1) "  # noqa: S608
        f"FROM texts t WHERE id IN ({marks})",
        tuple(ids),
    )
    return [(row[0], row[1] or "") for row in rows]
