"""A comparison for people: on the terminal, and in Markdown for a pull request."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.compare import Comparison, Flip, Shared, Side
from eval.paired import FEWEST, McNemar, MeasureDifference, Verdict
from eval.printing import escaped, grid, listed, plain

_HEAD = ("measure", "baseline → candidate", "difference", "95% interval", "McNemar", "verdict")
_SHOWN = (
    f"Better, worse or changed: the interval excludes 0, p is at most 0.05 and at least {FEWEST} "
    "questions differ. Intervals are over questions; latency varies with the machine's load, too."
)
_LEGEND = (
    "Differences are candidate minus baseline; intervals are paired bootstraps. McNemar: questions "
    "that score in the candidate alone : in the baseline alone, and the exact p. " + _SHOWN
)
_SHORT_LEGEND = (
    "Differences are candidate minus baseline; intervals are paired bootstraps, p is of McNemar's "
    "exact test. " + _SHOWN
)
_SHORT = {Verdict.NOT_SHOWN: "not shown", Verdict.NOT_COMPARABLE: "–"}
_STYLES = {Verdict.BETTER: "bold green", Verdict.WORSE: "bold red", Verdict.CHANGED: "bold yellow"}


def terminal(comparison: Comparison) -> RenderableType:
    """All of it; fits 80 columns."""
    return Group(
        Text(plain(f"{comparison.candidate} against {comparison.baseline}"), style="bold"),
        Text(_summary(comparison)),
        *(Text(warning, style="yellow") for warning in _warnings(comparison)),
        Text(),
        _measure_table(comparison.measures),
        Text(),
        Text(f"{_SHORT_LEGEND} {comparison.chance}", style="dim"),
        *_setting_lines(comparison),
        flips(comparison.lost, "lost"),
        flips(comparison.gained, "gained"),
    )


def flips(found: Sequence[Flip], which: Literal["lost", "gained"]) -> RenderableType:
    """Flipped questions, the two answers side by side; nothing when there are none."""
    if not found:
        return Group()
    parts: list[RenderableType] = [Text(), Text(f"{_count(found)} {which}", style="bold reverse")]
    for flip in found:
        sides = Table.grid(expand=True, padding=(0, 2, 0, 0))
        sides.add_column(ratio=1, overflow="fold")
        sides.add_column(ratio=1, overflow="fold")
        sides.add_row(*(_side_head(name, side) for name, side in _sides(flip)))
        sides.add_row(*(Text(_answer(side)) for _, side in _sides(flip)))
        parts += [
            Text(),
            Text(plain(f"{flip.id}: {flip.question}"), style="bold"),
            Text(f"gold: {_gold(flip)}", style="dim"),
            Padding(sides, (0, 0, 0, 2)),
        ]
    return Group(*parts)


def markdown(comparison: Comparison) -> str:
    """All of it as GitHub-flavoured Markdown; text of runs cannot become markup."""
    parts = [
        f"# {escaped(comparison.candidate)} against {escaped(comparison.baseline)}",
        _summary(comparison),
        *(f"**{escaped(warning)}**" for warning in _warnings(comparison)),
        "## Measures",
        _table(_HEAD, map(_row, _differences_first(comparison.measures))),
        f"{_LEGEND} {comparison.chance}",
    ]
    if comparison.settings:
        rows = [(s.name, _setting(s.baseline), _setting(s.candidate)) for s in comparison.settings]
        parts += [
            "## What differs",
            _table(("setting", "baseline", "candidate"), rows),
        ]
    for found, which in ((comparison.lost, "lost"), (comparison.gained, "gained")):
        if found:
            head = ("id", "question", "gold", "baseline", "candidate")
            parts += [
                f"## {_count(found)} {which}",
                _table(head, map(_flip_row, found)),
            ]
    return "\n\n".join(parts) + "\n"


def shown(row: MeasureDifference, number: float | None, sign: str = "") -> str:
    """A measure's number, or a difference of two with `sign` as "+"."""
    if number is None:
        return "–"
    digits = {"share": ".3f", "count": ",.1f", "ms": ",.0f"}[row.unit]
    return "0" if sign and number == 0 else f"{number:{sign}{digits}}"


def interval(row: MeasureDifference) -> str:
    """The interval of the difference."""
    return " … ".join(shown(row, bound, "+") for bound in row.interval) if row.interval else "–"


def _summary(comparison: Comparison) -> str:
    right = comparison.right
    return (
        f"{comparison.questions.both} questions in both runs. "
        f"Right: {right.baseline} → {right.candidate} of {right.over}; "
        f"{len(comparison.lost)} lost, {len(comparison.gained)} gained "
        f"(McNemar p = {_p(right.mcnemar)})."
    )


def _warnings(comparison: Comparison) -> list[str]:
    return [*comparison.warnings, *_not_shared(comparison.questions), *_failed(comparison)]


def _not_shared(questions: Shared) -> Iterable[str]:
    for ids, where in (
        (questions.baseline_only, "in the baseline only"),
        (questions.candidate_only, "in the candidate only"),
        (questions.changed, "in both, but with another text or other gold"),
    ):
        if ids:
            yield f"{_count(ids)} left out: {where}."


def _failed(comparison: Comparison) -> Iterable[str]:
    if comparison.newly_failed:
        ids = plain(listed(comparison.newly_failed))
        yield f"{_count(comparison.newly_failed)} failed in the candidate only: {ids}."


def _count(things: Sequence[object]) -> str:
    return f"{len(things)} question{'s' * (len(things) != 1)}"


def _measure_table(measures: Sequence[MeasureDifference]) -> Table:
    """For 80 columns, so without the notes, which Markdown and JSON have."""
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="underline")
    table.add_column("measure", no_wrap=True)
    table.add_column("baseline → candidate", justify="right", min_width=17)
    table.add_column("difference (95%)", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in _differences_first(measures):
        verdict = _SHORT.get(row.verdict, row.verdict.value)
        if row.mcnemar and row.differing:
            verdict += f", p {_p(row.mcnemar)}"
        table.add_row(
            row.measure,
            f"{shown(row, row.baseline)} → {shown(row, row.candidate)}",
            f"{shown(row, row.difference, '+')} ({interval(row)})" if row.differing else "0",
            Text(verdict, style=_STYLES.get(row.verdict, "dim")),
        )
    return table


def _differences_first(measures: Sequence[MeasureDifference]) -> list[MeasureDifference]:
    """What is shown to differ, what differs, what does not, what cannot; each in report order."""
    return sorted(
        measures,
        key=lambda row: (row.verdict not in _STYLES, not row.difference, row.difference is None),
    )


def _row(row: MeasureDifference) -> tuple[str, ...]:
    verdict = row.verdict.value if row.note is None else f"{row.verdict.value}: {row.note}"
    return (
        row.measure,
        f"{shown(row, row.baseline)} → {shown(row, row.candidate)}",
        shown(row, row.difference, "+"),
        interval(row),
        _odds(row.mcnemar) if row.mcnemar else "",
        verdict,
    )


def _odds(test: McNemar) -> str:
    return f"{test.only_candidate}:{test.only_baseline} {_p(test)}"


def _p(test: McNemar) -> str:
    return "<0.001" if test.p < 0.001 else f"{test.p:.3f}"  # noqa: PLR2004 - three places


def _setting_lines(comparison: Comparison) -> Iterable[RenderableType]:
    if not comparison.settings:
        return
    yield Text()
    yield Text("What differs between the runs", style="bold reverse")
    for setting in comparison.settings:
        before, after = _setting(setting.baseline), _setting(setting.candidate)
        yield Text(plain(f"{setting.name}: {before} → {after}"))


def _setting(setting: Any) -> str:
    return "(none)" if setting is None else str(setting)


def _flip_row(flip: Flip) -> tuple[str, ...]:
    sides = (f"{side.stage.value}: {_answer(side)}" for _, side in _sides(flip))
    return (flip.id, flip.question, _gold(flip), *sides)


def _sides(flip: Flip) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("baseline", flip.baseline), ("candidate", flip.candidate)


def _side_head(name: str, side: Side) -> Text:
    colour = "green" if side.stage.value == "right" else "red"
    return Text(f"{name}: {side.stage.value}", style=colour)


def _gold(flip: Flip) -> str:
    return plain(" / ".join(flip.answers)) or "(no answer: to be refused)"


def _answer(side: Side) -> str:
    if side.outcome == "answered":
        return plain(side.answer or "") or "(no text)"
    return "(refused)" if side.outcome == "refused" else f"(failed: {plain(side.error or '?')})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return grid(head, ([escaped(cell) for cell in row] for row in rows))
