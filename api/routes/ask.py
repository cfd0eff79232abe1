"""POST /v1/ask: a question in, an answer with its citations out, whole or as it comes about."""

from collections.abc import Generator
from contextlib import closing
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from api.deps import EngineDep, RequestId
from api.errors import in_a_stream
from api.schemas import ANSWER_EXAMPLE, STREAM_EXAMPLE, AskRequest, PassagesEvent, SentenceEvent
from api.sse import EVENT_STREAM, EVENTS, PULSE, event, streamed
from rag.events import Event, PassagesRead, SentenceReady, Trace, outcome
from rag.types import Answer
from rag.writing import Working

router = APIRouter(prefix="/v1", tags=["ask"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"example": ANSWER_EXAMPLE},
            EVENT_STREAM: {"itemSchema": EVENTS, "example": STREAM_EXAMPLE},
        }
    }
}


@router.post("/ask", response_model=Answer, responses=_RESPONSES)
def ask(
    request: AskRequest,
    engine: EngineDep,
    request_id: RequestId,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Answer | StreamingResponse:
    """Answers with verified sentences, each cited, or says that the corpus holds no answer.

    With `"stream": true` or `Accept: text/event-stream` the answer comes as server-sent events:
    `passages` (those that were read), a `sentence` with its citations for each, as soon as it is
    verified, and `answer`, which is what is returned otherwise; or `error`, a problem document.
    """
    events = engine.stream(
        request.question,
        history=request.history,
        filters=request.filters,
        as_of=request.as_of,
        mode=request.mode,
        max_citations=request.max_citations,
    )
    if request.stream or (EVENT_STREAM in accept and "json" not in accept):
        return streamed(_told(events, request, request_id))
    return outcome(events).delivered(request_id, include_passages=request.include_passages)


def _told(
    events: Generator[Event, None, None], request: AskRequest, request_id: str
) -> Generator[str, None, None]:
    """The events as they are sent."""
    with closing(events):
        try:
            for told in events:
                yield _sent(told, request, request_id)
        except Exception as error:  # the response has begun: its status cannot tell any more
            yield event(in_a_stream(error, request_id), "error")


def _sent(told: Event, request: AskRequest, request_id: str) -> str:
    match told:
        case PassagesRead():
            read = PassagesEvent(
                standalone_question=told.standalone_question, passages=list(told.passages)
            )
            return event(read.model_dump(mode="json"), "passages")
        case SentenceReady():
            said = SentenceEvent(
                lead=told.lead, text=told.sentence.text, citations=list(told.citations),
                glosses=told.sentence.glosses,
            )  # fmt: skip
            return event(said.model_dump(mode="json"), "sentence")
        case Trace():
            answer = told.delivered(request_id, include_passages=request.include_passages)
            return event(answer.model_dump(mode="json"), "answer")
        case Working():
            return PULSE
