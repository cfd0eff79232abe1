"""The keys that a server knows: those of its settings and those that the archive keeps."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from rag.api_keys import KeyHash, hash_of, id_of, same
from rag.archive.keys import USE_NOTED_EVERY_S, has_keys, known_key, note_use
from rag.audit import AuditLog
from rag.errors import StorageError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """A key that is known, or was until it was revoked."""

    key: KeyHash
    revoked: bool = False


class KeyRing:
    """Recognises keys. Safe to use from several threads.

    The archive is asked each time, so that a key is known as soon as it is made and unknown as
    soon as it is revoked, whichever process did that.

    Args:
        configured: the keys of the settings.
        archive: the archive's database.
        audit: where it is recorded, once in a while, that a revoked key is still used.
    """

    def __init__(self, configured: Sequence[KeyHash], archive: Engine, audit: AuditLog) -> None:
        self._configured = configured
        self._archive = archive
        self._closed = bool(configured)
        self._audit = audit
        self._noted: dict[str, int] = {}

    def closed(self) -> bool:
        """Whether a key is needed, which is so from the moment that there is one, for good."""
        self._closed = self._closed or has_keys(self._archive)
        return self._closed

    def find(self, key: str) -> Found | None:
        """What is known of a key; None if it is unknown."""
        digest = hash_of(key)
        known = [kept for kept in self._configured if same(kept.sha256, digest)]
        if known:
            return Found(known[0])
        key_id = id_of(key)
        record = known_key(self._archive, key_id) if key_id else None
        if record is None or not same(record.hash.sha256, digest):
            return None
        if record.revoked is not None:
            self._record_revoked(record.hash)
            return Found(record.hash, revoked=True)
        self._note(record.hash.id)
        return Found(record.hash)

    def _record_revoked(self, key: KeyHash) -> None:
        """Puts into the audit log that somebody still has a key that was revoked."""
        if self._hour(f"{key.id} revoked") is None:
            return
        try:
            self._audit.record("revoked key used", id=key.id, name=key.name)
        except StorageError as error:
            log.error("the use of a revoked key is missing in the audit log", why=str(error))

    def _note(self, key_id: str) -> None:
        """Has the use noted, in a thread: nobody waits for a writer."""
        now = self._hour(key_id)
        if now is not None:
            threading.Thread(target=self._write, args=(key_id, now), daemon=True).start()

    def _hour(self, noted: str) -> int | None:
        """The hour, in seconds since 1970, if this was not noted in it; now it is."""
        now = int(time.time())
        now -= now % USE_NOTED_EVERY_S
        if self._noted.get(noted) == now:
            return None
        self._noted[noted] = now
        return now

    def _write(self, key_id: str, at: int) -> None:
        try:
            note_use(self._archive, key_id, at)
        except SQLAlchemyError as error:
            log.warning("the use of a key was not noted", key_id=key_id, reason=str(error))
