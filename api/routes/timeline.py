"""POST /v1/timeline: what a story is about in, its articles by date and its coverage out."""

from fastapi import APIRouter

from api.deps import EngineDep
from api.schemas import TIMELINE_EXAMPLE, TimelineRequest, example
from rag.timeline import Timeline

router = APIRouter(prefix="/v1", tags=["timeline"])


@router.post("/timeline", responses=example(TIMELINE_EXAMPLE))
def timeline(request: TimelineRequest, engine: EngineDep) -> Timeline:
    """The story that a question is of: its articles in order of publication, and its coverage.

    What the question finds best is taken to be the story, whether it answers or not; there is
    none where even that is about something else.
    """
    return engine.timeline(
        request.question, filters=request.filters, as_of=request.as_of, limit=request.limit
    )
