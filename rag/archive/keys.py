"""API keys as the archive keeps them: hashes, scopes, and when each was last used."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select, update

from rag.api_keys import KeyHash, Scope, in_order
from rag.archive.records import RowLike, moment
from rag.archive.schema import api_keys
from rag.archive.transactions import writing
from rag.errors import NotFoundError, UsageError

USE_NOTED_EVERY_S = 3600
"""How coarsely it is known when a key was last used: a write at each request would be too much."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as lists show it. Times are in UTC; `used` is as coarse as `USE_NOTED_EVERY_S`."""

    hash: KeyHash
    created: datetime
    used: datetime | None
    revoked: datetime | None


def add_key(engine: Engine, key: KeyHash, record: Callable[[], None]) -> None:
    """Keeps a new key.

    Args:
        engine: the archive's.
        key: its hash.
        record: puts it into the audit log; called when nothing stands in the key's way any more,
            and before it is kept. What it raises keeps the key out.

    Raises:
        UsageError: there is one of that name that is not revoked; nothing is recorded.
    """
    taken = select(api_keys.c.id).where(api_keys.c.name == key.name, api_keys.c.revoked.is_(None))
    row = insert(api_keys).values(
        id=key.id, name=key.name, scopes=in_order(key.scopes), sha256=key.sha256,
        created=int(time.time()),
    )  # fmt: skip
    with writing(engine) as connection:
        if connection.scalar(taken) is not None:
            raise UsageError(
                f"there is a key {key.name!r} already; choose another name, or revoke that one"
            )
        record()
        connection.execute(row)


def list_keys(engine: Engine) -> list[KeyRecord]:
    """Every key there ever was, the oldest first."""
    query = select(api_keys).order_by(api_keys.c.created, api_keys.c.id)
    with engine.connect() as connection:
        return [_record(row) for row in connection.execute(query)]


def has_keys(engine: Engine) -> bool:
    """Whether there ever was a key, revoked ones included: to revoke the last opens no door."""
    with engine.connect() as connection:
        return connection.scalar(select(api_keys.c.id).limit(1)) is not None


def known_key(engine: Engine, key_id: str) -> KeyRecord | None:
    """The key of that public id, revoked or not, if there is one."""
    query = select(api_keys).where(api_keys.c.id == key_id)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else _record(row)


def note_use(engine: Engine, key_id: str, at: int) -> None:
    """Notes that a key was used, at this many seconds since 1970."""
    change = update(api_keys).where(api_keys.c.id == key_id).values(used=at)
    with writing(engine) as connection:
        connection.execute(change)


def revoke_key(engine: Engine, name_or_id: str) -> KeyHash:
    """Revokes a key for good; of a name that two have, as a restore can bring about, both.

    Raises:
        NotFoundError: no key of that name or id is in force.
    """
    wanted = ((api_keys.c.id == name_or_id) | (api_keys.c.name == name_or_id)) & (
        api_keys.c.revoked.is_(None)
    )
    with writing(engine) as connection:
        row = connection.execute(select(api_keys).where(wanted)).first()
        if row is None:
            raise NotFoundError(
                f"no key {name_or_id!r} is in force here; see newscite keys list. One that stands "
                "in NEWSCITE_API_KEYS is revoked by taking it out there and starting anew"
            )
        connection.execute(update(api_keys).where(wanted).values(revoked=int(time.time())))
    return _record(row).hash


def take_over_keys(engine: Engine, keys: Iterable[KeyRecord]) -> None:
    """Keeps these keys as they are; one that is known already becomes as it is among them."""
    rows = [
        {
            "id": key.hash.id, "name": key.hash.name, "scopes": in_order(key.hash.scopes),
            "sha256": key.hash.sha256, "created": int(key.created.timestamp()),
            "used": int(key.used.timestamp()) if key.used else None,
            "revoked": int(key.revoked.timestamp()) if key.revoked else None,
        }
        for key in keys
    ]  # fmt: skip
    if rows:
        with writing(engine) as connection:
            connection.execute(insert(api_keys).prefix_with("OR REPLACE"), rows)


def _record(row: RowLike) -> KeyRecord:
    data = row._mapping
    scopes: list[Scope] = data["scopes"]
    return KeyRecord(
        KeyHash(data["id"], data["name"], frozenset(scopes), data["sha256"]),
        created=datetime.fromtimestamp(data["created"], UTC),
        used=moment(data["used"]),
        revoked=moment(data["revoked"]),
    )
