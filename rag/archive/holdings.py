"""What a reader may know of the archive as a whole: how much of what, from whom, from when."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, func, select

from rag.archive.records import RowLike, moment
from rag.archive.schema import articles, versions
from rag.archive.visibility import Visibility, visible
from rag.states import Holdings, LanguageHeld, SourceHeld

_VERSIONS_OF = articles.join(versions, versions.c.article_id == articles.c.id)


def holdings(engine: Engine, view: Visibility) -> Holdings:
    """What there is to be seen, by publisher, as filters tell them apart, and by language."""
    query = (
        select(
            versions.c.source, versions.c.language, func.count().label("articles"),
            func.min(versions.c.published_at).label("first"),
            func.max(versions.c.published_at).label("last"),
        )
        .select_from(_VERSIONS_OF)
        .where(visible(view))
        .group_by(versions.c.source, versions.c.language)
    )  # fmt: skip
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    by_source: dict[str | None, list[RowLike]] = {}
    languages: Counter[str | None] = Counter()
    for row in rows:
        by_source.setdefault(row.source and row.source.casefold(), []).append(row)
        languages[row.language] += row.articles
    sources = [SourceHeld(name=_name(found), **_held(found)) for found in by_source.values()]
    return Holdings(
        **_held(rows),
        sources=sorted(sources, key=lambda each: (-each.articles, each.name or "")),
        languages=[
            LanguageHeld(language=language, articles=number)
            for language, number in sorted(
                languages.items(), key=lambda each: (-each[1], each[0] or "")
            )
        ],
    )


def _held(rows: Sequence[RowLike]) -> dict[str, Any]:
    dated = [row for row in rows if row.first is not None]
    return {
        "articles": sum(row.articles for row in rows),
        "first": moment(min((row.first for row in dated), default=None)),
        "last": moment(max((row.last for row in dated), default=None)),
    }


def _name(rows: Sequence[RowLike]) -> str | None:
    """The publisher's name in its commonest spelling; of equally common ones the first."""
    spellings: Counter[str | None] = Counter()
    for row in sorted(rows, key=lambda row: row.source or ""):
        spellings[row.source] += row.articles
    return spellings.most_common(1)[0][0]
