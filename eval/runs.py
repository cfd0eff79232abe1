"""A run: every gold question asked once, scored, and the scores put together with intervals."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from platform import python_version
from time import perf_counter
from typing import Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, Field

from eval import intervals
from eval.measures import MEASURES, Floats, Measure
from eval.outcome import Outcome
from eval.questions import GoldQuestion
from eval.systems import System
from rag import __version__
from rag.types import Answer, Citation, Passage

T = TypeVar("T")


class QuestionResult(BaseModel):
    """One question of a run."""

    id: str
    question: str
    answerable: bool
    answers: list[str]
    tags: list[str]
    outcome: Literal["answered", "refused", "failed"]
    scores: dict[str, float | None] = Field(
        description="Each measure's score; null when the question is not in its denominator."
    )
    weights: dict[str, float] = Field(
        description="How much a score counts in its measure's denominator, where that is not 1."
    )
    answer: Answer | None = Field(description="The answer without its passages; null on failure.")
    retrieved: list[str] = Field(description="Ids of the retrieved articles, best first.")
    read: list[str] = Field(description="Ids of the passages that the answer was read from.")
    unknown_evidence: list[str] = Field(description="Gold evidence the corpus does not have.")
    error: str | None
    timings_ms: dict[str, float]


class RunInfo(BaseModel):
    """Which run this is."""

    id: str
    started_at: datetime
    seconds: float


class Run(BaseModel):
    """A run, as results.json holds it; every aggregate can be computed again from `questions`."""

    run: RunInfo
    config: dict[str, Any]
    corpus: dict[str, Any]
    measures: dict[str, float | None] = Field(description="Null when the denominator is zero.")
    intervals: dict[str, tuple[float, float] | None] = Field(description="95%, bootstrap.")
    counts: dict[str, int] = Field(description="Each measure's denominator, and totals.")
    questions: list[QuestionResult]


def run(
    system: System,
    gold: Sequence[GoldQuestion],
    *,
    name: str = "run",
    config: dict[str, Any] | None = None,
    on_question: Callable[[], None] = lambda: None,
) -> Run:
    """Asks every question and scores what comes back.

    An exception of the system fails its question, which is scored as a wrong answer that found
    nothing, and the run goes on. With the same corpus, configuration and gold everything but the
    timings comes out the same.

    Args:
        system: what is asked.
        gold: at least one question.
        name: the run's id.
        config: what the caller wants recorded beside the system's own configuration.
        on_question: called after each question, for a progress bar.
    """
    started_at, clock = datetime.now(UTC), perf_counter()
    questions = []
    for question in gold:
        questions.append(_asked(system, question))
        on_question()
    columns = {measure: column(questions, measure) for measure in MEASURES.values()}
    return Run(
        run=RunInfo(id=name, started_at=started_at, seconds=round(perf_counter() - clock, 3)),
        config={
            **(config or {}),
            **system.config(),
            "newscite": __version__,
            "python": python_version(),
            "bootstrap": {
                "level": intervals.LEVEL,
                "resamples": intervals.RESAMPLES,
                "seed": intervals.SEED,
            },
        },
        corpus=system.corpus(),
        measures={m.name: value(m, *parts) for m, parts in columns.items()},
        intervals={m.name: intervals.interval(m, *parts) for m, parts in columns.items()},
        counts=_totals(questions)
        | {m.name: int(weights.sum()) for m, (_, weights) in columns.items()},
        questions=questions,
    )


def column(questions: Sequence[QuestionResult], measure: Measure) -> tuple[Floats, Floats]:
    """A measure's values (numerators) and weights (denominators), one of each a question."""
    scores = [question.scores[measure.name] for question in questions]
    weights = np.array(
        [
            0.0 if score is None else question.weights.get(measure.name, 1.0)
            for question, score in zip(questions, scores, strict=True)
        ]
    )
    return np.array([score or 0.0 for score in scores]) * weights, weights


def value(measure: Measure, values: Floats, weights: Floats) -> float | None:
    """The measure over the questions of a column; None when its denominator is zero."""
    return float(measure.combine(values, weights)) if weights.any() else None


def _asked(system: System, question: GoldQuestion) -> QuestionResult:
    """Asks one question; whatever the system raises is kept as the question's error."""
    errors: list[str] = []
    answer, ask_ms = _timed(lambda: system.ask(question), "ask", errors)
    passages, rank_ms = _timed(lambda: system.rank(question), "search", errors)
    evidence = [system.resolve(item.article) for item in question.evidence]
    outcome = Outcome(
        question=question,
        evidence=tuple(evidence),
        answer=answer,
        ranking=_articles(passages or []),
        exact=tuple(_exact(system, c, errors) for c in (answer.citations if answer else [])),
        ask_ms=ask_ms,
    )
    parts = {name: measure.part(outcome) for name, measure in MEASURES.items()}
    return QuestionResult(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        answers=question.answers,
        tags=question.tags,
        outcome="failed" if answer is None else "refused" if outcome.refused else "answered",
        scores={n: part.value / part.weight if part.weight else None for n, part in parts.items()},
        weights={n: part.weight for n, part in parts.items() if part.weight not in (0, 1)},
        answer=answer.model_copy(update={"passages": None}) if answer else None,
        retrieved=list(outcome.ranking),
        read=[p.passage_id for p in (answer.passages if answer else None) or []],
        unknown_evidence=[
            item.article for item, ids in zip(question.evidence, evidence, strict=True) if not ids
        ],
        error="; ".join(errors) or None,
        timings_ms={"ask": round(ask_ms, 3), "search": round(rank_ms, 3)},
    )


def _timed(call: Callable[[], T], stage: str, errors: list[str]) -> tuple[T | None, float]:
    """What the call returns, or None with the error noted, and its wall time in milliseconds."""
    start = perf_counter()
    try:
        result = call()
    except Exception as error:
        errors.append(f"{stage}: {type(error).__name__}: {error}")
        result = None
    return result, (perf_counter() - start) * 1000


def _articles(passages: Iterable[Passage]) -> tuple[str, ...]:
    """The passages' articles, each at its best passage's place."""
    return tuple(dict.fromkeys(passage.article_id for passage in passages))


def _exact(system: System, citation: Citation, errors: list[str]) -> bool:
    """Whether the quote is, character by character, what its article's version says there."""
    text, _ = _timed(
        lambda: system.text(citation.article_id, citation.version), "quote check", errors
    )
    quote = citation.quote
    return bool(quote) and text is not None and text[citation.start : citation.end] == quote


def _totals(questions: Sequence[QuestionResult]) -> dict[str, int]:
    """How many questions there are, of which kind, and how they ended."""
    return {
        "questions": len(questions),
        "answerable": sum(q.answerable for q in questions),
        "unanswerable": sum(not q.answerable for q in questions),
        "answered": sum(q.outcome == "answered" for q in questions),
        "refused": sum(q.outcome == "refused" for q in questions),
        "failed": sum(q.outcome == "failed" for q in questions),
        "errors": sum(q.error is not None for q in questions),
        "unknown_evidence": sum(len(q.unknown_evidence) for q in questions),
    }
