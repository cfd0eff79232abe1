"""The stock reader: the sentences that a cross-encoder finds best, and a judgement of whether they
answer. It reads where NEWSCITE_RERANKER names the cross-encoder.

Each sentence is scored against the question with its headline before it. The headline tells the
model what "he" and "the company" are about, so that the sentence that answers need not repeat the
question's words; on the development questions the best sentence then holds the answer in .47
instead of .39 (docs/benchmarks.md). Whether there is an answer at all is judged by how well the
sentence and its passage fit, and by what the question names and the article does not.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.embedding import passage_input
from rag.reading.base import Reading
from rag.reading.candidates import (
    Candidate,
    candidate,
    choose,
    in_reading_order,
    remarks,
    version_of,
    with_antecedents,
)
from rag.reading.coverage import Demands, demands
from rag.reading.coverage import Evidence as Body
from rag.reading.declining import NOTHING, looked_for, nearest_to, why_not
from rag.reading.told import text_as_told
from rag.reranking import CrossEncoder
from rag.retrieval import Hit
from rag.words import words

_PASSAGES = 6  # of the ranked passages, those whose sentences are read
_SENTENCES = 2  # of the fewest that answer: one, or two that fit about equally well
_CLOSE = 2.0  # how much less than the best a second sentence may score
# And how much less without the headline: one that says the answer lends it to every sentence.
_CLOSE_ALONE = 10.0
_WORDS = 3  # a run of fewer is a caption or a crosshead, not a sentence
_RIVALS = 6  # of the close ones, those that are scored alone
_ANSWERED = 0.5  # the confidence from which an answer is given

# A logistic model of "answerable" over the scores below, fitted on the development questions of
# wikinews asked with and without their article and on questions about other matters.
_BIAS, _SENTENCE, _PASSAGE = 0.85, 0.25, 0.43
# Set by hand: a name that nothing read has is decisive, one that only other articles have is not.
_NAME_NOWHERE, _NAME_ELSEWHERE, _FIGURE = 6.0, 1.5, 1.15


class ExtractiveReader:
    """Chooses whole sentences; needs no language model.

    Args:
        encoder: scores question and sentence together.
        article_text: the full text of an article version, by id and number.
    """

    def __init__(self, encoder: CrossEncoder, article_text: Callable[[str, int], str]) -> None:
        self._encoder = encoder
        self._article_text = article_text

    def read(self, question: str, hits: Sequence[Hit], max_sentences: int) -> Reading:
        """See `rag.reading.Reader`."""
        hits = hits[:_PASSAGES]
        candidates = self._scored(question, hits)
        if not candidates:
            return Reading((), 0.0, (NOTHING,), read=len(hits))
        best = candidates[0]
        passages = {version_of(hit.passage): hit.passage for hit in hits}
        bodies = {
            version: Body(passage, text_as_told(question, self._article_text(*version)))
            for version, passage in passages.items()
        }
        asked = demands(question)
        # Scored here and not taken from the hit, whose scale is the configured reranker's.
        passage = best.hit.passage
        fit = self._encoder.scores(question, [passage_input(passage.title, passage.readable)])[0]
        score = _judge(best, fit, asked, bodies)
        confidence = round(1 / (1 + math.exp(-score)), 3)
        if confidence < _ANSWERED:
            near = nearest_to(question, candidates)
            why = why_not(near.hit.passage.title, asked, bodies[near.version])
            notes = (looked_for(question, asked, hits), why)
            nearest = near.as_evidence(candidates)
            return Reading((), confidence, notes, read=len(hits), nearest=nearest)
        rivals = self._rivals(question, candidates)
        chosen = choose(rivals, asked, bodies, min(max_sentences, _SENTENCES))
        chosen = in_reading_order(with_antecedents(question, chosen, max_sentences))
        evidence = [c.as_evidence(candidates) for c in chosen]
        return Reading(tuple(evidence), confidence, tuple(remarks(evidence)), read=len(hits))

    def _scored(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """Every distinct sentence of the passages, best first."""
        found = [
            candidate(hit, rank, number)
            for rank, hit in enumerate(hits)
            for number in range(len(hit.passage.sentences))
        ]
        found = [c for c in found if len(words(c.text)) >= _WORDS]
        texts = [f"{c.hit.passage.title}. {c.text}" for c in found]
        scores = self._encoder.scores(question, texts)
        scored = [replace(c, score=score) for c, score in zip(found, scores, strict=True)]
        return sorted(scored, key=lambda c: (-c.score, c.rank, c.start))

    def _rivals(self, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence and those that fit about as well, with and without the headline."""
        best = candidates[0]
        close = [c for c in candidates if c.score >= best.score - _CLOSE][:_RIVALS]
        alone = self._encoder.scores(question, [c.text for c in close])
        return [
            c for c, score in zip(close, alone, strict=True) if score >= alone[0] - _CLOSE_ALONE
        ]


def _judge(
    best: Candidate, fit: float, asked: Demands, bodies: dict[tuple[str, int], Body]
) -> float:
    """The log-odds that the best sentence answers."""
    own = bodies[best.version]
    missing = [name for name in asked.names if not own.has_name(name)]
    nowhere = [n for n in missing if not any(body.has_name(n) for body in bodies.values())]
    figures = [figure for figure in asked.figures if not own.has_figure(figure)]
    score = (
        _BIAS
        + _SENTENCE * best.score
        + _PASSAGE * fit
        - _NAME_NOWHERE * len(nowhere)
        - _NAME_ELSEWHERE * (len(missing) - len(nowhere))
        - _FIGURE * len(figures)
    )
    return max(-30.0, min(30.0, score))
