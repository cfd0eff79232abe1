"""POST /v1/chat/completions and GET /v1/models: for programs that speak OpenAI's protocol."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.chat import MODEL, ChatCompletion, ChatRequest, chunks, completion
from api.deps import EngineDep, RequestId
from api.schemas import Model, ModelList
from rag.errors import NotFoundError

router = APIRouter(prefix="/v1", tags=["chat"])

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.post("/chat/completions", response_model=ChatCompletion, responses=_STREAM)
def chat(
    request: ChatRequest, engine: EngineDep, request_id: RequestId
) -> ChatCompletion | StreamingResponse:
    """Answers the last user message; every sentence is followed by the numbers of its citations.

    A follow-up is understood from the messages before it, and the text says how. Every sentence
    has been verified before the first is sent.
    """
    if request.model != MODEL:
        raise NotFoundError(f"there is no model {request.model!r} here; ask {MODEL!r}")
    answer = engine.ask(request.question, history=request.history, request_id=request_id)
    if not request.stream:
        return completion(answer)
    include_usage = request.stream_options is not None and request.stream_options.include_usage
    events = chunks(answer, include_usage=include_usage)
    return StreamingResponse(events, media_type="text/event-stream")


@router.get("/models")
def models() -> ModelList:
    """The one model there is."""
    return ModelList(data=[Model(id=MODEL)])
