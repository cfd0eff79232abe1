"""/v1/quarantine: what could not be ingested, its bytes, trying it again, dropping it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.deps import EngineDep, PipelineDep, SettingsDep
from api.schemas import QuarantinedItem, QuarantineList, RetryRequest
from ingest.fetching import open_crawl
from ingest.retrying import RetryReport, chosen, retry

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])

_BYTES = {"type": "string", "format": "binary"}

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("")
def list_items(engine: EngineDep) -> QuarantineList:
    """The items that could not be ingested, newest first."""
    items = engine.corpus.archive.quarantined()
    return QuarantineList(items=[QuarantinedItem(**item.as_json()) for item in items])


@router.get(
    "/{number}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": _BYTES}}}},
)
def show(number: Number, engine: EngineDep) -> Response:
    """An item's bytes, as they were received."""
    raw = engine.corpus.archive.quarantined_bytes(number)
    return Response(raw, media_type="application/octet-stream")


@router.delete("/{number}")
def drop(number: Number, engine: EngineDep) -> QuarantinedItem:
    """Drops an item and its bytes: it is not wanted, or came in by another delivery."""
    archive = engine.corpus.archive
    (item,) = chosen(archive, [number], transient=False)
    archive.release(item.id)
    return QuarantinedItem(**item.as_json())


@router.post("/retry")
def retry_items(
    wanted: RetryRequest, engine: EngineDep, pipeline: PipelineDep, settings: SettingsDep
) -> RetryReport:
    """Ingests items anew; those that succeed leave the quarantine.

    What came from an address is fetched again if this server's settings allow fetching.
    """
    archive = engine.corpus.archive
    items = chosen(archive, wanted.numbers, transient=wanted.transient)
    crawl = open_crawl(settings, archive) if settings.fetch else None
    return retry(archive, pipeline, items, crawl)
