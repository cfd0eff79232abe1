"""Does a text support a statement? The question behind citation recall and nugget recall."""

from typing import Protocol

from eval.squad_text import contains, tokens
from rag.words import content_words


class Support(Protocol):
    """A judge of support."""

    @property
    def name(self) -> str:
        """What judged, as a run's configuration names it."""

    def supports(self, premise: str, statement: str) -> bool:
        """Whether whoever believes the premise must believe the statement."""


class LexicalSupport:
    """Support by words: needs no model, and is blind to negation and to who did what to whom."""

    name = "lexical"

    def supports(self, premise: str, statement: str) -> bool:
        """The statement stands in the premise, or nearly all of its words do."""
        if contains(premise, statement):
            return True
        words = set(content_words(statement))
        return bool(words) and words <= set(content_words(premise)) and bool(tokens(premise))
