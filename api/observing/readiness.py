"""Is the service ready: each part that has to be, looked at, and named where it is not."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial

import anyio
import structlog
from anyio import CapacityLimiter

from api.schemas import Check
from rag.archive.census import ledger_lag
from rag.audit import FILE as AUDIT_FILE
from rag.bundled_embedding import BundledEmbedding
from rag.engine import Engine
from rag.settings import Settings

log = structlog.get_logger()

_WITHIN_S = 5.0


class _NotReady(Exception):  # noqa: N818 - it is told, never raised to a caller
    """The message says what is not as it has to be."""


async def check_all(engine: Engine, settings: Settings, threads: CapacityLimiter) -> list[Check]:
    """Looks at every part. One that does not answer in time is not ready.

    Args:
        engine: the open one.
        settings: of the same corpus.
        threads: runs the checks, apart from what answers questions: it may be busy.
    """
    parts: dict[str, Callable[[], str]] = {
        "corpus": partial(_corpus, engine),
        "models": partial(_models, engine),
        "chroma": partial(_chroma, engine),
        "disk": partial(_disk, settings),
        "ledger": partial(_ledger, engine),
    }
    return [await _check(name, look, threads) for name, look in parts.items()]


async def _check(name: str, look: Callable[[], str], threads: CapacityLimiter) -> Check:
    with anyio.move_on_after(_WITHIN_S):
        try:
            detail = await anyio.to_thread.run_sync(look, limiter=threads, abandon_on_cancel=True)
            return Check(name=name, ok=True, detail=detail)
        except _NotReady as error:
            return Check(name=name, ok=False, detail=str(error))
        except Exception as error:  # whatever a part does when it is broken
            log.error("a part is not ready", part=name, exc_info=error)
            return Check(name=name, ok=False, detail=f"it fails ({type(error).__name__})")
    return Check(name=name, ok=False, detail=f"it did not answer within {_WITHIN_S:g} s")


def _corpus(engine: Engine) -> str:
    return f"{engine.articles(limit=1).total:,} articles may be shown"


def _models(engine: Engine) -> str:
    model = engine.corpus.embedder.model
    if isinstance(model, BundledEmbedding):  # one plugged in may cost money each time
        model.get_query_embedding("ready")
    return "loaded"


def _chroma(engine: Engine) -> str:
    return f"{engine.corpus.vectors.count():,} vectors"


def _disk(settings: Settings) -> str:
    folder, audit_file = settings.data_dir, settings.data_dir / AUDIT_FILE
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"ready")
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _NotReady(f"the data folder cannot be written: {error.strerror or error}") from error
    if audit_file.exists() and not (audit_file.is_file() and os.access(audit_file, os.W_OK)):
        raise _NotReady("the audit log cannot be written")
    if free < settings.min_free_bytes:
        raise _NotReady(
            f"{free:,} bytes are free, and NEWSCITE_MIN_FREE_BYTES is {settings.min_free_bytes:,}"
        )
    return f"{free:,} bytes are free"


def _ledger(engine: Engine) -> str:
    """What waits for Chroma while nobody writes was left behind by a write that failed."""
    writing = engine.corpus.writing
    if not writing.acquire(blocking=False):
        return "an ingest is writing"
    try:
        lag = sum(ledger_lag(engine.corpus.archive.engine).values())
    finally:
        writing.release()
    if lag:
        raise _NotReady(
            f"{lag:,} versions are in the archive and not settled in Chroma; restart the server, "
            "or stop it and run newscite doctor --repair"
        )
    return "Chroma has all that the archive has"
