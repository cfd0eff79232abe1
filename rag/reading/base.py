"""The interface between retrieval and an answer: what a reader is given and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from rag.archive.records import StoredPassage
from rag.reading.confidence import Signals
from rag.retrieval import Hit


@dataclass(frozen=True, slots=True)
class Named:
    """A gloss: after `at` comes the name that stands from `start` to `end`, all in the article."""

    at: int
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that answers: offsets into its article version's text.

    Attributes:
        passage: the passage it stands in.
        start: its first code point.
        end: one past its last.
        syndicated_in: ids of other articles that carry the same sentence.
        named: who its pronouns stand for, in their order.
    """

    passage: StoredPassage
    start: int
    end: int
    syndicated_in: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Differing:
    """A count or a time that an article gives, and another article another.

    Attributes:
        part: the words that give it, within a sentence that answers.
        value: of a count; None of a time.
    """

    part: Evidence
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found.

    Attributes:
        evidence: the sentences that answer, in the order to read them; empty when none does.
        confidence: 0 to 1, that the question is answerable and this is the answer.
        notes: for the person who asked: why there is no answer, or what to mind.
        read: how many of the passages given, counted from the first, were read for it.
        short: the few words of one of the sentences that answer, where few are asked for.
        nearest: without an answer, the statement that comes nearest to one, if there is any.
        signals: what the confidence was made of, where it is a calibrated one.
        according_to: where `short` is what someone says: the words that say who.
        lead: our own words that the sentences make certain, such as "Yes".
        differing: where articles disagree, what each gives, newest first.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    notes: tuple[str, ...] = ()
    read: int = field(kw_only=True)
    short: Evidence | None = field(default=None, kw_only=True)
    nearest: Evidence | None = field(default=None, kw_only=True)
    signals: Signals | None = field(default=None, kw_only=True)
    according_to: Evidence | None = field(default=None, kw_only=True)
    lead: str | None = field(default=None, kw_only=True)
    differing: tuple[Differing, ...] = field(default=(), kw_only=True)


class Reader(Protocol):
    """Finds the answer to a question in passages."""

    def read(self, question: str, hits: Sequence[Hit], max_sentences: int) -> Reading:
        """Reads `hits`, best first, and chooses at most `max_sentences` sentences."""
        ...
