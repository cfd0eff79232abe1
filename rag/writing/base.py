"""What writing gives, piece by piece, to whoever waits for it."""

from dataclasses import dataclass

from rag.reading import Evidence


@dataclass(frozen=True, slots=True)
class Statement:
    """A verified sentence, and the spans of articles each of which says all that it says."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """Nothing new yet. It comes at least once a second, so that whoever waits may leave."""


@dataclass(frozen=True, slots=True)
class Written:
    """How it went, after the last statement.

    Attributes:
        statements: how many there were.
        notes: for the person who asked: what was left out, and why the model fell short.
        dropped: how many more the model wrote that stand in no passage.
    """

    statements: int
    notes: tuple[str, ...]
    dropped: int = 0
