"""report.md: a run for a pull request, within what GitHub takes as a comment."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from eval.configuration import flat
from eval.measures import MEASURES
from eval.outcome import QuoteCheck
from eval.printing import escaped, grid
from eval.report import rows
from eval.report.wording import SLICED, STAGES, between, counted, number, percent
from eval.results import QuestionResult, Run, column, value
from eval.stages import Stage

LIMIT = 65_536
"""The most characters of a comment or description on GitHub."""

_RESERVE = 600  # for the headings of the question lists
_TAGS = 25
_LISTED = 25
_CUT = 240


def markdown(run: Run) -> str:
    """The whole of report.md, at most `LIMIT` characters; what is cut is counted."""
    head = [
        f"# Run {_cell(run.run.id)}",
        f"**{rows.summary(run)}.** {rows.loss_sentence(run)}".strip(),
        *_section("Where it went wrong", _stage_grid(run), _stages_by_tag(run)),
        *_section("Measures", *_measures(run)),
        *_section("By tag", _slices(run)),
        *_section("A model's judgement", _cell(rows.judge_sentence(run))),
    ]
    tail = [
        *_section("Errors", _errors(run)),
        *_section("Gold evidence that the corpus does not have", _unknown(run)),
        *_section("Configuration", _settings(run.config)),
        *_section("Corpus", _settings(run.corpus)),
    ]
    room = LIMIT - _RESERVE - sum(len(part) + 2 for part in (*head, *tail))
    return "\n\n".join([*head, *_questions(run, room), *tail]) + "\n"


def _stage_grid(run: Run) -> str:
    judged = sum(run.stages.values())
    if not judged:
        return ""
    lines = [
        (_stage_name(stage), f"{count:,}", percent(count / judged), STAGES[stage].sentence)
        for stage in (Stage.RIGHT, *rows.losses(run))
        for count in [run.stages.get(stage, 0)]
    ]
    return grid(("stage", "questions:", "share:", "what happened"), lines)


def _stages_by_tag(run: Run) -> str:
    tagged = rows.by_tag(run.questions)
    if not run.stages or list(tagged) == [rows.UNTAGGED]:
        return ""
    stages = [Stage.RIGHT, *rows.losses(run)]
    lines = []
    for tag, questions in list(tagged.items())[:_TAGS]:
        counts = rows.stage_counts(questions)
        cells = [f"{counts[stage]:,}" if counts[stage] else "·" for stage in stages]
        lines.append((_cell(tag), f"{len(questions):,}", *cells))
    return grid(("tag", "questions:", *(f"{_stage_name(s)}:" for s in stages)), lines) + _more(
        len(tagged) - _TAGS, "tag"
    )


def _stage_name(stage: Stage) -> str:
    return STAGES[stage].short


def _measures(run: Run) -> Iterable[str]:
    for heading, members in rows.groups(run):
        lines = [
            (
                f"**{row.measure.name}**" if row.chief else row.measure.name,
                number(row.measure, row.value),
                between(row.measure, row.interval),
                row.denominator,
            )
            for row in members
        ]
        yield grid((heading.title, "value:", "95% interval:", "over"), lines)
    yield (
        "Intervals are percentile bootstraps over questions. "
        "A dash is a measure over nothing, which has no value."
    )


def _slices(run: Run) -> str:
    tagged = rows.by_tag(run.questions)
    measures = [MEASURES[name] for name in SLICED if name in run.measures]
    if list(tagged) == [rows.UNTAGGED]:
        return ""
    lines = []
    for tag, questions in list(tagged.items())[:_TAGS]:
        cells = [number(m, value(m, column(questions, m))) for m in measures]
        lines.append((_cell(tag), f"{len(questions):,}", *cells))
    head = ("tag", "questions:", *(f"{measure.name}:" for measure in measures))
    return grid(head, lines) + _more(len(tagged) - _TAGS, "tag")


def _questions(run: Run, room: int) -> Iterable[str]:
    """The questions to look at, a fold for each stage; in turns, so that each has some."""
    flagged = {
        _stage_name(stage): [_line(q) for q in run.questions if q.stage is stage]
        for stage in sorted(rows.losses(run), key=lambda stage: -run.stages[stage])
    }
    altered = [_line(q) for q in run.questions if q.stage is Stage.RIGHT and _altered(q)]
    if altered:
        flagged["right, with a citation whose words are not the article's"] = altered
    kept = _kept(flagged, room - sum(len(name) + 200 for name in flagged))
    if not flagged:
        return
    yield "## Questions to look at"
    for name, lines in flagged.items():
        shown = kept[name]
        count = counted(len(lines), "question")
        if len(shown) < len(lines):
            count += f", {len(shown):,} of them shown"
        table = grid(("id", "question", "gold", "answer"), shown)
        yield f"<details>\n<summary>{name}: {count}</summary>\n\n{table}\n\n</details>"


def _kept(flagged: Mapping[str, Sequence[tuple[str, ...]]], room: int) -> dict[str, list[Any]]:
    kept: dict[str, list[Any]] = {name: [] for name in flagged}
    for turn in zip_longest(*flagged.values()):
        for name, line in zip(flagged, turn, strict=True):
            if line is not None:
                room -= sum(len(cell) + 3 for cell in line) + 2
                if room < 0:
                    return kept
                kept[name].append(line)
    return kept


def _line(question: QuestionResult) -> tuple[str, str, str, str]:
    reply = question.answer
    said = reply.answer or "(no text)" if reply and reply.answerable else f"({question.outcome})"
    gold = " / ".join(question.answers) or ("–" if question.answerable else "(refuse)")
    return _cell(question.id), _cell(question.question), _cell(gold), _cell(said)


def _altered(question: QuestionResult) -> bool:
    return any(citation.check is not QuoteCheck.FOUND for citation in question.citations)


def _errors(run: Run) -> str:
    return _list(f"{_cell(q.id)}: {_cell(q.error)}" for q in run.questions if q.error)


def _unknown(run: Run) -> str:
    return _list(
        f"{_cell(q.id)}: {_cell(e.article)}"
        for q in run.questions
        for e in q.evidence
        if not e.known
    )


def _settings(values: Mapping[str, Any]) -> str:
    return _list((f"{_cell(name)}: {_cell(setting)}" for name, setting in flat(values)), most=60)


def _list(items: Iterable[str], most: int = _LISTED) -> str:
    lines = [f"- {item}" for item in items]
    return "\n".join(lines[:most]) + _more(len(lines) - most, "line")


def _more(count: int, what: str) -> str:
    """That so many are not shown; nothing when all are."""
    return f"\n\nNot shown: {counted(count, what)}." if count > 0 else ""


def _section(heading: str, *bodies: str) -> tuple[str, ...]:
    filled = [body for body in bodies if body]
    return (f"## {heading}", *filled) if filled else ()


def _cell(text: str | None) -> str:
    return escaped(text or "", _CUT)
