"""What the archive knows of many articles at once: how deliveries are recognised."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from rag.archive.schema import articles, versions
from rag.types import PubStatus


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """What is stored of a content that has come before."""

    number: int
    status: PubStatus


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that the archive knows.

    Attributes:
        status: what its publisher allows.
        versions: each version by the hash of its content.
    """

    status: PubStatus
    versions: dict[str, KnownVersion] = field(default_factory=dict)


def known_articles(engine: Engine, ids: Iterable[str]) -> dict[str, KnownArticle]:
    """Those of at most some hundred articles that the archive knows, in two queries."""
    wanted = list(ids)
    about = select(articles.c.id, articles.c.status)
    contents = select(
        versions.c.article_id, versions.c.version, versions.c.content_hash, versions.c.status
    )
    with engine.connect() as connection:
        found = {
            row.id: KnownArticle(PubStatus(row.status))
            for row in connection.execute(about.where(articles.c.id.in_(wanted)))
        }
        for row in connection.execute(contents.where(versions.c.article_id.in_(list(found)))):
            stored = KnownVersion(row.version, PubStatus(row.status))
            found[row.article_id].versions[row.content_hash] = stored
    return found
