"""One question to a chat model behind an OpenAI-compatible endpoint, always in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from eval.systems.endpoint import TIMEOUT_S, Endpoint
from rag.addresses import chat_base_url
from rag.errors import NewsciteError
from rag.types import Turn

SEED = 7
TEMPERATURE = 0


@dataclass(frozen=True)
class Completion:
    """What a chat model said.

    Attributes:
        text: its message; empty when there is none.
        refusal: its reason, when it refused the request as such.
        citations: the response's or the message's `citations`, which are not OpenAI's, as given.
        tokens: of prompt and completion together, if told.
    """

    text: str
    refusal: str | None
    citations: list[Any]
    tokens: int | None


class Chat:
    """A model behind an OpenAI-compatible endpoint, at temperature 0 and with a fixed seed.

    Attributes:
        answers_as: what the endpoint calls the model that answered first; None before that.

    Args:
        base_url: with its path, such as https://host/v1; without one, /v1 is meant.
        model: the model's name there.
        api_key, timeout_s: see `Endpoint`.

    Raises:
        UsageError: the url is none.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._endpoint = Endpoint(chat_base_url(base_url), api_key, timeout_s)
        self._model = model
        self.answers_as: str | None = None

    def close(self) -> None:
        """Closes the connection."""
        self._endpoint.close()

    def config(self) -> dict[str, Any]:
        """What a run records, without the key."""
        return {
            "url": self._endpoint.url,
            "model": self._model,
            "answers_as": self.answers_as,
            "temperature": TEMPERATURE,
            "seed": SEED,
        }

    def complete(self, system: str, user: str, history: Sequence[Turn] = ()) -> Completion:
        """What the model says to a message of a user, after the turns before it.

        Raises:
            UsageError, NewsciteError: see `Endpoint.post`; NewsciteError too when what comes back
                is no chat completion.
        """
        messages = [{"role": "system", "content": system}]
        for turn in history:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer or ""})
        messages.append({"role": "user", "content": user})
        body = self._endpoint.post(
            "/chat/completions",
            {
                "model": self._model,
                "messages": messages,
                "temperature": TEMPERATURE,
                "seed": SEED,
            },
        )
        try:
            said = _Body.model_validate(body)
        except ValidationError as error:
            raise NewsciteError(
                f"{self._endpoint.url}/chat/completions answered with JSON that is no chat "
                "completion; is that an OpenAI-compatible endpoint?"
            ) from error
        self.answers_as = self.answers_as or said.model
        message = said.choices[0].message
        return Completion(
            text=message.content or "",
            refusal=message.refusal,
            citations=said.citations or message.citations or [],
            tokens=said.usage.total_tokens if said.usage else None,
        )


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    citations: list[Any] | None = None


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    total_tokens: int | None = None


class _Body(BaseModel):
    """What is read of a chat completion."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None
    citations: list[Any] | None = None
    model: str | None = None
