"""Does a text support a statement? The question behind citation recall and nugget recall."""

import re
from typing import Protocol

from eval.squad_text import contains
from rag.word_keys import word_keys

_ENOUGH = 0.6  # of a statement's content words
_WINDOW = 100  # content words: a passage of about 200 words
_STEP = 25
_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE
)


class Support(Protocol):
    """A judge of support."""

    @property
    def name(self) -> str:
        """What judged, as a run's configuration names it."""

    def supports(self, premise: str, statement: str) -> bool:
        """Whether whoever believes the premise must believe the statement."""


class LexicalSupport:
    """Support by words: needs no model, and always says the same.

    Good at whether a short text states a fact or is about something else. Blind to who did what to
    whom, to opposites ("rose", "fell"), to a denial in the premise, to words for the same thing
    that share no stem ("died", "killed"), and to what a pronoun stands for. docs/evaluating.md has
    its measured accuracy.
    """

    name = "lexical"

    def supports(self, premise: str, statement: str) -> bool:
        """Whether the statement stands in the premise word for word, or most of its words do.

        Most: in one run of 100 content words of the premise stand all of the statement's numbers
        and capitalised words and at least 0.6 of its content words, by their stems. A statement
        with a denial needs a premise with one.
        """
        if contains(premise, statement):
            return True
        wanted = set(word_keys(statement))
        if not wanted or (_DENIAL.search(statement) and not _DENIAL.search(premise)):
            return False
        keys = {word.key for word in wanted}
        particular = {word.key for word in wanted if word.particular}
        found = [word.key for word in word_keys(premise)]
        for start in range(0, max(1, len(found) - _WINDOW + _STEP), _STEP):
            window = set(found[start : start + _WINDOW])
            if particular <= window and len(keys & window) >= _ENOUGH * len(keys):
                return True
        return False


class FirstLexical:
    """What stands there word for word is supported; of the rest a model judges.

    That most of the words are there is not enough here: the model sees what they amount to.

    Args:
        model: the judge of what words alone do not show.
    """

    def __init__(self, model: Support) -> None:
        self.name = f"word for word, else {model.name}"
        self._model = model

    def supports(self, premise: str, statement: str) -> bool:
        return contains(premise, statement) or self._model.supports(premise, statement)
