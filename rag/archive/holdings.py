"""What a reader may know of the archive as a whole: how much of what, from whom, from when."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Engine, func, select

from rag.archive.records import RowLike, moment
from rag.archive.schema import articles, versions
from rag.archive.visibility import Visibility, visible
from rag.types import Moment

_VERSIONS_OF = articles.join(versions, versions.c.article_id == articles.c.id)


class Held(BaseModel):
    """Some articles: how many, and when the first and the last of them were published."""

    articles: int = Field(ge=0)
    first: Moment | None = Field(description="The earliest publication; null: none has a date.")
    last: Moment | None = Field(description="The latest publication.")


class SourceHeld(Held):
    """The articles of one publisher, whose name is written as it mostly is."""

    name: str | None = Field(description="Null: of the articles that name no publisher.")


class LanguageHeld(BaseModel):
    """The articles in one language."""

    language: str | None = Field(description="Null: of the articles that tell no language.")
    articles: int = Field(ge=1)


class Holdings(Held):
    """The articles that a question may see; publishers and languages with most articles first."""

    sources: list[SourceHeld]
    languages: list[LanguageHeld]


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
