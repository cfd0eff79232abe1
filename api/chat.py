"""An answer in the form of OpenAI's chat completions, whole or as a stream of chunks."""

import time
from collections.abc import Generator
from contextlib import closing
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.errors import in_a_stream
from api.schemas import Flag
from api.sse import PULSE, event
from rag.citing import with_markers
from rag.corrections import correction_notes
from rag.errors import UsageError
from rag.events import Event, PassagesRead, SentenceReady, Trace
from rag.types import (
    ANSWER_CHARACTERS,
    QUESTION_CHARACTERS,
    TURNS,
    Answer,
    Citation,
    Mode,
    Turn,
    encodable,
)

MODEL = "newscite"
MODES: dict[str, Mode] = {MODEL: "extractive", f"{MODEL}-generative": "generative"}
"""The models of this server, as requests name them, and how each answers."""

_UNDERSTOOD = "Understood as: "
_CORRECTED = "\n\nCorrections: "
_NO_ANSWER = "The corpus holds no answer to this."
_EXAMPLE: JsonDict = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "When did the harbour reopen?"}],
}


class TextPart(BaseModel):
    """A part of a message; pictures and sound are refused."""

    type: Literal["text"]
    text: Annotated[str, AfterValidator(encodable)]


_Content = str | list[TextPart] | None


def _encodable(content: _Content) -> _Content:
    return encodable(content) if isinstance(content, str) else content


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[_Content, AfterValidator(_encodable)] = None

    @property
    def text(self) -> str:
        """Its text, whatever form it came in."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream is to hold besides the answer."""

    include_usage: Flag = False


class ChatRequest(BaseModel):
    """A conversation whose last user message is the question.

    Settings of a language model, such as `temperature`, are accepted and change nothing.
    """

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [_EXAMPLE]})

    model: str
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: Flag = False
    stream_options: StreamOptions | None = None

    @property
    def question(self) -> str:
        """The text of the last user message.

        Raises:
            UsageError: no message is the user's.
        """
        return self.messages[self._asked()].text

    @property
    def history(self) -> list[Turn]:
        """The user's earlier messages, each with the assistant's reply to it; the latest 20."""
        turns: list[Turn] = []
        for message in self.messages[: self._asked()]:
            text = message.text.strip()
            if message.role == "user" and text:
                turns.append(Turn(question=text[:QUESTION_CHARACTERS], answer=None))
            elif message.role == "assistant" and turns:
                turns[-1].answer = _told(text)
        return turns[-TURNS:]

    def _asked(self) -> int:
        for at in range(len(self.messages) - 1, -1, -1):
            if self.messages[at].role == "user":
                return at
        raise UsageError('no message is the user\'s; send one with "role": "user" that asks')


class ReplyMessage(BaseModel):
    """What is answered."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="Sentences followed by their [n], or why there is no answer.")
    refusal: None = None


class Choice(BaseModel):
    """The only choice there is."""

    index: Literal[0] = 0
    message: ReplyMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatUsage(BaseModel):
    """Tokens as a language model counts them, which newscite does not: all are 0."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatCompletion(BaseModel):
    """OpenAI's chat completion, with the citations that the text's [n] stand for."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[Choice] = Field(min_length=1, max_length=1)
    usage: ChatUsage = ChatUsage()
    citations: list[Citation]
    answerable: bool
    confidence: float = Field(ge=0, le=1)


def completion(answer: Answer, model: str) -> ChatCompletion:
    """The answer as one completion by the model that was asked."""
    said = answer.answer + _corrected(answer) if answer.answer else _no_answer(answer)
    content = _understood(answer.standalone_question) + said
    return ChatCompletion(
        model=model,
        id=_id(answer),
        created=int(time.time()),
        choices=[Choice(message=ReplyMessage(content=content))],
        citations=answer.citations,
        answerable=answer.answerable,
        confidence=answer.confidence,
    )


def chunks(
    events: Generator[Event, None, None], request: ChatRequest, request_id: str
) -> Generator[str, None, None]:
    """The answer as server-sent events, a chunk for each sentence, the last with the citations."""
    head = {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": request.model,
    }

    def chunk(delta: JsonDict, finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event(head | {"choices": [choice]} | more)

    said = 0
    with closing(events):
        try:
            yield chunk({"role": "assistant", "content": ""})
            for told in events:
                if isinstance(told, PassagesRead):
                    if understood := _understood(told.standalone_question):
                        yield chunk({"content": understood})
                elif isinstance(told, SentenceReady):
                    yield chunk(
                        {"content": " " * (said > 0) + with_markers([told.sentence], told.lead)}
                    )
                    said += 1
                elif isinstance(told, Trace):
                    last = _corrected(told.answer) if said else _no_answer(told.answer)
                    if last:
                        yield chunk({"content": last})
                    yield chunk({}, "stop", **_beside(told.answer))
                else:
                    yield PULSE
        except Exception as error:  # the response has begun: its status cannot tell any more
            problem = in_a_stream(error, request_id)
            yield event({"error": problem | {"message": problem["detail"]}})
            return
    if request.stream_options is not None and request.stream_options.include_usage:
        yield event(head | {"choices": [], "usage": ChatUsage().model_dump()})
    yield "data: [DONE]\n\n"


def _beside(answer: Answer) -> dict[str, Any]:
    """What goes with the text and is not OpenAI's."""
    kept = {"citations", "answerable", "confidence"}
    return answer.model_dump(mode="json", include=kept)


def _understood(standalone: str | None) -> str:
    """How a follow-up was understood, as what the text begins with."""
    return f"{_UNDERSTOOD}{standalone}\n\n" if standalone is not None else ""


def _no_answer(answer: Answer) -> str:
    """Why there is none, and what comes nearest."""
    said = " ".join([_NO_ANSWER, *answer.notes])
    if answer.nearest is None:
        return said
    return f"{said} The nearest statement, which is no answer: “{answer.nearest.quote}”"


def _corrected(answer: Answer) -> str:
    """What was corrected in the cited articles, as what the text ends with."""
    notes = correction_notes(answer.citations)
    return _CORRECTED + " ".join(notes) if notes else ""


def _told(reply: str) -> str | None:
    """What a reply of ours told, without how the question was understood and without corrections;
    None of a refusal."""
    if reply.startswith(_UNDERSTOOD):
        reply = reply.partition("\n\n")[2]
    reply = reply.partition(_CORRECTED)[0]
    return None if not reply or reply.startswith(_NO_ANSWER) else reply[:ANSWER_CHARACTERS]


def _id(answer: Answer) -> str:
    return f"chatcmpl-{answer.request_id}"
