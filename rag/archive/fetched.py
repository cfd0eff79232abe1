"""What was fetched before, so that a server can say that it has not changed since."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert as upsert

from rag.archive.schema import fetched
from rag.archive.transactions import writing


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server names a state of a document by (RFC 9110, section 8.8)."""

    etag: str | None
    last_modified: str | None


def validators(engine: Engine, url: str) -> Validators | None:
    """Those of the document when it was last ingested, if it was."""
    query = select(fetched.c.etag, fetched.c.last_modified).where(fetched.c.url == url)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else Validators(row.etag, row.last_modified)


def remember(engine: Engine, documents: Mapping[str, Validators]) -> None:
    """Notes the validators of documents, by their URL, whose articles are in the archive."""
    with writing(engine) as connection:
        for url, given in documents.items():
            said = {"etag": given.etag, "last_modified": given.last_modified}
            row = upsert(fetched).values(url=url, **said)
            connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=said))
