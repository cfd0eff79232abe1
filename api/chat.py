"""An answer in the form of OpenAI's chat completions, whole or as a stream of chunks."""

import json
import time
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from rag.citing import with_markers
from rag.errors import UsageError
from rag.types import ANSWER_CHARACTERS, QUESTION_CHARACTERS, TURNS, Answer, Citation, Turn

MODEL = "newscite"
"""The one model of this server: what `GET /v1/models` lists and a request names."""

_UNDERSTOOD = "Understood as: "
_NO_ANSWER = "The corpus holds no answer to this."
_EXAMPLE: JsonDict = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "When did the harbour reopen?"}],
}


class TextPart(BaseModel):
    """A part of a message; pictures and sound are refused."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """Its text, whatever form it came in."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream is to hold besides the answer."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation whose last user message is the question.

    Settings of a language model, such as `temperature`, are accepted and change nothing.
    """

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [_EXAMPLE]})

    model: str
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool = False
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
    """Tokens of a language model; none is asked, so all are 0."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatCompletion(BaseModel):
    """OpenAI's chat completion, with the citations that the text's [n] stand for."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str = MODEL
    choices: list[Choice] = Field(min_length=1, max_length=1)
    usage: ChatUsage = ChatUsage()
    citations: list[Citation]
    answerable: bool
    confidence: float = Field(ge=0, le=1)


def completion(answer: Answer) -> ChatCompletion:
    """The answer as one completion."""
    return ChatCompletion(
        id=_id(answer),
        created=int(time.time()),
        choices=[Choice(message=ReplyMessage(content="".join(_pieces(answer))))],
        citations=answer.citations,
        answerable=answer.answerable,
        confidence=answer.confidence,
    )


def chunks(answer: Answer, *, include_usage: bool) -> Iterator[str]:
    """The answer as server-sent events: a chunk for each sentence, the last with the citations."""
    head = {
        "id": _id(answer),
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
    }

    def chunk(delta: JsonDict, finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(head | {"choices": [choice]} | more)

    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(answer):
        yield chunk({"content": piece})
    yield chunk(
        {},
        "stop",
        citations=[citation.model_dump(mode="json") for citation in answer.citations],
        answerable=answer.answerable,
        confidence=answer.confidence,
    )
    if include_usage:
        yield _event(head | {"choices": [], "usage": ChatUsage().model_dump()})
    yield "data: [DONE]\n\n"


def _pieces(answer: Answer) -> Iterator[str]:
    """The text in pieces: each sentence with its numbers, or the notes on why there is none.

    Before them, how a follow-up was understood.
    """
    if answer.standalone_question is not None:
        yield f"{_UNDERSTOOD}{answer.standalone_question}\n\n"
    if not answer.answerable:
        yield " ".join([_NO_ANSWER, *answer.notes])
    for number, sentence in enumerate(answer.sentences):
        yield (" " if number else "") + with_markers([sentence])


def _told(reply: str) -> str | None:
    """What a reply of ours told: without how the question was understood, None of a refusal."""
    if reply.startswith(_UNDERSTOOD):
        reply = reply.partition("\n\n")[2]
    return None if not reply or reply.startswith(_NO_ANSWER) else reply[:ANSWER_CHARACTERS]


def _id(answer: Answer) -> str:
    return f"chatcmpl-{answer.request_id}"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
