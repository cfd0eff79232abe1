"""A run for people: the table on the terminal, and report.md."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from eval.measures import MEASURES, Measure
from eval.runs import QuestionResult, Run, column, value

_BY_TAG = (
    "hits@4", "mrr@10", "f1", "answer_match", "citation_precision", "refusal_recall",
)  # fmt: skip


def table(run: Run) -> Table:
    """Value, interval and denominator of every measure."""
    drawn = Table(title=f"{run.run.id}: {_summary(run)}", title_justify="left")
    drawn.add_column("measure", no_wrap=True)
    drawn.add_column("value", justify="right", no_wrap=True)
    drawn.add_column("95% interval", justify="right", no_wrap=True)
    drawn.add_column("over", overflow="fold")
    for row in _rows(run):
        drawn.add_row(*row)
    return drawn


def markdown(run: Run) -> str:
    """The whole of report.md."""
    parts = [
        f"# Run {run.run.id}",
        _summary(run)[0].upper() + _summary(run)[1:] + ".",
        "## Measures",
        _grid(("measure", "value", "95% interval", "over"), _rows(run)),
        "Intervals are percentile bootstraps over questions, "
        f"{run.config['bootstrap']['resamples']:,} resamples. A dash is a measure over nothing.",
        *_section("By tag", _tag_grid(run)),
        *_section("Errors", _error_list(run.questions)),
        *_section("Gold evidence that the corpus does not have", _unknown_list(run.questions)),
        *_section("Questions to look at", _missed_grid(run.questions)),
        "## Configuration",
        "\n".join(f"- {key}: {_cell(str(setting))}" for key, setting in run.config.items()),
        "## Corpus",
        "\n".join(f"- {key}: {_cell(str(state))}" for key, state in run.corpus.items()) or "-",
    ]
    return "\n\n".join(parts) + "\n"


def _summary(run: Run) -> str:
    counts = run.counts
    text = (
        f"{counts['questions']} questions, {counts['unanswerable']} of them unanswerable; "
        f"{counts['answered']} answered, {counts['refused']} refused, {counts['failed']} failed; "
        f"{run.run.seconds:.0f} s"
    )
    if counts["unknown_evidence"]:
        text += f"; gold evidence not in the corpus: {counts['unknown_evidence']}"
    return text


def _rows(run: Run) -> list[tuple[str, str, str, str]]:
    rows = []
    for name, measure in MEASURES.items():
        bounds = run.intervals[name]
        between = " – ".join(_shown(measure, b) for b in bounds) if bounds else "–"
        over = f"{run.counts[name]} {measure.over}"
        rows.append((name, _shown(measure, run.measures[name]), between, over))
    return rows


def _shown(measure: Measure, number: float | None) -> str:
    if number is None:
        return "–"
    return f"{number:,.0f}" if measure.unit == "ms" else f"{number:.3f}"


def _tag_grid(run: Run) -> str:
    by_tag: dict[str, list[QuestionResult]] = {}
    for question in run.questions:
        for tag in question.tags:
            by_tag.setdefault(tag, []).append(question)
    rows = [
        (tag, str(len(questions)), *(_sliced(questions, MEASURES[name]) for name in _BY_TAG))
        for tag, questions in sorted(by_tag.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return _grid(("tag", "questions", *_BY_TAG), rows) if rows else ""


def _sliced(questions: Sequence[QuestionResult], measure: Measure) -> str:
    return _shown(measure, value(measure, *column(questions, measure)))


def _error_list(questions: Sequence[QuestionResult]) -> str:
    return "\n".join(f"- {_cell(q.id)}: {_cell(q.error)}" for q in questions if q.error)


def _unknown_list(questions: Sequence[QuestionResult]) -> str:
    return "\n".join(f"- {_cell(q.id)}: {_cell(a)}" for q in questions for a in q.unknown_evidence)


def _missed_grid(questions: Sequence[QuestionResult]) -> str:
    rows = [
        (
            q.id,
            q.question,
            " / ".join(q.answers) or "(refuse)",
            (q.answer.answer or "(no text)")
            if q.answer and q.answer.answerable
            else f"({q.outcome})",
        )
        for q in questions
        if not (q.scores["answer_match"] if q.answerable else q.scores["refusal_recall"])
    ]
    if not rows:
        return ""
    why = (
        "No gold answer stands in the answer word for word, or a refusal was due and did not come."
    )
    return f"{why}\n\n{_grid(('id', 'question', 'gold', 'answer'), rows)}"


def _section(heading: str, body: str) -> tuple[str, ...]:
    return (f"## {heading}", body) if body else ()


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str | None) -> str:
    """Text that cannot break out of its table cell or list item, nor be read as HTML."""
    folded = " ".join((text or "").split())
    return folded.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
