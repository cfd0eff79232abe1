"""Writes articles, versions, passages and the ledger, and reads articles back.

Every write is one transaction over all the tables it touches, the lexical index included. The
caller serialises writes; reads may go on at any time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from rag import present
from rag.archive.database import open_database
from rag.archive.integrity import body_hash
from rag.archive.prepared import Prepared
from rag.archive.ranking import latest_first
from rag.archive.records import NewVersion, VersionKey, stored_article, whole_seconds
from rag.archive.schema import articles, ledger, meta, passages, versions
from rag.archive.showing import hidden_because
from rag.archive.storing import settle, store_version
from rag.archive.transactions import writing
from rag.errors import CorruptCorpusError, NotFoundError
from rag.types import PubStatus, StoredArticle

State = Literal["pending", "indexed", "removing"]

_DROP_FROM_FTS = text(
    "DELETE FROM passages_fts WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = :id)"
)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What an article's publisher corrected, in its own words: up to a version, and after it."""

    until: str | None
    since: str | None


class Archive:
    """The relational store at `url` (sqlite:///PATH), created and migrated as needed.

    Raises:
        ConfigurationError, CorruptCorpusError: see `open_database`.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)

    def close(self) -> None:
        """Gives the database's files back."""
        self.engine.dispose()

    # -- what is known of an article -------------------------------------------------------

    def status(self, article_id: str) -> PubStatus | None:
        """The article's status, or None when it is not known at all."""
        with self.engine.connect() as connection:
            found = connection.scalar(select(articles.c.status).where(articles.c.id == article_id))
        return None if found is None else PubStatus(found)

    def copies(self, article_id: str) -> list[str]:
        """Ids of other usable articles whose current text is a copy of this one's, or near it."""
        query = text(
            "SELECT DISTINCT a.id FROM articles own "
            "JOIN versions v ON v.article_id = own.id AND v.version = own.current_version "
            "JOIN texts t ON t.body_hash = v.body_hash "
            "JOIN text_copies c ON c.text_id = t.id "
            "JOIN texts other ON other.id = c.copy_id "
            "JOIN versions w ON w.body_hash = other.body_hash "
            "JOIN articles a ON a.id = w.article_id AND a.current_version = w.version "
            "WHERE own.id = :id AND a.id <> :id AND a.status = 'usable' ORDER BY a.first_seen, a.id"
        )
        with self.engine.connect() as connection:
            return list(connection.scalars(query, {"id": article_id}))

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """One version of an article, the current one by default, whatever its status.

        Raises:
            NotFoundError: the archive has no such article or version.
            CorruptCorpusError: its text is not the one that was stored.
        """
        with self.engine.connect() as connection:
            if version is None:
                row = _IN_FORCE.run(connection, id=article_id).first()
            else:
                row = _VERSION.run(connection, id=article_id, version=version).first()
        if row is None:
            which = "" if version is None else f" version {version} of"
            raise NotFoundError(f"the archive has no{which} article {article_id!r}")
        if body_hash(row.text) != row.body_hash:
            raise CorruptCorpusError(
                f"the text of {article_id!r} version {row.version} is not the one that was stored "
                f"in {self.engine.url.database}: the disk altered it; put back a backup with "
                "newscite restore"
            )
        return stored_article(row)

    def history(self, article_id: str) -> list[StoredArticle]:
        """Every version of an article, oldest first.

        Raises:
            NotFoundError: the archive has no such article.
        """
        query = _ARTICLE.where(articles.c.id == article_id).order_by(versions.c.version)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise NotFoundError(f"the archive has no article {article_id!r}")
        return [stored_article(row) for row in rows]

    def corrections(self, article_id: str, version: int) -> Corrections:
        """What was corrected in an article up to a version, and since; the latest word on each.

        What is withheld, under embargo or expired tells nothing.
        """
        with self.engine.connect() as connection:
            rows = _TELLING.run(connection, id=article_id, version=version).all()
        latest = [stored_article(row) for row in rows]
        place = next((at for at, one in enumerate(latest) if one.version == version), len(latest))
        now = present.now()
        told = [one.correction if hidden_because(one, now) is None else None for one in latest]
        until = next((said for said in told[place:] if said), None)
        since = next((said for said in told[:place] if said and said != until), None)
        return Corrections(until, since)

    # -- writing ---------------------------------------------------------------------------

    def store(self, batch: Sequence[NewVersion]) -> list[VersionKey | None]:
        """Stores new versions, passages and lexical index entries in one transaction.

        A version that ranks below the one in force (see `rag.archive.ranking`) joins the history
        and does not replace it. The ledger holds each as pending until its vectors are written.

        Returns:
            The stored versions' keys, in the batch's order; None for one that meanwhile became
            known or was withdrawn.
        """
        arrival = present.now()
        with writing(self.engine) as connection:
            return [store_version(connection, new, arrival) for new in batch]

    def set_status(self, article_id: str, status: PubStatus, version: int | None = None) -> None:
        """Changes what the publisher allows of a version, by default of the one in force.

        What is withdrawn stays so; a withdrawal goes through `withdraw`.
        """
        in_force = select(articles.c.current_version).where(articles.c.id == article_id)
        number = in_force.scalar_subquery() if version is None else version
        mine = versions.c.article_id == article_id, versions.c.version == number
        with writing(self.engine) as connection:
            connection.execute(update(versions).where(*mine).values(status=status.value))
            settle(connection, article_id, whole_seconds(present.now()))

    def withdraw(self, article_id: str) -> list[VersionKey]:
        """Withdraws an article for good; one that is not known yet is barred from coming.

        Returns:
            The versions whose vectors are now to be deleted; the ledger holds them too.
        """
        now = whole_seconds(present.now())
        canceled = {"status": PubStatus.CANCELED.value, "status_changed": now}
        with writing(self.engine) as connection:
            tombstone = upsert(articles).values(
                id=article_id, current_version=0, first_seen=now, **canceled
            )
            connection.execute(
                tombstone.on_conflict_do_update(index_elements=["id"], set_=canceled)
            )
            connection.execute(_DROP_FROM_FTS, {"id": article_id})
            mine = ledger.c.article_id == article_id
            connection.execute(update(ledger).where(mine).values(state="removing"))
            return _keys(connection, mine)

    # -- the ledger and the archive's own notes --------------------------------------------

    def in_state(self, state: State) -> list[VersionKey]:
        """The versions that the ledger holds in `state`."""
        with self.engine.connect() as connection:
            return _keys(connection, ledger.c.state == state)

    def searchable(self) -> list[VersionKey]:
        """Every version of every article that is not withdrawn."""
        with self.engine.connect() as connection:
            return _keys(connection, ledger.c.state != "removing")

    def indexed_passages(self) -> dict[str, VersionKey]:
        """The id of every passage that belongs into the vector index, and its version."""
        with self.engine.connect() as connection:
            return {row.id: (row.article_id, row.version) for row in connection.execute(_INDEXED)}

    def count_indexed(self) -> int:
        """How many passages belong into the vector index."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(_INDEXED.subquery())) or 0

    def some_indexed(self, number: int) -> list[str]:
        """The first, the last and others between of the passages that belong into the index.

        At most `number` of them, which is at least two.
        """
        last = max(self.count_indexed() - 1, 0)
        places = sorted({last * at // (number - 1) for at in range(number)})
        with self.engine.connect() as connection:
            rows = (connection.execute(_INDEXED.limit(1).offset(place)).first() for place in places)
            return [row.id for row in rows if row is not None]

    def versions_of(self, passage_ids: Sequence[str]) -> list[VersionKey]:
        """The versions that these passages belong to, each once."""
        found: dict[VersionKey, None] = {}
        with self.engine.connect() as connection:
            for wanted in passage_ids:
                row = connection.execute(
                    select(passages.c.article_id, passages.c.version).where(passages.c.id == wanted)
                ).one()
                found[row[0], row[1]] = None
        return list(found)

    def mark(self, keys: Iterable[VersionKey], state: State) -> None:
        """Moves versions to `state`."""
        marks = [{"article": key[0], "number": key[1], "now": state} for key in keys]
        if marks:
            with writing(self.engine) as connection:
                connection.execute(_MARK, marks)

    def forget(self, keys: Iterable[VersionKey]) -> None:
        """Drops versions from the ledger: nothing of them is in the vector index any more."""
        with writing(self.engine) as connection:
            for article_id, number in keys:
                connection.execute(
                    delete(ledger).where(
                        ledger.c.article_id == article_id, ledger.c.version == number
                    )
                )

    def note(self, key: str) -> str | None:
        """One of the archive's notes about itself, such as the collection in use."""
        with self.engine.connect() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def drop_note(self, key: str) -> None:
        """Forgets a note."""
        with writing(self.engine) as connection:
            connection.execute(delete(meta).where(meta.c.key == key))

    def set_note(self, key: str, value: str) -> None:
        """Writes a note."""
        row = upsert(meta).values(key=key, value=value)
        with writing(self.engine) as connection:
            connection.execute(
                row.on_conflict_do_update(index_elements=["key"], set_={"value": value})
            )


_MARK = (
    update(ledger)
    .where(ledger.c.article_id == bindparam("article"), ledger.c.version == bindparam("number"))
    .values(state=bindparam("now"))
)
# The ledger names the versions of the articles that are not withdrawn.
_INDEXED = (
    select(passages.c.id, passages.c.article_id, passages.c.version)
    .join(
        ledger,
        and_(ledger.c.article_id == passages.c.article_id, ledger.c.version == passages.c.version),
    )
    .where(ledger.c.state != "removing")
    .order_by(passages.c.rowid)
)

# What may be done with a version: no more than with its article as it stands now.
_STATUS = case((articles.c.status == PubStatus.USABLE.value, versions.c.status),
               else_=articles.c.status).label("status")  # fmt: skip

_ARTICLE = select(
    versions.c.article_id, versions.c.version, _STATUS, versions.c.title,
    versions.c.text, versions.c.source, versions.c.url, versions.c.authors,
    versions.c.published_at, versions.c.updated_at, versions.c.language, versions.c.section,
    versions.c.subjects, versions.c.dateline, versions.c.provider, versions.c.embargoed_until,
    versions.c.expires_at, versions.c.usage_terms, versions.c.correction, versions.c.extra,
    versions.c.ingested_at, versions.c.body_hash, articles.c.current_version,
).join_from(articles, versions, versions.c.article_id == articles.c.id)  # fmt: skip
_OF_ID = _ARTICLE.where(articles.c.id == bindparam("id", ""))
_IN_FORCE = Prepared(_OF_ID.where(versions.c.version == articles.c.current_version))
_VERSION = Prepared(_OF_ID.where(versions.c.version == bindparam("version", 0)))
_TELLING = Prepared(
    _OF_ID.where(
        or_(versions.c.correction.is_not(None), versions.c.version == bindparam("version", 0))
    ).order_by(*latest_first(versions))
)


def _keys(connection: Connection, condition: object) -> list[VersionKey]:
    query = select(ledger.c.article_id, ledger.c.version).where(condition)  # type: ignore[arg-type]
    return [(row[0], row[1]) for row in connection.execute(query.order_by(*ledger.primary_key))]
