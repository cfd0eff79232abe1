"""Asks a language model behind an OpenAI-compatible endpoint, within a limit of time.

The model is LlamaIndex's. It is asked in a thread with an event loop of its own, because only so
can it be stopped at any moment: when the time is up, or when nobody waits for it any longer.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from llama_index.core.llms import ChatMessage

from rag.addresses import chat_base_url, on_this_machine
from rag.deadline import check_limit

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

TEMPERATURE = 0.0
SEED = 7
_NO_KEY = "none"  # said aloud, or one that the environment has for another endpoint would be sent
_HINTS = {
    401: ": check NEWSCITE_LLM_API_KEY",
    403: ": check NEWSCITE_LLM_API_KEY",
    404: ": check NEWSCITE_LLM_BASE_URL and NEWSCITE_LLM_MODEL",
    429: ": too many requests",
}
_TICK_S = 0.5  # how often whoever waits for the model hears that it still has not spoken


class ModelFailure(Exception):  # noqa: N818 - it is caught and told, never raised to a caller
    """The model did not do what was asked of it; the message ends "the language model ..."."""


class Endpoint:
    """A model that can be asked. Safe to use from several threads.

    Attributes:
        model: its name.
        timeout_s: the seconds it has for an answer, from the question to the last word.

    Args:
        base_url: of an OpenAI-compatible endpoint; see `chat_base_url`.
        model: see above.
        api_key: its key, if it wants one.
        timeout_s: see above.
    """

    def __init__(self, base_url: str, model: str, api_key: str | None, timeout_s: float) -> None:
        self.model = model
        self._base_url = chat_base_url(base_url)
        self._api_key = api_key
        self.timeout_s = timeout_s

    def stream(
        self, messages: Sequence[ChatMessage], within_s: float
    ) -> Generator[str, None, None]:
        """What the model says, piece by piece; an empty piece twice a second while it is silent.

        To close the generator stops the model.

        Args:
            messages: the conversation.
            within_s: the seconds it has, of those that it has for the answer.

        Raises:
            ModelFailure: it cannot be asked, fails, or is not done in time.
            AbandonedError, TimedOutError: see `rag.deadline`.
        """
        # Loaded here, so that this does not count as the model's time.
        import llama_index.llms.openai_like  # noqa: F401

        said: queue.SimpleQueue[str | ModelFailure | None] = queue.SimpleQueue()
        deadline = time.monotonic() + within_s
        loop = asyncio.new_event_loop()
        task = loop.create_task(self._ask(messages, within_s, said))
        thread = threading.Thread(
            target=_run, args=(loop, task), name="language model", daemon=True
        )
        thread.start()
        try:
            while True:
                check_limit()
                try:
                    piece = said.get(timeout=max(0.0, min(_TICK_S, deadline - time.monotonic())))
                except queue.Empty:
                    piece = ""
                if isinstance(piece, ModelFailure):
                    raise piece
                if piece is None:
                    return
                if time.monotonic() > deadline:
                    raise ModelFailure(f"was not done within {self.timeout_s:g} s")
                yield piece
        finally:
            _stop(loop, task)

    async def _ask(
        self,
        messages: Sequence[ChatMessage],
        within_s: float,
        said: "queue.SimpleQueue[str | ModelFailure | None]",
    ) -> None:
        try:
            # A proxy from the environment has no business with a server on this machine, and what
            # an endpoint redirects to is not what was configured.
            async with httpx.AsyncClient(
                timeout=within_s,
                trust_env=not on_this_machine(urlsplit(self._base_url).hostname or ""),
                follow_redirects=False,
            ) as http:
                async for part in await self._model(http, within_s).astream_chat(messages):
                    said.put(part.delta or "")
        except Exception as error:  # whatever an endpoint may do to its client
            said.put(ModelFailure(_reason(error)))
        else:
            said.put(None)

    def _model(self, http: httpx.AsyncClient, within_s: float) -> "OpenAILike":
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self.model,
            is_chat_model=True,
            api_base=self._base_url,
            api_key=self._api_key or _NO_KEY,
            temperature=TEMPERATURE,
            additional_kwargs={"seed": SEED},
            max_retries=0,
            timeout=within_s,
            async_http_client=http,  # type: ignore[call-arg]  # of its own __init__
        )


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with suppress(RuntimeError):  # it is over, and its loop closed
        loop.call_soon_threadsafe(task.cancel)


def _reason(error: Exception) -> str:
    """What went wrong, in words for whoever asked: without addresses, keys or a server's words."""
    import openai

    if isinstance(error, openai.APITimeoutError | TimeoutError | httpx.TimeoutException):
        return "did not answer in time"
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return "could not be reached, or the connection broke"
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        return f"refused ({status}{_HINTS.get(status, '')})"
    return "answered with something that is no chat completion"
