"""What the archive knows of many articles at once: how deliveries are recognised."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from rag.archive.schema import articles, versions
from rag.types import PubStatus


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that the archive knows.

    Attributes:
        status: what its publisher allows.
        current_version: the number of the version in force; 0: none has come yet.
        versions: the number of each version by the hash of its content.
    """

    status: PubStatus
    current_version: int
    versions: dict[str, int] = field(default_factory=dict)


def known_articles(engine: Engine, ids: Iterable[str]) -> dict[str, KnownArticle]:
    """Those of at most some hundred articles that the archive knows, in two queries."""
    wanted = list(ids)
    about = select(articles.c.id, articles.c.status, articles.c.current_version)
    contents = select(versions.c.article_id, versions.c.version, versions.c.content_hash)
    with engine.connect() as connection:
        found = {
            row.id: KnownArticle(PubStatus(row.status), row.current_version)
            for row in connection.execute(about.where(articles.c.id.in_(wanted)))
        }
        for row in connection.execute(contents.where(versions.c.article_id.in_(list(found)))):
            found[row.article_id].versions[row.content_hash] = row.version
    return found
