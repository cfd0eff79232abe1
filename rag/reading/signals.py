"""What speaks for the best sentence of what was read, and against it."""

from rag.reading.asked import asks_for_an_explanation
from rag.reading.base import Evidence
from rag.reading.confidence import Signals, lead_over_rivals
from rag.reading.span_model import SpanModel
from rag.reading.studied import Studied

_RELEVANT = -1.0  # the relevance under which a passage is beside the question


def signals_of(studied: Studied, model: SpanModel) -> Signals:
    """The signals of the best sentence, which is read again alone and with the one before it."""
    question, asked, best = studied.question, studied.asked, studied.found[0]
    passage = studied.read[best.rank]
    before = best.before() or best
    fewer = [best.as_passage(), best.as_passage(since=before.start)]
    answered = [reading.answered for reading in (passage, *model.read(question, fewer))]
    own, read = studied.bodies[best.version], studied.bodies.values()
    return Signals(
        score=best.score,
        answered=sum(answered) / len(answered),
        lead=lead_over_rivals(_short_answers(studied)),
        aside=max(0.0, _RELEVANT - passage.relevance),
        nowhere=sum(not any(body.has_name(name) for body in read) for name in asked.names),
        figures=sum(not own.has_figure(figure) for figure in asked.figures),
        explained=asks_for_an_explanation(question),
    )


def _short_answers(studied: Studied) -> list[tuple[str, float]]:
    """The likeliest few words of every sentence with their scores, best first."""
    scored = [
        (Evidence(hit.passage, sentence.start, sentence.end).text, sentence.score)
        for hit, reading in zip(studied.hits, studied.read, strict=False)
        for sentence in reading.sentences
    ]
    return sorted(scored, key=lambda one: -one[1])
