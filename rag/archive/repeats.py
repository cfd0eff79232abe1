"""Responses that are kept for a day under the key of their request, to be given again."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from rag.archive.schema import kept_responses as kept
from rag.archive.transactions import writing

KEPT_S = 24 * 3600
_MOST = 10_000
_MOST_BYTES = 100_000_000

_HELD = select(func.count(), func.coalesce(func.sum(kept.c.size), 0))


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response, and the SHA-256 of the request that it was given to."""

    request: str
    status: int
    headers: dict[str, str]
    body: bytes


def kept_response(engine: Engine, key: str, now: int) -> KeptResponse | None:
    """What was kept under a key in the last day, if anything was; `now` in seconds since 1970."""
    query = select(kept).where(kept.c.key == key, kept.c.at > now - KEPT_S)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else KeptResponse(row.request, row.status, row.headers, row.body)


def keep_response(engine: Engine, key: str, response: KeptResponse, now: int) -> None:
    """Keeps a response under a key, and drops what is older than a day, or too much.

    There are 10,000 at most, and of 100 MB together; where there are more, the newest nine tenths
    of that stay, so that few responses in a thousand wait for the ranking of all of them.
    """
    values = {
        "request": response.request, "status": response.status, "headers": response.headers,
        "body": response.body, "at": now, "size": len(response.body),
    }  # fmt: skip
    row = insert(kept).values(key=key, **values)
    with writing(engine) as connection:
        connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=values))
        connection.execute(delete(kept).where(kept.c.at <= now - KEPT_S))
        number, size = connection.execute(_HELD).one()
        if number > _MOST or size > _MOST_BYTES:
            _drop_the_oldest(connection)


def _drop_the_oldest(connection: Connection) -> None:
    order = (kept.c.at.desc(), kept.c.key)
    ranked = select(
        kept.c.key,
        func.row_number().over(order_by=order).label("place"),
        func.sum(kept.c.size).over(order_by=order).label("size"),
    ).subquery()
    too_many = or_(ranked.c.place > 0.9 * _MOST, ranked.c.size > 0.9 * _MOST_BYTES)
    old = select(ranked.c.key).where(too_many)
    connection.execute(delete(kept).where(kept.c.key.in_(old)))
