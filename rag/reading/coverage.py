"""What a question names and its evidence does not: the strongest sign that a text does not answer.

A question about the Chinese foreign ministry is not answered by an article in which nothing is
Chinese, however much else they share. Names are the capitalised words of the question, figures
its digits, months and weekdays. A name counts as covered by the same word, a word of the same
stem ("Norwegian" and "Norway"), another word for the same place ("Dutch" and "the Netherlands"),
or, for an acronym, by words with those initials ("UN" and "United Nations").
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from rag.archive.records import StoredPassage
from rag.reading.aliases import ALIASES
from rag.reading.calendar import in_full, is_calendar, shortened
from rag.remembering import remembered
from rag.words import STOP_WORDS

_TOKEN = re.compile(r"\w+(?:['’]\w+|[.,]\d+)*")  # "O'Rourke" and "8.50" are one each
_POSSESSIVE = re.compile(r"['’]s\b")
_STEM = 4  # letters two forms of a name share: enough for Norw(ay), few enough for Chin(a)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_ACRONYM = re.compile(r"[A-Z]{2,5}")
_NAMED = re.compile(r"(?<=[a-z,] )[A-ZÀ-ÖØ-Þ][\w'’-]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Demands:
    """What a question names.

    Attributes:
        names: capitalised words, as they stand in the question, each once.
        figures: words with a digit, months and weekdays (these in full), each once.
    """

    names: tuple[str, ...]
    figures: tuple[str, ...]


def demands(question: str) -> Demands:
    """The names and figures of a question.

    The first word is capital by position, so it counts only as part of a longer name. A question
    in capitals or in title case says nothing about what is a name, so it has none.
    """
    tokens = _TOKEN.findall(in_full(_undotted(_POSSESSIVE.sub("", question))))
    words = [t for t in tokens if not any(c.isdigit() for c in t)]
    capital = [t for t in words[1:] if t[0].isupper()]
    figures = [t for t in tokens if any(c.isdigit() for c in t) or is_calendar(t)]
    names: list[str] = []
    if len(capital) <= _MOSTLY * max(1, len(words) - 1):
        for at, word in enumerate(words):
            begins_name = at > 0 or (len(words) > 1 and words[1][0].isupper())
            acronym = len(word) > 1 and word.isupper()  # "US" is no "us"
            ordinary = (word.casefold() in STOP_WORDS and not acronym) or is_calendar(word)
            if word[0].isupper() and begins_name and not ordinary:
                names.append(word)
    return Demands(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(figures)))


class Body:
    """A text as a body of evidence: which names and figures it holds."""

    def __init__(self, text: str) -> None:
        self._raw = _undotted(text)

    @cached_property
    def _words(self) -> frozenset[str]:
        return _words_of(self._raw)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word[:_STEM] for word in self._words if len(word) > _STEM)

    @cached_property
    def _initials(self) -> str:
        return "".join(re.findall(r"\b([A-Z])\w", self._raw))

    @cached_property
    def named(self) -> frozenset[str]:
        """The words, folded, that are capital as names are: not by their place or as dates."""
        found = _NAMED.findall(self._raw)
        return frozenset(fold(name) for name in found if not is_calendar(name))

    def has_name(self, name: str) -> bool:
        """Whether the text names it, in one form or another."""
        folded = fold(name)
        return (
            folded in self._words
            or (len(folded) > _STEM and folded[:_STEM] in self._stems)
            or bool(ALIASES.get(folded, frozenset()) & self._words)
            or (_ACRONYM.fullmatch(name) is not None and name in self._initials)
        )

    def has_figure(self, figure: str) -> bool:
        """Whether the figure stands in the text."""
        return fold(figure) in self._words


class Evidence(Body):
    """An article as a body of evidence: its text, its headline, source and dates.

    Args:
        passage: any of the article's passages.
        text: the article's whole text.
    """

    def __init__(self, passage: StoredPassage, text: str) -> None:
        days = [d.strftime("%Y %B %d") for d in (passage.published_at, passage.updated_at) if d]
        parts = [passage.title, passage.source, passage.dateline, text, *days]
        super().__init__(" ".join(part for part in parts if part))


@remembered
def _words_of(text: str) -> frozenset[str]:
    folded = fold(text)
    found = frozenset(_TOKEN.findall(folded)) | frozenset(re.findall(r"\w+", folded))
    return found | shortened(text)


def _undotted(text: str) -> str:
    """Acronyms without their full stops: "US" for "U.S."."""
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def fold(text: str) -> str:
    """Case and accents folded: "Gdańsk" and "gdansk" are one word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return _NOT_ASCII.sub(_without_accents, decomposed)


def _without_accents(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c))
