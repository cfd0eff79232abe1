"""The default reader: sentences chosen by what answers in them, and a judgement of whether it does.

Passages come with what the reader's model made of them (`span_model.py`), which orders them too;
those of another reranker are read here. The best sentence answers if the calibrated confidence that
it does is high enough (`confidence.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from rag.passage_reading import PassageReading
from rag.reading import candidates as sentences
from rag.reading.base import Reading
from rag.reading.composing import compose
from rag.reading.confidence import shipped
from rag.reading.coverage import Evidence as Body
from rag.reading.coverage import demands
from rag.reading.declining import NOTHING, looked_for, nearest_to, why_not
from rag.reading.parts import askings
from rag.reading.selection import found_in
from rag.reading.signals import signals_of
from rag.reading.span_model import SpanModel
from rag.reading.studied import Studied
from rag.reading.told import text_as_told
from rag.retrieval import Hit

ArticleText = Callable[[str, int], str]

READ = 6  # of the ranked passages, those that are read
_FIRST = 2  # of these, those that are read before the others, which may not be needed
_SURE = 5.0  # the score of a sentence from which they are not


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
        model: reads what came without a reading, and sentences alone.
        article_text: the full text of an article version, by id and number.
        answer_from: the confidence from which an answer is given, 0 to 1.
    """

    def __init__(
        self,
        model: SpanModel,
        article_text: ArticleText,
        answer_from: float,
    ) -> None:
        self._model = model
        self._article_text = article_text
        self._answer_from = answer_from
        self._calibration = shipped()

    def read(self, question: str, hits: Sequence[Hit], max_sentences: int) -> Reading:
        """See `rag.reading.Reader`."""
        read = [hit.reading for hit in hits[:READ] if hit.reading is not None]
        if not read:
            read = study(self._model, question, hits)

        @cache
        def text_of(article_id: str, version: int) -> str:
            return text_as_told(question, self._article_text(article_id, version))

        studied = _studied(question, hits, read, text_of)
        if not studied.found:
            return Reading((), 0.0, (NOTHING,), read=len(read))
        signals = signals_of(studied, self._model)
        answerable = self._calibration.answerable.of(signals)
        confidence = self._calibration.right.of(signals)
        if answerable < self._answer_from:
            by_parts = self._by_parts(question, hits, text_of)
            answerable, confidence = by_parts or (answerable, confidence)
        if answerable >= self._answer_from:
            composed = compose(studied, confidence, self._model, text_of, max_sentences)
            return replace(composed, signals=signals)
        # What may well answer is near; where hardly anything does, what has the question's words.
        may_answer = answerable >= self._answer_from / 2
        near = studied.found[0] if may_answer else nearest_to(question, studied.found)
        why = why_not(near.hit.passage.title, studied.asked, studied.bodies[near.version])
        said = (looked_for(question, studied.asked, hits[: len(read)]), why)
        nearest = near.as_evidence(studied.found)
        return Reading((), confidence, said, read=len(read), nearest=nearest, signals=signals)

    def _by_parts(
        self, question: str, hits: Sequence[Hit], text_of: ArticleText
    ) -> tuple[float, float] | None:
        """How probably a question of several askings is answerable, and rightly answered.

        Its askings may be answered in different articles, none of which answers it whole. That
        one of them is, is enough; what none answers a note will say.
        """
        told = []
        for part in askings(question):
            studied = _studied(part, hits, study(self._model, part, hits), text_of)
            if studied.found:
                signals = signals_of(studied, self._model)
                probable = self._calibration.answerable.of(signals)
                told.append((probable, self._calibration.right.of(signals)))
        if not told:
            return None
        return max(probable for probable, _ in told), min(right for _, right in told)


def _studied(
    question: str, hits: Sequence[Hit], read: Sequence[PassageReading], text_of: ArticleText
) -> Studied:
    passages = {sentences.version_of(hit.passage): hit.passage for hit in hits[: len(read)]}
    bodies = {key: Body(passage, text_of(*key)) for key, passage in passages.items()}
    return Studied(question, hits, read, found_in(hits, read), demands(question), bodies)
