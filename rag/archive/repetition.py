"""Which articles have the very same line: asked of the lexical index, so that nothing is kept."""

from sqlalchemy import Engine, and_, bindparam, column, func, select, table, text

from rag.archive.schema import articles, passages, versions
from rag.types import PubStatus
from rag.words import content_words

_fts = table("passages_fts", column("rowid"))
_ASKED = 6  # words of a line that are looked up, the longest, which are rare; then all is compared

_BODY = func.substr(versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start)

_IN_FORCE = (
    passages.join(_fts, _fts.c.rowid == passages.c.rowid)
    .join(
        versions,
        and_(
            versions.c.article_id == passages.c.article_id,
            versions.c.version == passages.c.version,
        ),
    )
    .join(
        articles,
        and_(
            articles.c.id == versions.c.article_id,
            articles.c.current_version == versions.c.version,
        ),
    )
)
# Built once: a question asks it of many lines.
_MAY_HAVE_IT = (
    select(versions.c.title, _BODY.label("body"))
    .select_from(_IN_FORCE)
    .where(
        text("passages_fts MATCH :words"),
        articles.c.status == PubStatus.USABLE.value,
        versions.c.source.is_not_distinct_from(bindparam("source")),
    )
    .limit(bindparam("limit"))
)


def headlines_over(engine: Engine, line: str, source: str | None, limit: int) -> list[str]:
    """The headlines of a source's articles, in force and usable, that have this line, each once.

    Args:
        engine: the archive's database.
        line: a whole line of a stored text.
        source: the articles' publisher.
        limit: at most this many passages that may have the line are looked at.
    """
    asked = sorted(content_words(line), key=len, reverse=True)[:_ASKED]
    if not asked:
        return []
    all_words = " AND ".join(f'"{word}"' for word in asked)
    with engine.connect() as connection:
        wanted = {"words": f"body : ({all_words})", "source": source, "limit": limit}
        rows = connection.execute(_MAY_HAVE_IT, wanted)
        return list(dict.fromkeys(r.title for r in rows if line in r.body.splitlines()))
