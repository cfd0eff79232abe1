"""GET /healthz and /readyz: is the process alive, and can it answer."""

from fastapi import APIRouter

from api.deps import EngineDep
from api.schemas import Health
from rag.engine import Status

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process is alive. Asks nothing of the corpus."""
    return Health()


@router.get("/readyz")
def readyz(engine: EngineDep) -> Status:
    """The corpus is open: what it holds and which models answer."""
    return engine.status()
