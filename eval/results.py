"""What a run found: the shape of results.json, and every aggregate from its questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from eval import intervals
from eval.judgement import Judgement
from eval.measures import MEASURES, OUTSIDE, Floats, Measure, Part
from eval.outcome import QuoteCheck
from eval.reply import Reply
from eval.stages import Stage
from rag.types import Filters, Moment


class CitationResult(BaseModel):
    """What the check of one citation found, with the article's words around the quote."""

    number: int
    check: QuoteCheck
    exact: bool
    before: str
    after: str


class EvidenceResult(BaseModel):
    """One piece of gold evidence and how far it came; ranks are from 1, null: not retrieved."""

    article: str
    quote: str | None
    known: bool
    article_rank: int | None
    passage_rank: int | None
    read: bool
    cited: bool


class QuestionResult(BaseModel):
    """One question of a run."""

    id: str
    question: str
    answerable: bool
    answers: list[str]
    tags: list[str]
    as_of: Moment | None = None
    filters: Filters = Filters()
    outcome: Literal["answered", "refused", "failed"]
    stage: Stage | None = Field(description="Where it was lost; null without a gold answer.")
    scores: dict[str, float | None] = Field(
        description="Each measure's score; null when the question is not in its denominator."
    )
    parts: dict[str, Part] = Field(
        description="Value, weight and label, where they are not the score, 1 and 0."
    )
    answer: Reply | None = Field(description="Without the passages; null on failure.")
    retrieved: list[str] = Field(description="Ids of the retrieved articles, best first.")
    read: list[str] = Field(description="Ids of the passages that the answer was read from.")
    evidence: list[EvidenceResult]
    citations: list[CitationResult]
    nuggets: dict[str, bool] = Field(description="Which gold nuggets the answer states.")
    error: str | None
    timings_ms: dict[str, float]


class RunInfo(BaseModel):
    """Which run this is."""

    id: str
    started_at: datetime
    seconds: float = Field(description="Time spent asking, over all resumptions.")
    resumed: int = Field(description="How often it went on after an interruption.")


class Run(BaseModel):
    """A run, as results.json holds it; every aggregate can be computed again from `questions`."""

    run: RunInfo
    config: dict[str, Any]
    corpus: dict[str, Any]
    measures: dict[str, float | None] = Field(description="Null when the denominator is zero.")
    intervals: dict[str, tuple[float, float] | None] = Field(description="95%, bootstrap.")
    counts: dict[str, int] = Field(description="Each measure's denominator, and totals.")
    stages: dict[Stage, int] = Field(description="How many questions were lost where.")
    questions: list[QuestionResult]
    judge: Judgement | None = Field(
        default=None, description="What a language model held of it, if one was asked."
    )


def put_together(
    info: RunInfo,
    questions: Sequence[QuestionResult],
    *,
    config: dict[str, Any],
    corpus: dict[str, Any],
) -> Run:
    """The run over scored questions, of which there is at least one."""
    columns = {measure: column(questions, measure) for measure in MEASURES.values()}
    stages = [q.stage for q in questions if q.stage]
    return Run(
        run=info,
        config=config,
        corpus=corpus,
        measures={m.name: value(m, parts) for m, parts in columns.items()},
        intervals={m.name: intervals.interval(m, parts) for m, parts in columns.items()},
        counts=_totals(questions)
        | {m.name: int(parts[:, 1].sum()) for m, parts in columns.items()},
        stages={s: stages.count(s) for s in Stage if s in stages},
        questions=list(questions),
    )


def column(questions: Sequence[QuestionResult], measure: Measure) -> Floats:
    """A measure's parts, one row a question: value, weight and label."""
    return np.array([_part(question, measure.name) for question in questions], dtype=np.float64)


def value(measure: Measure, parts: Floats) -> float | None:
    """The measure over the questions of a column; None when its denominator is zero."""
    whole = float(measure.combine(parts)) if parts[:, 1].any() else float("nan")
    return None if np.isnan(whole) else whole


def _part(question: QuestionResult, name: str) -> Part:
    if name in question.parts:
        return question.parts[name]
    score = question.scores.get(name)
    return OUTSIDE if score is None else Part(score)


def _totals(questions: Sequence[QuestionResult]) -> dict[str, int]:
    """How many questions there are, of which kind, and how they ended."""
    return {
        "questions": len(questions),
        "answerable": sum(q.answerable for q in questions),
        "unanswerable": sum(not q.answerable for q in questions),
        "answered": sum(q.outcome == "answered" for q in questions),
        "refused": sum(q.outcome == "refused" for q in questions),
        "failed": sum(q.outcome == "failed" for q in questions),
        "unknown_evidence": sum(not e.known for q in questions for e in q.evidence),
    }
