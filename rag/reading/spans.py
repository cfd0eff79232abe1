"""The default reader: sentences chosen by what answers in them, and a judgement of whether it does.

Passages come with what the reader's model made of them (`span_model.py`), which orders them too;
those of another reranker are read here. The best sentence answers if the calibrated confidence that
it does is high enough (`confidence.py`).
"""

import math
from collections.abc import Callable, Sequence

from rag.passage_reading import PassageReading
from rag.reading import candidates as sentences
from rag.reading.asked import asks_for_an_explanation
from rag.reading.base import Evidence, Reading
from rag.reading.candidates import Candidate, Version
from rag.reading.confidence import Signals, lead_over_rivals, shipped
from rag.reading.coverage import Demands, demands
from rag.reading.coverage import Evidence as Body
from rag.reading.declining import NOTHING, looked_for, why_not
from rag.reading.span_model import SpanModel
from rag.retrieval import Hit

READ = 6  # of the ranked passages, those that are read
_FIRST = 2  # of these, those that are read before the others, which may not be needed
_SURE = 5.0  # the score of a sentence from which they are not
_SENTENCES = 2  # of the fewest that answer
# How much less than the best a second sentence may score: the surer the best, the closer.
_CLOSE = ((9.0, 1.5), (_SURE, 4.0), (-math.inf, 6.0))
_RELEVANT = -1.0  # the relevance under which a passage is beside the question
_SHORT_WORDS = 12  # the longest short answer


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
        article_text: Callable[[str, int], str],
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
        found = _candidates(hits, read)
        if not found:
            return Reading((), 0.0, (NOTHING,), read=len(read))
        best = found[0]
        asked = demands(question)
        bodies = self._bodies(hits[: len(read)])
        signals = self._signals(question, asked, best, hits, read, bodies)
        confidence = self._calibration.right.of(signals)
        if self._calibration.answerable.of(signals) < self._answer_from:
            lacking = _lacking(asked, bodies[best.version])
            why = why_not(best.hit.passage.title, lacking)
            said = (looked_for(question, asked, hits[: len(read)]), why)
            nearest = best.as_evidence(found)
            return Reading((), confidence, said, read=len(read), nearest=nearest, signals=signals)
        close = next(close for score, close in _CLOSE if best.score >= score)
        rivals = [c for c in found if c.score >= best.score - close]
        chosen = sentences.choose(rivals, asked, bodies, min(max_sentences, _SENTENCES))
        chosen = sentences.with_antecedents(question, chosen, max_sentences)
        every = [
            sentences.candidate(hit, rank, number)
            for rank, hit in enumerate(hits)
            for number in range(len(hit.passage.sentences))
        ]
        evidence = [c.as_evidence(every) for c in sentences.in_reading_order(chosen)]
        short = None if asks_for_an_explanation(question) else _short(best, read)
        notes = tuple(sentences.remarks(evidence))
        return Reading(
            tuple(evidence), confidence, notes, read=len(read), short=short, signals=signals
        )

    def _signals(
        self,
        question: str,
        asked: Demands,
        best: Candidate,
        hits: Sequence[Hit],
        read: Sequence[PassageReading],
        bodies: dict[Version, Body],
    ) -> Signals:
        """What speaks for the best sentence and against it."""
        before = best.before() or best
        fewer = [best.as_passage(), best.as_passage(since=before.start)]
        views = [read[best.rank], *self._model.read(question, fewer)]
        everything = bodies.values()
        nowhere = [name for name in asked.names if not any(b.has_name(name) for b in everything)]
        own = bodies[best.version]
        return Signals(
            score=best.score,
            answered=sum(view.answered for view in views) / len(views),
            lead=lead_over_rivals(_short_answers(hits, read)),
            aside=max(0.0, _RELEVANT - read[best.rank].relevance),
            nowhere=len(nowhere),
            figures=sum(not own.has_figure(figure) for figure in asked.figures),
            explained=asks_for_an_explanation(question),
        )

    def _bodies(self, hits: Sequence[Hit]) -> dict[Version, Body]:
        """The articles that were read from, as bodies of evidence."""
        passages = {sentences.version_of(hit.passage): hit.passage for hit in hits}
        return {key: Body(passage, self._article_text(*key)) for key, passage in passages.items()}


def _candidates(hits: Sequence[Hit], read: Sequence[PassageReading]) -> list[Candidate]:
    """Every sentence of the hits that were read, which are the first ones, best first."""
    found = [
        sentences.candidate(hit, rank, sentence.number, sentence.score)
        for rank, (hit, reading) in enumerate(zip(hits, read, strict=False))
        for sentence in reading.sentences
    ]
    return sorted(found, key=lambda c: (-c.score, c.rank, c.start))


def _short_answers(hits: Sequence[Hit], read: Sequence[PassageReading]) -> list[tuple[str, float]]:
    """The likeliest few words of every sentence with their scores, best first."""
    scored = [
        (Evidence(hit.passage, sentence.start, sentence.end).text, sentence.score)
        for hit, reading in zip(hits, read, strict=False)
        for sentence in reading.sentences
    ]
    return sorted(scored, key=lambda one: -one[1])


def _lacking(asked: Demands, own: Body) -> list[str]:
    """The names and figures of the question that the nearest article does not have."""
    names = [name for name in asked.names if not own.has_name(name)]
    return names + [figure for figure in asked.figures if not own.has_figure(figure)]


def _short(best: Candidate, read: Sequence[PassageReading]) -> Evidence | None:
    """The few words of the best sentence that answer, if they are few."""
    (sentence,) = (s for s in read[best.rank].sentences if s.number == best.number)
    short = Evidence(best.hit.passage, sentence.start, sentence.end)
    inside = best.start <= sentence.start and len(short.text.split()) <= _SHORT_WORDS
    return short if inside else None
