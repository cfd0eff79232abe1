"""GET /healthz and /readyz: is the process alive, and can it answer."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import EngineDep, ObservingDep, SettingsDep, StoppingDep
from api.description import problems
from api.errors import problem
from api.observing.readiness import check_all
from api.schemas import Check, Health, Ready
from rag.errors import NotReadyError

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process is alive. Asks nothing of the corpus."""
    return Health()


@router.get("/readyz", response_model=Ready, responses=problems(NotReadyError))
async def readyz(
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    observing: ObservingDep,
    stopping: StoppingDep,
) -> Ready | Response:
    """The corpus is open: what it holds, which models answer, and each part that was looked at.

    503 and a problem document where a part is not ready: the corpus, the models, Chroma, the disk,
    or the ledger, by which Chroma follows the archive; or when the server is being stopped.
    """
    checks = await check_all(engine, settings, observing.threads)
    if stopping.begun:
        checks.insert(0, Check(name="server", ok=False, detail="it is being stopped"))
    lacking = [check for check in checks if not check.ok]
    if not lacking:
        status = await run_in_threadpool(engine.status)
        return Ready(**status.model_dump(), checks=checks)
    return problem(
        request,
        status=NotReadyError.status,
        code=NotReadyError.code,
        title=NotReadyError.title,
        detail="; ".join(f"{check.name}: {check.detail}" for check in lacking),
        checks=[check.model_dump() for check in checks],
    )
