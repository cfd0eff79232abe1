"""What reading has to go on: a question, the passages found for it, and what was made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.passage_reading import PassageReading
from rag.reading.candidates import Candidate, Version
from rag.reading.coverage import Demands
from rag.reading.coverage import Evidence as Body
from rag.retrieval import Hit


@dataclass(frozen=True, slots=True)
class Studied:
    """A question and what was read for it.

    Attributes:
        question: the question.
        hits: the ranked passages.
        read: what was made of the first of them.
        found: the sentences of those, best first.
        asked: what the question names.
        bodies: the articles that were read.
    """

    question: str
    hits: Sequence[Hit]
    read: Sequence[PassageReading]
    found: Sequence[Candidate]
    asked: Demands
    bodies: dict[Version, Body]
