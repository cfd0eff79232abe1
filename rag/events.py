"""What the engine tells while it answers; the last event is the answer itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from rag.reading.confidence import Signals
from rag.types import Answer, AnswerSentence, Citation, Passage
from rag.usage import Usage
from rag.writing import Working


@dataclass(frozen=True, slots=True)
class PassagesRead:
    """The passages that were read for the answer, best first.

    Attributes:
        standalone_question: how a follow-up was understood, if not as it was asked.
    """

    passages: tuple[Passage, ...]
    standalone_question: str | None


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A verified sentence of the answer, and the citations whose numbers it has.

    Whatever comes later, it stands in the answer as it is here.

    Attributes:
        lead: our own words that the answer begins with, of its first sentence.
    """

    sentence: AnswerSentence
    citations: tuple[Citation, ...]
    lead: str | None = None


class Trace(BaseModel):
    """An answer and how it came about: what was found, what was read, and what it took."""

    model_config = ConfigDict(frozen=True)

    answer: Answer
    ranked: list[Passage] = Field(
        description="What retrieval found, best first: the reranked passages, then the others."
    )
    read: int = Field(ge=0, description="The reader read this many of the first in `ranked`.")
    signals: Signals | None = Field(
        default=None, description="What the confidence was made of, if it is a calibrated one."
    )
    usage: Usage
    verified: int = Field(default=0, description="Sentences of a language model's that were.")
    dropped: int = Field(default=0, description="Those that stand in no passage.")

    def delivered(self, request_id: str | None, *, include_passages: bool) -> Answer:
        """The answer as it goes to whoever asked, under this id if there is one."""
        given = {"request_id": request_id} if request_id else {}
        shown = {"passages": self.ranked, "passages_read": self.read} if include_passages else {}
        return self.answer.model_copy(update=given | shown)


Event = PassagesRead | SentenceReady | Working | Trace
"""First the passages, then the sentences, then the trace, with `Working` anywhere before it."""


def outcome(events: Iterable[Event]) -> Trace:
    """What all of it comes to."""
    return next(event for event in events if isinstance(event, Trace))
