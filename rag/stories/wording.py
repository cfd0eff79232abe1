"""How an article is worded, for comparing it with others: its sentences and its shingles.

White space and case make no difference, so that versions of one text are worded the same whatever
wrapped their lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.words import words

SHINGLE = 3
"""Words of a shingle: a run of them within a sentence (Broder, "On the resemblance and containment
of documents", 1997). Of longer runs fewer survive where every seventh word is another."""

_LONGEST = 40  # words; a longer one, such as a list without full stops, is divided

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')]*\s+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared.

    Attributes:
        sentences: the words of each; where a sentence ends is guessed, the same way in every text.
        shingles: the distinct shingles of all sentences.
    """

    sentences: tuple[tuple[str, ...], ...]
    shingles: frozenset[str]

    @property
    def size(self) -> int:
        """How many words it has."""
        return sum(map(len, self.sentences))


def wording(text: str) -> Wording:
    """How `text` is worded."""
    parts = (tuple(words(part)) for part in _SENTENCE_END.split(" ".join(text.split())))
    sentences = tuple(
        part[at : at + _LONGEST] for part in parts for at in range(0, len(part), _LONGEST)
    )
    return Wording(sentences, frozenset(s for part in sentences for s in shingles(part)))


def shingles(sentence: Sequence[str]) -> list[str]:
    """The shingles of a sentence, in order; one that is shorter than a shingle is one itself."""
    last = max(1, len(sentence) - SHINGLE + 1)
    return [" ".join(sentence[at : at + SHINGLE]) for at in range(last)]
