"""/v1/admin: what an operator does to a corpus that a server holds."""

from collections.abc import Iterator
from contextlib import ExitStack

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.deps import EngineDep, ReindexingDep
from api.idempotency import DESCRIBED
from rag.states import ReindexState
from rag.upkeep.backup import backing_up

router = APIRouter(prefix="/v1/admin", tags=["admin"])

_TAR = {"type": "string", "format": "binary"}


@router.post(
    "/backup",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-tar": {"schema": _TAR}}}},
)
def backup(engine: EngineDep) -> StreamingResponse:
    """The corpus as it is now, as a tar file; `newscite restore` reads it.

    It is whole if its last file is `manifest.json`, and the others have the checksums in it.
    """
    with ExitStack() as opening:
        pieces = opening.enter_context(backing_up(engine.corpus))
        opened = opening.pop_all()

    def sent() -> Iterator[bytes]:
        with opened:
            yield from pieces

    return StreamingResponse(sent(), media_type="application/x-tar")


@router.post("/reindex", status_code=202, openapi_extra=DESCRIBED)
def reindex(reindexing: ReindexingDep) -> ReindexState:
    """Starts to rebuild both indexes from the archive. Questions are answered meanwhile."""
    return reindexing.start()


@router.get("/reindex")
def reindex_state(reindexing: ReindexingDep) -> ReindexState:
    """How far the rebuilding is, or how the last one ended."""
    return reindexing.state
