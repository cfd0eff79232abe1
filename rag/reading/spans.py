"""The default reader: sentences chosen by what answers in them, and a judgement of whether it does.

Passages come with what the reader's model made of them (`span_model.py`), which orders them too;
those of another reranker are read here. The best sentence answers if its score is high enough and
something read names all that the question names.
"""

import math
from collections.abc import Callable, Sequence

from rag.passage_reading import PassageReading
from rag.reading import candidates as sentences
from rag.reading.base import Reading
from rag.reading.candidates import Version
from rag.reading.composing import compose
from rag.reading.coverage import Demands, demands
from rag.reading.coverage import Evidence as Body
from rag.reading.selection import found_in
from rag.reading.span_model import SpanModel
from rag.reading.studied import Studied
from rag.retrieval import Hit

READ = 6  # of the ranked passages, those that are read
_FIRST = 2  # of these, those that are read before the others, which may not be needed
_SURE = 5.0  # the score of a sentence from which they are not

# The confidence that the sentences answer is a logistic function of the best one's score, fitted by
# tests/benchmarks/reading.py for half of the questions being answerable. The cost of a doubt is set
# by hand, to be nearly decisive: a name that nothing read has is one, and so is a passage that is
# about other matters.
_BIAS, _SCORE, _DOUBT = 0.2, 0.25, 5.0
_ANSWERED = -9.0  # the score from which an answer is given
_IRRELEVANT = -3.0  # the relevance under which a passage is about other matters


def study(model: SpanModel, question: str, hits: Sequence[Hit]) -> list[PassageReading]:
    """Reads the first few hits; the rest of them only if no sentence of these surely answers.

    Returns:
        What was made of each that was read: of the first two, or of the first six, there being so
        many.
    """
    read = model.read(question, [hit.passage for hit in hits[:_FIRST]])
    if any(reading.score >= _SURE for reading in read):
        return read
    return read + model.read(question, [hit.passage for hit in hits[_FIRST:READ]])


class SpanReader:
    """Chooses whole sentences; needs no language model.

    Args:
        model: reads what came without a reading.
        article_text: the full text of an article version, by id and number.
    """

    def __init__(self, model: SpanModel, article_text: Callable[[str, int], str]) -> None:
        self._model = model
        self._article_text = article_text

    def read(self, question: str, hits: Sequence[Hit], max_sentences: int) -> Reading:
        """See `rag.reading.Reader`."""
        read = [hit.reading for hit in hits[:READ] if hit.reading is not None]
        if not read:
            read = study(self._model, question, hits)
        found = found_in(hits, read)
        if not found:
            said = "Nothing that may be searched is about this."
            return Reading((), 0.0, (said,), read=len(read))
        best = found[0]
        asked = demands(question)
        bodies = self._bodies(hits[: len(read)])
        doubts = sum(not any(b.has_name(name) for b in bodies.values()) for name in asked.names)
        doubts += read[best.rank].relevance < _IRRELEVANT
        log_odds = _BIAS + _SCORE * best.score - _DOUBT * doubts
        confidence = round(1 / (1 + math.exp(-log_odds)), 3)
        if log_odds < _BIAS + _SCORE * _ANSWERED:
            note = sentences.why_not(best, _lacking(asked, bodies[best.version]))
            return Reading((), confidence, (note,), read=len(read))
        studied = Studied(question, hits, read, found, asked, bodies)
        return compose(studied, confidence, self._model, self._article_text, max_sentences)

    def _bodies(self, hits: Sequence[Hit]) -> dict[Version, Body]:
        """The articles that were read from, as bodies of evidence."""
        passages = {sentences.version_of(hit.passage): hit.passage for hit in hits}
        return {key: Body(passage, self._article_text(*key)) for key, passage in passages.items()}


def _lacking(asked: Demands, own: Body) -> list[str]:
    """The names and figures of the question that the nearest article does not have."""
    names = [name for name in asked.names if not own.has_name(name)]
    return names + [figure for figure in asked.figures if not own.has_figure(figure)]
