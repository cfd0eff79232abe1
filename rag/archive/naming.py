"""Which articles name certain things, by the lexical index."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, and_, column, select, text

from rag.archive.prepared import PreparedForView, listed
from rag.archive.records import moment
from rag.archive.schema import articles, versions
from rag.archive.visibility import Visibility, visible

# A name may stand in any passage. `CROSS JOIN` has SQLite take the names first: it can look up no
# name that it does not know yet.
_NAMING = (
    text("""
        SELECT p.article_id, p.version FROM json_each(:names) AS name
        CROSS JOIN passages_fts ON passages_fts MATCH name.value
        JOIN passages AS p ON p.rowid = passages_fts.rowid
        GROUP BY p.article_id, p.version
        HAVING count(DISTINCT name.value) = json_array_length(:names)
    """)
    .bindparams(names="[]")
    .columns(column("article_id"), column("version"))
    .subquery("naming")
)
_PUBLISHED = PreparedForView(
    lambda view: (
        select(versions.c.article_id, versions.c.published_at)
        .select_from(_NAMING)
        .join(
            versions,
            and_(
                versions.c.article_id == _NAMING.c.article_id,
                versions.c.version == _NAMING.c.version,
            ),
        )
        .join(articles, articles.c.id == versions.c.article_id)
        .where(visible(view))
    )
)


def articles_naming(
    engine: Engine, names: Sequence[str], view: Visibility
) -> dict[str, datetime | None]:
    """When the visible articles that have all the names were published, by the article's id.

    Headline and text count, the words by their stems; of several versions the visible one.

    Args:
        names: words, at least one.
    """
    quoted = [f'"{name}"' for name in names]
    with engine.connect() as connection:
        rows = _PUBLISHED.run(connection, view, names=listed(quoted))
        return {row.article_id: moment(row.published_at) for row in rows}
