"""POST /v1/search: a query in, passages out."""

from fastapi import APIRouter

from api.deps import EngineDep
from api.schemas import PASSAGES_EXAMPLE, SearchRequest, SearchResponse, example

router = APIRouter(prefix="/v1", tags=["search"])


@router.post("/search", responses=example(PASSAGES_EXAMPLE))
def search(request: SearchRequest, engine: EngineDep) -> SearchResponse:
    """The passages that fit a query best, best first."""
    found = engine.search(
        request.query, filters=request.filters, as_of=request.as_of, limit=request.limit
    )
    return SearchResponse(passages=found)
