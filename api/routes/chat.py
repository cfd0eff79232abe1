"""POST /v1/chat/completions and GET /v1/models: for programs that speak OpenAI's protocol."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.chat import MODES, ChatCompletion, ChatRequest, chunks, completion
from api.deps import EngineDep, RequestId
from api.description import problems
from api.schemas import Model, ModelList
from api.sse import EVENT_STREAM, EVENTS, streamed
from rag.engine import Engine
from rag.errors import NotFoundError
from rag.events import outcome

router = APIRouter(prefix="/v1", tags=["chat"])

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {EVENT_STREAM: {"itemSchema": EVENTS}}},
    **problems(NotFoundError),
}


@router.post("/chat/completions", response_model=ChatCompletion, responses=_STREAM)
def chat(
    request: ChatRequest, engine: EngineDep, request_id: RequestId
) -> ChatCompletion | StreamingResponse:
    """Answers the last user message; every sentence is followed by the numbers of its citations.

    A follow-up is understood from the messages before it, and the text says how. Every sentence
    has been verified before it is sent.
    """
    offered = _models(engine)
    if request.model not in offered:
        there = " or ".join(repr(name) for name in offered)
        raise NotFoundError(f"there is no model {request.model!r} here; ask {there}")
    mode = MODES[request.model]
    events = engine.stream(request.question, history=request.history, mode=mode)
    if request.stream:
        return streamed(chunks(events, request, request_id))
    answer = outcome(events).delivered(request_id, include_passages=False)
    return completion(answer, request.model)


@router.get("/models")
def models(engine: EngineDep) -> ModelList:
    """`newscite`, which quotes, and `newscite-generative` where a language model is configured."""
    return ModelList(data=[Model(id=name) for name in _models(engine)])


def _models(engine: Engine) -> list[str]:
    written = engine.language_model is not None
    return [name for name, mode in MODES.items() if mode == "extractive" or written]
