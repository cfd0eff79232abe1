"""What has been asked and answered, and under which filters the next question is."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from api.cli.ask import articles_of
from api.cli.door import Door
from api.cli.render.answer import Cited
from rag.errors import UsageError
from rag.types import (
    ANSWER_CHARACTERS,
    QUESTION_CHARACTERS,
    TURNS,
    Answer,
    Filters,
    Mode,
    Turn,
    checked_question,
)

if TYPE_CHECKING:
    from api.client import RemoteEngine
    from rag.engine import Engine


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, the filters that it was asked under, and what it cites.

    Attributes:
        articles: the cited versions by id and number, as they were then.
    """

    answer: Answer
    filters: Filters
    articles: Cited


class Conversation:
    """Questions to one corpus, each understood from those before it.

    Args:
        door: to what answers.
        filters, as_of, mode: of the questions to come.

    Attributes:
        door, filters, as_of, mode: as given; filters and moment may be set anew.
        exchanges: so far, oldest first.
    """

    def __init__(self, door: Door, filters: Filters, as_of: datetime | None, mode: Mode) -> None:
        self.door = door
        self.filters = filters
        self.as_of = as_of
        self.mode = mode
        self.exchanges: list[Exchange] = []

    @property
    def engine(self) -> "Engine | RemoteEngine":
        """What answers now; see `Door.engine`."""
        return self.door.engine

    def ask(self, question: str) -> Exchange:
        """The answer, which joins the conversation; a question that fails does not.

        Raises:
            NewsciteError: see `Engine.ask`.
        """
        answer = self.engine.ask(
            checked_question(question),
            history=self.turns(),
            filters=self.filters,
            as_of=self.as_of,
            mode=self.mode,
        )
        exchange = Exchange(answer, self.filters, articles_of(self.engine, answer))
        self.exchanges.append(exchange)
        return exchange

    def turns(self) -> list[Turn]:
        """The exchanges as the engine takes them: with the questions as they were understood."""
        return [_turn(exchange.answer) for exchange in self.exchanges[-TURNS:]]

    def last(self) -> Exchange:
        """The newest exchange.

        Raises:
            UsageError: nothing has been answered yet.
        """
        if not self.exchanges:
            raise UsageError("nothing has been answered yet")
        return self.exchanges[-1]

    def is_filtered(self) -> bool:
        """Whether a question does not see all that there is now."""
        return self.filters != Filters() or self.as_of is not None

    def finds_something(self) -> bool:
        """Whether the filters leave any article to answer from."""
        return bool(self.engine.search("news", filters=self.filters, as_of=self.as_of, limit=1))


def filters_in_words(filters: Filters, as_of: datetime | None) -> str:
    """What a question sees, as in "since 1 March 2025, of Gazette"; "" for everything."""
    parts = [
        f"since {filters.after:%-d %B %Y}" if filters.after else "",
        f"before {filters.before:%-d %B %Y}" if filters.before else "",
        f"of {' or '.join(filters.sources)}" if filters.sources else "",
        f"as of {as_of:%-d %B %Y}" if as_of else "",
    ]
    return ", ".join(part for part in parts if part)


def _turn(answer: Answer) -> Turn:
    understood = answer.standalone_question or answer.question
    told = answer.answer and answer.answer[:ANSWER_CHARACTERS]
    return Turn(question=understood[:QUESTION_CHARACTERS], answer=told)
