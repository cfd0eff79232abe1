"""Writes a version and what belongs to it, and settles which version of an article is in force.

Each is a part of a transaction that the caller has begun.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rag.archive.copies import link
from rag.archive.ranking import latest_first, rank
from rag.archive.records import NewVersion, VersionKey, passage_id, seconds, whole_seconds
from rag.archive.schema import articles, ledger, passages, versions
from rag.types import PubStatus

# A withdrawn article, or a version that is stored already.
_OBSTACLE = text(
    "SELECT 1 FROM articles WHERE id = :id AND status = 'canceled' UNION ALL "
    "SELECT 1 FROM versions WHERE article_id = :id AND content_hash = :hash"
)

# Built once: a batch of articles runs each of them many times.
_NEWEST = select(func.max(versions.c.version)).where(versions.c.article_id == bindparam("id"))
_ADD_ARTICLE = upsert(articles).on_conflict_do_nothing()
_ADD_VERSION = insert(versions)
_ADD_PASSAGES = insert(passages)
_ADD_TO_LEDGER = insert(ledger)
_ADD_TO_FTS = text("INSERT INTO passages_fts (rowid, title, body) VALUES (:rowid, :title, :body)")
_LAST_ROW = select(func.coalesce(func.max(passages.c.rowid), 0))
_LATEST_FIRST = select(
    versions.c.version, versions.c.status, versions.c.updated_at, versions.c.published_at,
    versions.c.ingested_at, versions.c.valid_from,
).where(versions.c.article_id == bindparam("id")).order_by(*latest_first(versions))  # fmt: skip
_VALID_SINCE = (
    update(versions)
    .where(versions.c.article_id == bindparam("article"), versions.c.version == bindparam("number"))
    .values(valid_from=bindparam("since"))
)
_unchanged = articles.c.status == bindparam("said")
_PUT_IN_FORCE = (
    update(articles)
    .where(articles.c.id == bindparam("article"), articles.c.status != PubStatus.CANCELED.value)
    .values(
        current_version=bindparam("number"),
        status=bindparam("said"),
        status_changed=case((_unchanged, articles.c.status_changed), else_=bindparam("now")),
    )
)


def store_version(connection: Connection, new: NewVersion, arrival: datetime) -> VersionKey | None:
    """Stores a version, its passages and its lexical index entries, pending in the ledger.

    Returns:
        Its key; None where it is known already, or its article was withdrawn.
    """
    if connection.execute(_OBSTACLE, {"id": new.article_id, "hash": new.content_hash}).first():
        return None
    newest = connection.scalar(_NEWEST, {"id": new.article_id})
    number, now = (newest or 0) + 1, whole_seconds(arrival)
    article = {
        "id": new.article_id, "status": new.status.value, "current_version": 0,
        "first_seen": now, "status_changed": now,
    }  # fmt: skip
    connection.execute(_ADD_ARTICLE, article)
    times = {k: seconds(v) for k, v in new.fields.items() if isinstance(v, datetime)}
    # Rounded up: an embargo is not over before it is over.
    times["embargoed_until"] = seconds(new.fields.get("embargoed_until"), up=True)
    version = new.fields | times | {
        "article_id": new.article_id, "version": number, "content_hash": new.content_hash,
        "body_hash": new.body_hash, "status": new.status.value, "valid_from": now,
        "ingested_at": now, "rank": rank(new.fields, number, arrival),
    }  # fmt: skip
    connection.execute(_ADD_VERSION, version)
    settle(connection, new.article_id, now)
    _store_passages(connection, new, number)
    link(connection, new.body_hash, new.fields["text"])
    key = {"article_id": new.article_id, "version": number, "state": "pending"}
    connection.execute(_ADD_TO_LEDGER, key)
    return new.article_id, number


def _store_passages(connection: Connection, new: NewVersion, number: int) -> None:
    owner = _article_hash(new.article_id)
    whole, title = new.fields["text"], new.fields["title"]
    # Nobody else writes during the transaction, so what SQLite would number them is known.
    last = connection.scalar(_LAST_ROW) or 0
    numbered = list(enumerate(new.passages, start=last + 1))
    if not numbered:
        return
    rows = [
        {
            "rowid": rowid, "id": passage_id(owner, number, ordinal),
            "article_id": new.article_id, "version": number, "ordinal": ordinal,
            "start": passage.start, "end": passage.end,
            "sentences": [list(s) for s in passage.sentences],
        }
        for ordinal, (rowid, passage) in enumerate(numbered)
    ]  # fmt: skip
    connection.execute(_ADD_PASSAGES, rows)
    bodies = [
        {"rowid": rowid, "title": title, "body": whole[passage.start : passage.end]}
        for rowid, passage in numbered
    ]
    connection.execute(_ADD_TO_FTS, bodies)


def settle(connection: Connection, article_id: str, now: int) -> None:
    """Puts the latest version in force, with its status, and says from when each was valid.

    A version says what the article says from its update on, but never before it was there; one
    that gives no time of its update from its arrival on. The earliest version of all is valid
    from its publication.
    """
    rows = connection.execute(_LATEST_FIRST, {"id": article_id}).all()
    if not rows:
        return
    for place, row in enumerate(rows, start=1):
        said = row.updated_at
        if said is None and place == len(rows):
            said = row.published_at
        valid_from = row.ingested_at if said is None else min(said, row.ingested_at)
        if valid_from != row.valid_from:
            mine = {"article": article_id, "number": row.version, "since": valid_from}
            connection.execute(_VALID_SINCE, mine)
    in_force = {"article": article_id, "number": rows[0].version, "said": rows[0].status}
    connection.execute(_PUT_IN_FORCE, in_force | {"now": now})


def _article_hash(article_id: str) -> str:
    """An article id as 16 hexadecimal digits, for ids that must be short and plain."""
    return hashlib.sha256(article_id.encode()).hexdigest()[:16]
