"""/v1/quarantine: what could not be ingested, its bytes, trying it again, dropping it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import EngineDep, JobsDep
from api.description import problems
from api.idempotency import DESCRIBED, job_id_of
from api.paging import PAGED, link_next
from api.routes.ingest_jobs import ACCEPTED, accepted
from api.schemas import QuarantinedItem, QuarantineList, RetryRequest
from ingest.job_told import Job
from ingest.retrying import chosen
from rag.archive.quarantine import drop as drop_item
from rag.archive.quarantine import quarantine_page, quarantined_bytes
from rag.errors import NotFoundError

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])

_BYTES = {"type": "string", "format": "binary"}

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", responses=PAGED)
def list_items(
    request: Request,
    response: Response,
    engine: EngineDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> QuarantineList:
    """The items that could not be ingested, newest first."""
    page = quarantine_page(engine.corpus.archive.engine, cursor, limit)
    link_next(request, response, page.next_cursor)
    items = [QuarantinedItem(**item.as_json()) for item in page.items]
    return QuarantineList(items=items, total=page.total, next_cursor=page.next_cursor)


@router.get(
    "/{number:int}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": _BYTES}}},
        **problems(NotFoundError),
    },
)
def show(number: Number, engine: EngineDep) -> Response:
    """An item's bytes, as they were received."""
    raw = quarantined_bytes(engine.corpus.archive.engine, number)
    return Response(raw, media_type="application/octet-stream")


@router.delete("/{number:int}", responses=problems(NotFoundError))
def drop(number: Number, engine: EngineDep) -> QuarantinedItem:
    """Drops an item and its bytes: it is not wanted, or came in by another delivery."""
    item = drop_item(engine.corpus.archive.engine, number)
    return QuarantinedItem(**item.as_json())


@router.post(
    "/retry",
    status_code=202,
    responses=ACCEPTED | problems(NotFoundError),
    openapi_extra=DESCRIBED,
)
def retry_items(
    wanted: RetryRequest, request: Request, response: Response, engine: EngineDep, jobs: JobsDep
) -> Job:
    """Ingests items anew, as an ingest job; those that succeed leave the quarantine.

    What came from an address is fetched again if this server's settings allow fetching.
    """
    job_id = job_id_of(request, wanted)
    begun = jobs.find(job_id) if job_id is not None else None
    if begun is None:
        numbers = chosen(engine.corpus.archive, wanted.numbers, transient=wanted.transient)
        begun = jobs.submit_retry(numbers, job_id)
    return accepted(begun, response)
