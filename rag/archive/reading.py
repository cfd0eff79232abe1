"""Reads passages and listings: lexical search, passages by id, and pages of articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Engine,
    and_,
    bindparam,
    case,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    tuple_,
)

from rag.archive.cursors import LAST_NUMBER, decode, encode, no_cursor
from rag.archive.finding import has_words
from rag.archive.prepared import Prepared, PreparedForView, among, listed, pairs_among
from rag.archive.ranking import latest_first
from rag.archive.records import StoredPassage, article_summary, listed_version, stored_passage
from rag.archive.schema import articles, passages, versions
from rag.archive.visibility import Visibility, open_at, visible
from rag.types import ArticleSummary, ArticleVersion, PubStatus

_fts = table("passages_fts", column("rowid"))
# A headline's words count double: it says what the whole article is about.
_BM25: ColumnElement[float] = literal_column("bm25(passages_fts, 2.0, 1.0)")

_PASSAGE_COLUMNS = (
    passages.c.rowid, passages.c.id, passages.c.article_id, passages.c.version, passages.c.start,
    passages.c.end, passages.c.sentences,
    func.substr(
        versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start
    ).label("text"),
    versions.c.title, versions.c.source, versions.c.url, versions.c.published_at,
    versions.c.updated_at, versions.c.language, versions.c.dateline,
)  # fmt: skip
_JOINED = passages.join(
    versions,
    and_(versions.c.article_id == passages.c.article_id, versions.c.version == passages.c.version),
).join(articles, articles.c.id == passages.c.article_id)


def lexical_search(engine: Engine, words: Sequence[str], view: Visibility, limit: int) -> list[str]:
    """Ids of the visible passages that BM25 ranks highest for any of `words`, best first.

    BM25 is SQLite FTS5's `bm25()` (k1 = 1.2, b = 0.75) over stemmed words of headline and body.
    """
    if not words:
        return []
    any_word = " OR ".join(f'"{word}"' for word in words)
    with engine.connect() as connection:
        found = _WITH_WORDS.run(connection, view, words=any_word, limit=limit)
        return list(found.scalars())


_MATCHING = text("passages_fts MATCH :words").bindparams(words="")
_WITH_WORDS = PreparedForView(
    lambda view: (
        select(passages.c.id)
        .select_from(_JOINED.join(_fts, _fts.c.rowid == passages.c.rowid))
        .where(_MATCHING, visible(view))
        .order_by(_BM25, passages.c.rowid)
        .limit(bindparam("limit", 0))
    )
)


def visible_passages(engine: Engine, ids: Sequence[str], view: Visibility) -> list[StoredPassage]:
    """The passages of `ids` that the question may see, in the order of `ids`."""
    with engine.connect() as connection:
        rows = _WITH_IDS.run(connection, view, ids=listed(ids)).all()
    found = {row.id: stored_passage(row) for row in rows}
    return [found[i] for i in ids if i in found]


_WITH_IDS = PreparedForView(
    lambda view: (
        select(*_PASSAGE_COLUMNS)
        .select_from(_JOINED)
        .where(passages.c.id.in_(among("ids")), visible(view))
    )
)


def passages_of(engine: Engine, article_id: str, version: int) -> list[StoredPassage]:
    """All passages of one version in reading order, whatever the article's status."""
    return passages_of_versions(engine, [(article_id, version)])


def passages_of_versions(engine: Engine, keys: Sequence[tuple[str, int]]) -> list[StoredPassage]:
    """All passages of several versions, in the order of the versions and of reading."""
    found: dict[tuple[str, int], list[StoredPassage]] = {key: [] for key in keys}
    with engine.connect() as connection:
        for row in _OF_VERSIONS.run(connection, keys=listed(keys)):
            found[row.article_id, row.version].append(stored_passage(row))
    return [passage for each in found.values() for passage in each]


_OF_VERSIONS = Prepared(
    select(*_PASSAGE_COLUMNS)
    .select_from(_JOINED)
    .where(tuple_(passages.c.article_id, passages.c.version).in_(pairs_among("keys")))
    .order_by(passages.c.ordinal)
)


def texts_of_versions(engine: Engine, keys: Sequence[tuple[str, int]]) -> list[str]:
    """The whole texts of stored versions, in their order."""
    with engine.connect() as connection:
        rows = _TEXTS.run(connection, keys=listed(keys)).all()
    found = {(row.article_id, row.version): row.text for row in rows}
    return [found[key] for key in keys]


_TEXTS = Prepared(
    select(versions.c.article_id, versions.c.version, versions.c.text).where(
        tuple_(versions.c.article_id, versions.c.version).in_(pairs_among("keys"))
    )
)


def shown_versions(engine: Engine, article_id: str, now: datetime) -> list[ArticleVersion]:
    """The versions of an article that may be shown, oldest first, if the one in force may be."""
    query = (
        select(*_LISTED_COLUMNS)
        .select_from(_VERSIONS_OF)
        .where(articles.c.id == article_id, open_at(now))
        .order_by(*latest_first(versions))
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [listed_version(row) for row in reversed(rows)]


_LISTED_COLUMNS = (
    versions.c.version, versions.c.title, versions.c.correction, versions.c.ingested_at,
    func.coalesce(
        versions.c.updated_at, versions.c.published_at, versions.c.ingested_at
    ).label("at"),
    (versions.c.version == articles.c.current_version).label("current"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of a listing.

    Attributes:
        articles: newest first; undated ones last.
        total: how many articles the whole listing has.
        next_cursor: give it back for the next page; None on the last.
    """

    articles: list[ArticleSummary]
    total: int
    next_cursor: str | None


def list_articles(
    engine: Engine,
    view: Visibility,
    *,
    status: PubStatus | None = None,
    find: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> ArticlePage:
    """A page of the articles that a question may see or, with `status`, of those in that status.

    With `find` only those that have its words (`has_words`); of what may not be seen nobody is
    told which words it has.

    The pages of one listing are in the order that there was at its first: an article that came in
    since is left out, and one whose date was changed since stays where it stood.

    Raises:
        UsageError: the cursor is not one that this listing gave.
    """
    find = find.strip()
    of = _listing(view, status or PubStatus.USABLE, find)
    if status is None or status is PubStatus.USABLE:
        condition = and_(visible(view), has_words(find)) if find else visible(view)
    elif find:
        condition = false()
    else:
        condition = and_(
            articles.c.status == status.value, versions.c.version == articles.c.current_version
        )
    day = _day().label("day")
    counted = select(func.count()).select_from(versions)
    counted = counted.where(versions.c.article_id == articles.c.id).correlate(articles)
    query = (
        select(
            articles.c.id, versions.c.version, articles.c.status, versions.c.title,
            versions.c.source, versions.c.url, versions.c.language, versions.c.published_at,
            versions.c.updated_at, counted.scalar_subquery().label("versions"), day,
        )
        .select_from(_VERSIONS_OF)
        .where(condition)
    )  # fmt: skip
    with engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(_VERSIONS_OF).where(condition))
        if cursor is None:
            since = connection.scalar(_LAST_ARRIVAL)
        else:
            since, last_day, last_id = _decode(cursor, of)
            query = query.where(or_(day < last_day, and_(day == last_day, articles.c.id > last_id)))
        query = query.order_by(day.desc(), articles.c.id).limit(limit + 1)
        rows = connection.execute(query, {"since": since}).all()
    found = [article_summary(row) for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode(f"{since} {last.day} {last.id}", of)
    return ArticlePage(found, total or 0, following)


_UNDATED = -(2**62)
_VERSIONS_OF = articles.join(versions, versions.c.article_id == articles.c.id)

# No version is ever deleted, so rowids are in the order of arrival and without gaps: VACUUM, which
# a backup is made by and which may number rows anew, finds nothing to number otherwise.
_ARRIVAL: ColumnElement[int] = literal_column("versions.rowid")
_LAST_ARRIVAL = select(func.coalesce(func.max(_ARRIVAL), 0)).select_from(versions)


def _day() -> ColumnElement[int]:
    """The day that an article is listed under: by what had arrived when the listing began.

    NULL for an article of which nothing had.
    """
    arrived = versions.alias("arrived")
    since: BindParameter[int] = bindparam("since", 0)
    of_then = (
        select(func.coalesce(arrived.c.published_at, _UNDATED))
        .where(arrived.c.article_id == articles.c.id, literal_column("arrived.rowid") <= since)
        .order_by(*latest_first(arrived))
        .limit(1)
        .correlate(articles)
        .scalar_subquery()
    )
    own_day = func.coalesce(versions.c.published_at, _UNDATED)
    return case((since >= _ARRIVAL, own_day), else_=of_then)


def _listing(view: Visibility, status: PubStatus, find: str) -> str:
    """Which listing it is, for its cursors."""
    return f"articles {status.value} {view.as_of} {view.filters.model_dump_json()} {find}"


def _decode(cursor: str, of: str) -> tuple[int, int, str]:
    """When the listing began, and the day and the id of the last article so far."""
    since, _, rest = decode(cursor, of).partition(" ")
    day, _, article_id = rest.partition(" ")
    try:
        position = int(since), int(day), article_id
    except ValueError as error:
        raise no_cursor() from error
    if not 0 <= position[0] <= LAST_NUMBER or abs(position[1]) > -_UNDATED or not article_id:
        raise no_cursor()
    return position
