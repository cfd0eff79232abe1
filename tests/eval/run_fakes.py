"""Runs made of scores instead of answers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from eval.reply import Reply
from eval.results import EvidenceResult, QuestionResult, Run, RunInfo
from eval.stages import Stage


def asked(
    name: str, right: bool | None = None, scores: Mapping[str, float | None] | None = None,
    **fields: Any,
) -> QuestionResult:  # fmt: skip
    """A question that was answered, right or not; without `right`, it has no gold answer."""
    stage = None if right is None else Stage.RIGHT if right else Stage.NOT_RETRIEVED
    whole: dict[str, Any] = {
        "id": name,
        "question": f"What about {name}?",
        "answerable": True,
        "answers": [] if right is None else ["three"],
        "tags": [],
        "outcome": "answered",
        "stage": stage,
        "scores": {"answer_match": None if right is None else float(right)} | dict(scores or {}),
        "parts": {},
        "answer": Reply(answerable=True, answer="three [1]" if right else "four [1]"),
        "retrieved": [],
        "read": [],
        "evidence": [
            EvidenceResult(
                article="strike", quote="three ships", known=True, article_rank=1,
                passage_rank=1, read=True, cited=True,
            )
        ],
        "citations": [],
        "nuggets": {},
        "error": None,
        "timings_ms": {"ask": 10.0},
    }  # fmt: skip
    return QuestionResult(**(whole | fields))


def failed(name: str) -> QuestionResult:
    """A question on which the system failed."""
    fields = {"outcome": "failed", "answer": None, "error": "OSError: down"}
    return asked(name, False, stage=Stage.FAILED, **fields)


def run_of(
    questions: Sequence[QuestionResult], name: str = "run", *, gold: str = "g", **fields: Any
) -> Run:
    """A run; what a comparison does not look at is empty."""
    config = {"gold": {"sha256": gold}, "machine": "m", "command": name} | fields.get("config", {})
    return Run(
        run=RunInfo(id=name, started_at=datetime(2026, 1, 2, tzinfo=UTC), seconds=1, resumed=0),
        config=config,
        corpus=fields.get("corpus", {"fingerprint": "f"}),
        measures={},
        intervals={},
        counts={},
        stages={},
        questions=list(questions),
    )


def rights(pattern: str, name: str = "run", **fields: Any) -> Run:
    """A run of right (1) and wrong (0) questions: "1101"."""
    return run_of(
        [asked(f"q{number:03}", mark == "1") for number, mark in enumerate(pattern)],
        name,
        **fields,
    )
