"""What SQLite says went wrong, in the words of newscite's own errors.

https://www.sqlite.org/rescode.html has the codes; the lowest byte is the primary one.
"""

import sqlite3

from sqlalchemy import Engine, ExceptionContext, event

from rag.errors import CorpusHeldError, CorruptCorpusError, NewsciteError, StorageError

_NOT_WRITABLE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_IOERR: "the disk fails to read or write",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_TEXT = "Could not decode to UTF-8"  # what the driver itself says, so it has no code
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def install(engine: Engine) -> None:
    """Makes every statement on `engine` fail with an error of ours, where the cause is the disk's.

    It then raises StorageError (full or not writable), CorruptCorpusError (damaged pages) or
    CorpusHeldError (another process writes for longer than is waited), and otherwise as before.
    """

    def told(context: ExceptionContext) -> NewsciteError | None:
        return in_our_words(context.original_exception, str(engine.url.database))

    # SQLAlchemy raises what a listener returns, though its own annotation says None.
    event.listen(engine, "handle_error", told, retval=True)


def in_our_words(error: BaseException | None, database: str) -> NewsciteError | None:
    """The error of ours for one of SQLite's about the file `database`; None if it is none."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and str(error).startswith(_NO_TEXT):
        code = sqlite3.SQLITE_CORRUPT
    if code is None:
        return None
    primary = code & 0xFF
    if primary in _NOT_WRITABLE:
        return StorageError(
            f"the archive {database}: {_NOT_WRITABLE[primary]} ({error}); make room or make it "
            "writable, then send again what was not acknowledged: what was is stored"
        )
    if primary in _DAMAGED:
        return CorruptCorpusError(
            f"the archive {database} is damaged ({error}); newscite doctor says what of it, "
            "newscite doctor --repair mends its indexes, newscite restore puts back a backup"
        )
    if primary in _BUSY:
        return CorpusHeldError(
            f"the archive {database} is being written by another process ({error}); try again"
        )
    return None
