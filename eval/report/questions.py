"""The questions of a run as the page of report.html takes them: JSON values, nothing empty."""

from collections.abc import Mapping
from typing import Any

from eval.judgement import Judged
from eval.measures import MEASURES
from eval.reply import Reply
from eval.report import rows, wording
from eval.results import CitationResult, EvidenceResult, QuestionResult, Run
from rag.types import Citation

_RETRIEVED = 5


def chooser(run: Run) -> dict[str, Any]:
    """What the questions can be filtered by, with how many there are of each."""
    outcomes = ("answered", "refused", "failed")
    return {
        "tags": [(tag, len(questions)) for tag, questions in rows.by_tag(run.questions).items()],
        "outcomes": [(name, run.counts[name]) for name in outcomes if run.counts.get(name)],
        "measures": [
            (name, lost)
            for name in _losable(run)
            if (lost := sum(_lost(question, name) for question in run.questions))
        ],
    }


def payload(run: Run) -> dict[str, Any]:
    """Everything that the table of questions and its opened rows show."""
    names = _losable(run)
    verdicts = {each.id: each for each in run.judge.questions} if run.judge else {}
    return {
        "stages": {
            wording.slug(stage): {"short": told.short, "sentence": told.sentence}
            for stage, told in wording.STAGES.items()
        },
        "untagged": rows.UNTAGGED,
        "measures": names,
        "questions": [
            _question(question, names, verdicts.get(question.id)) for question in run.questions
        ],
    }


def _losable(run: Run) -> list[str]:
    """The measures that a question can do well or badly on by itself."""
    return [
        name
        for name, measure in MEASURES.items()
        if name in run.measures
        and measure.unit == "share"
        and measure.better == "higher"
        and name != "auroc_answerable"
    ]


def _lost(question: QuestionResult, name: str) -> bool:
    score = question.scores.get(name)
    return score is not None and score < 1


def _question(question: QuestionResult, names: list[str], verdict: Judged | None) -> dict[str, Any]:
    reply = question.answer
    return _filled(
        {
            "id": question.id,
            "question": question.question,
            "unanswerable": not question.answerable,
            "gold": question.answers,
            "tags": question.tags,
            "outcome": question.outcome,
            "stage": wording.slug(question.stage) if question.stage else None,
            "scores": [_rounded(question.scores.get(name)) for name in names],
            **(_reply(reply) if reply else {}),
            "citations": _citations(reply, question.citations) if reply else [],
            "evidence": [_evidence(piece) for piece in question.evidence],
            "nuggets": [[text, int(stated)] for text, stated in question.nuggets.items()],
            "retrieved": question.retrieved[:_RETRIEVED],
            "found": len(question.retrieved),
            "read": len(question.read),
            "error": question.error,
            "judge": [verdict.verdict.value, verdict.reason] if verdict else None,
            "ms": {name: round(took, 1) for name, took in question.timings_ms.items()},
        }
    )


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "answer": reply.answer,
        "cited": sorted(reply.cited_numbers),
        "confidence": _rounded(reply.confidence),
        "notes": reply.notes,
        "runs": reply.model_runs,
        "tokens": reply.tokens,
    }


def _citations(reply: Reply, checks: list[CitationResult]) -> list[dict[str, Any]]:
    return [
        _citation(citation, check) for citation, check in zip(reply.citations, checks, strict=True)
    ]


def _citation(citation: Citation, check: CitationResult) -> dict[str, Any]:
    published = citation.published_at
    return _filled(
        {
            "number": citation.number,
            "quote": citation.quote,
            "before": check.before,
            "after": check.after,
            "check": check.check.value,
            "exact": check.exact,
            "title": citation.title,
            "source": citation.source,
            "url": citation.url,
            "date": published.date().isoformat() if published else None,
            "article": citation.article_id,
            "version": citation.version,
            "start": citation.start,
            "end": citation.end,
        }
    )


def _evidence(piece: EvidenceResult) -> dict[str, Any]:
    return _filled(
        {
            "article": piece.article,
            "quote": piece.quote,
            "unknown": not piece.known,
            "articleRank": piece.article_rank,
            "passageRank": piece.passage_rank,
            "read": piece.read,
            "cited": piece.cited,
        }
    )


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty or false; a zero stays."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
