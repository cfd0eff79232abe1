"""How an article is worded, for comparing it with others: its sentences and its shingles.

White space and case make no difference, so that versions of one text are worded the same whatever
wrapped their lines.
"""

import re
from dataclasses import dataclass

from rag.words import words

SHINGLE = 3
"""Words of a shingle: a run of them within a sentence (Broder, "On the resemblance and containment
of documents", 1997). Of longer runs fewer survive where every seventh word is another."""

_LONGEST = 40  # words; a longer one, such as a list without full stops, is divided

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')]*\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is compared: its words, and its shingles in order.

    One that is shorter than a shingle is one itself.
    """

    words: tuple[str, ...]
    shingles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared.

    Attributes:
        sentences: in order; where one ends is guessed, the same way in every text.
        shingles: the distinct shingles of all sentences.
        size: how many words it has.
    """

    sentences: tuple[Sentence, ...]
    shingles: frozenset[str]
    size: int


def wording(text: str) -> Wording:
    """How `text` is worded."""
    parts = (tuple(words(part)) for part in _SENTENCE_END.split(" ".join(text.split())))
    sentences = tuple(
        _sentence(part[at : at + _LONGEST])
        for part in parts
        for at in range(0, len(part), _LONGEST)
    )
    return Wording(
        sentences,
        frozenset(shingle for sentence in sentences for shingle in sentence.shingles),
        sum(len(sentence.words) for sentence in sentences),
    )


def _sentence(said: tuple[str, ...]) -> Sentence:
    last = max(1, len(said) - SHINGLE + 1)
    return Sentence(said, tuple(" ".join(said[at : at + SHINGLE]) for at in range(last)))
