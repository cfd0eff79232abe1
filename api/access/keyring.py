"""The keys that a server knows: those of its settings and those that the archive keeps."""

import threading
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from rag.api_keys import KeyHash, hash_of, id_of, same
from rag.archive.keys import USE_NOTED_EVERY_S, has_keys, live_key, note_use

log = structlog.get_logger()


class KeyRing:
    """Recognises keys. Safe to use from several threads.

    The archive is asked each time, so that a key is known as soon as it is made and unknown as
    soon as it is revoked, whichever process did that.

    Args:
        configured: the keys of the settings.
        archive: the archive's database.
    """

    def __init__(self, configured: Sequence[KeyHash], archive: Engine) -> None:
        self._configured = configured
        self._archive = archive
        self._closed = bool(configured)
        self._noted: dict[str, int] = {}

    def closed(self) -> bool:
        """Whether a key is needed, which is so from the moment that there is one, for good."""
        self._closed = self._closed or has_keys(self._archive)
        return self._closed

    def find(self, key: str) -> KeyHash | None:
        """What is known of a key; None if it is unknown or revoked."""
        digest = hash_of(key)
        known = [kept for kept in self._configured if same(kept.sha256, digest)]
        if known:
            return known[0]
        key_id = id_of(key)
        record = live_key(self._archive, key_id) if key_id else None
        if record is None or not same(record.hash.sha256, digest):
            return None
        self._note(record.hash.id)
        return record.hash

    def _note(self, key_id: str) -> None:
        """Has the use noted, once in a while and in a thread: nobody waits for a writer."""
        now = int(time.time())
        now -= now % USE_NOTED_EVERY_S
        if self._noted.get(key_id) != now:
            self._noted[key_id] = now
            threading.Thread(target=self._write, args=(key_id, now), daemon=True).start()

    def _write(self, key_id: str, at: int) -> None:
        try:
            note_use(self._archive, key_id, at)
        except SQLAlchemyError as error:
            log.warning("the use of a key was not noted", key_id=key_id, reason=str(error))
