"""What an article tells its readers: its text, with spaces for what is planted in it for machines.

All that answers, supports or explains an answer is looked for here, so nothing that is recognised
as planted (`prose.py`) can be quoted or bear on what is. Everything else keeps its place.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.archive.records import StoredPassage
from rag.reading.prose import planted_among
from rag.remembering import remembered
from rag.retrieval import Hit
from rag.sentences import sentence_spans


def hit_as_told(question: str, hit: Hit) -> Hit:
    """The hit with its passage as told to the reader; see `passage_as_told`."""
    return replace(hit, passage=passage_as_told(question, hit.passage))


def passage_as_told(question: str, passage: StoredPassage) -> StoredPassage:
    """The passage with as many sentences in the same places, those that are planted blank."""
    spans = tuple((start - passage.start, end - passage.start) for start, end in passage.sentences)
    return replace(passage, text=_passage_blanked(question, passage.text, spans))


def text_as_told(question: str, text: str) -> str:
    """An article's text, as long as it is."""
    return _blanked(question, text, _spans_of(text))


@remembered
def _spans_of(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text))


@lru_cache(maxsize=64)  # the reranker reads the passages that are then read to answer
def _passage_blanked(question: str, text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return _blanked(question, text, spans)


def _blanked(question: str, text: str, spans: Sequence[tuple[int, int]]) -> str:
    sentences = [text[start:end] for start, end in spans]
    lines = [text.count("\n", 0, start) for start, _ in spans]
    for number in planted_among(question, sentences, lines):
        start, end = spans[number]
        text = text[:start] + " " * (end - start) + text[end:]
    return text
