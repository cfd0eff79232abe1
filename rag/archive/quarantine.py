"""What could not be ingested, as the archive keeps it: its bytes, where it came from, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from rag import present
from rag.archive.cursors import LAST_NUMBER, decode_number, encode
from rag.archive.records import Quarantined, RowLike, moment, whole_seconds
from rag.archive.schema import quarantine
from rag.archive.transactions import writing
from rag.errors import NotFoundError

_A_PAGE = 1000
_LIST = "quarantine"
_LISTED = (
    quarantine.c.id, quarantine.c.job_id, quarantine.c.at, quarantine.c.place,
    quarantine.c.reason, quarantine.c.transient,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewQuarantined:
    """An item to be kept.

    Attributes:
        place: the file or address, and the place in it.
        reason: why it could not be ingested.
        raw: its bytes.
        transient: whether the same may succeed later.
        options: how it was to be read, as whoever reads it wrote it.
    """

    place: str
    reason: str
    raw: bytes
    transient: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """One page of what could not be ingested.

    Attributes:
        items: newest first.
        total: how many items there are in all.
        next_cursor: give it back for the next page; None on the last.
    """

    items: list[Quarantined]
    total: int
    next_cursor: str | None


def keep_items(engine: Engine, job_id: str, items: Sequence[NewQuarantined]) -> None:
    """Keeps items that could not be ingested, all or none.

    The same one again is kept once; how it is to be read is what was said last.
    """
    now = whole_seconds(present.now())
    rows = [
        {
            "job_id": job_id, "at": now, "place": item.place, "reason": item.reason,
            "raw": item.raw, "transient": item.transient, "options": item.options,
        }
        for item in items
    ]  # fmt: skip
    row = upsert(quarantine)
    row = row.on_conflict_do_update(
        index_elements=["place", "reason", "raw"], set_={"options": row.excluded.options}
    )
    with writing(engine) as connection:
        if rows:
            connection.execute(row, rows)


def quarantine_page(engine: Engine, cursor: str | None = None, limit: int = 50) -> QuarantinePage:
    """A page of the items that could not be ingested, without their bytes.

    Raises:
        UsageError: the cursor is not one that this listing gave.
    """
    query = select(*_LISTED).order_by(quarantine.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(quarantine.c.id < decode_number(cursor, _LIST))
    with engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(quarantine))
        rows = connection.execute(query).all()
    items = [_listed(row) for row in rows[:limit]]
    more = len(rows) > limit
    return QuarantinePage(items, total or 0, encode(str(items[-1].id), _LIST) if more else None)


def quarantined(engine: Engine) -> Iterator[Quarantined]:
    """Every item that could not be ingested, newest first, read page by page."""
    page = quarantine_page(engine, None, _A_PAGE)
    yield from page.items
    while page.next_cursor is not None:
        page = quarantine_page(engine, page.next_cursor, _A_PAGE)
        yield from page.items


def quarantined_bytes(engine: Engine, number: int) -> bytes:
    """One item as it was received.

    Raises:
        NotFoundError: there is no item of that number.
    """
    return content_of(engine, number).raw


def content_of(engine: Engine, number: int) -> NewQuarantined:
    """One item with all that was kept of it.

    Raises:
        NotFoundError: there is no item of that number.
    """
    query = select(
        quarantine.c.place, quarantine.c.reason, quarantine.c.raw, quarantine.c.transient,
        quarantine.c.options,
    ).where(quarantine.c.id == number)  # fmt: skip
    row = None
    if abs(number) <= LAST_NUMBER:
        with engine.connect() as connection:
            row = connection.execute(query).first()
    if row is None:
        raise NotFoundError(f"there is no item {number} in quarantine")
    return NewQuarantined(row.place, row.reason, bytes(row.raw), bool(row.transient), row.options)


def drop(engine: Engine, number: int) -> Quarantined:
    """Takes one item out of quarantine, with its bytes, and tells what it was.

    Raises:
        NotFoundError: there is no item of that number.
    """
    content_of(engine, number)
    with writing(engine) as connection:
        row = connection.execute(select(*_LISTED).where(quarantine.c.id == number)).one()
        connection.execute(_RELEASE, {"number": number})
    return _listed(row)


def _listed(row: RowLike) -> Quarantined:
    at = moment(row.at)
    return Quarantined(row.id, row.job_id, at, row.place, row.reason, bool(row.transient))


def release(engine: Engine, numbers: Sequence[int]) -> None:
    """Takes items out of quarantine."""
    with writing(engine) as connection:
        if numbers:
            wanted = [{"number": number} for number in numbers]
            connection.execute(_RELEASE, wanted)


_RELEASE = delete(quarantine).where(quarantine.c.id == bindparam("number"))
