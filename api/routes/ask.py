"""POST /v1/ask: a question in, an answer with its citations out."""

from fastapi import APIRouter

from api.deps import EngineDep, RequestId
from api.schemas import ANSWER_EXAMPLE, AskRequest, example
from rag.types import Answer

router = APIRouter(prefix="/v1", tags=["ask"])


@router.post("/ask", responses=example(ANSWER_EXAMPLE))
def ask(request: AskRequest, engine: EngineDep, request_id: RequestId) -> Answer:
    """Answers with sentences of the corpus, each cited, or says that it holds no answer."""
    return engine.ask(
        request.question,
        history=request.history,
        filters=request.filters,
        as_of=request.as_of,
        mode=request.mode,
        max_citations=request.max_citations,
        include_passages=request.include_passages,
        request_id=request_id,
    )
