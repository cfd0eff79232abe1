"""A conversation with a server: each question is understood from those before it."""

from typing import TYPE_CHECKING, Unpack

from rag.types import ANSWER_CHARACTERS, TURNS, Answer, Turn

if TYPE_CHECKING:
    from api.client.asynchronous import AsyncClient
    from api.client.requests import TalkOptions
    from api.client.sync import Client


class Conversation:
    """Questions that are asked one after the other; `Client.conversation` begins one.

    Attributes:
        history: the turns so far, oldest first, of which the last 20 are sent.
    """

    def __init__(self, client: "Client", **options: "Unpack[TalkOptions]") -> None:
        self.history: list[Turn] = []
        self._client = client
        self._options = options

    def ask(self, question: str) -> Answer:
        """See `Client.ask`; `standalone_question` says how a follow-up was understood."""
        answer = self._client.ask(question, history=self.history[-TURNS:], **self._options)
        self.history.append(_turn(answer))
        return answer


class AsyncConversation:
    """The same with an `AsyncClient`."""

    def __init__(self, client: "AsyncClient", **options: "Unpack[TalkOptions]") -> None:
        self.history: list[Turn] = []
        self._client = client
        self._options = options

    async def ask(self, question: str) -> Answer:
        """See `Conversation.ask`."""
        answer = await self._client.ask(question, history=self.history[-TURNS:], **self._options)
        self.history.append(_turn(answer))
        return answer


def _turn(answer: Answer) -> Turn:
    said = answer.answer
    return Turn(question=answer.question, answer=said and said[:ANSWER_CHARACTERS])
