"""The plots of report.html: what each shows, over how many questions, and what to read from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.measures import MEASURES
from eval.measures.aurc import risk_coverage
from eval.measures.ece import reliability
from eval.report import rows, svg
from eval.report.wording import STAGES, counted, percent
from eval.results import EvidenceResult, QuestionResult, Run, column
from eval.stages import Stage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

_DEEPEST = 20


@dataclass(frozen=True)
class Plot:
    """One plot, or why there is none.

    Attributes:
        title: what it is of.
        reading: what to read from it, with its denominator; or why it is left out.
        image: an `svg` element; None when it is left out.
    """

    title: str
    reading: str
    image: str | None = None


def plots(run: Run) -> list[Plot]:
    """Every plot of the report, in its order."""
    return [losses(run), hits(run), risk(run), calibration(run), latency(run)]


def losses(run: Run) -> Plot:
    """How the questions dwindle from stage to stage."""
    title = "Losses by stage"
    judged = sum(run.stages.values())
    if not judged:
        return Plot(title, "Left out: no question has a gold answer, so none can be lost.")
    lost = rows.losses(run)
    steps, left = [(Stage.RIGHT, 0, run.stages.get(Stage.RIGHT, 0))], judged
    for stage in lost:
        left -= run.stages[stage]
        steps.append((stage, left, run.stages[stage]))
    steps = [*steps[1:], steps[0]]

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        for place, (stage, start, count) in enumerate(steps):
            axes.barh(place, count, left=start, height=0.62, color=svg.OF_STAGE[stage])
            axes.text(start + count + judged * 0.012, place, f"{count:,}", va="center")
        axes.set_yticks(range(len(steps)), [STAGES[stage].short for stage, _, _ in steps])
        axes.tick_params(axis="y", labelcolor=svg.INK)
        axes.set_xlim(0, judged * 1.06)
        axes.invert_yaxis()
        svg.plain_axes(axes, "x")
        axes.set_xlabel("questions left")

    alt = "; ".join(f"{STAGES[stage].short}: {count}" for stage, _, count in steps)
    reading = (
        f"From the right: of {counted(judged, 'question')} each stage takes its losses away; "
        "the last bar is what came out right. The longest step is where there is most to win."
    )
    return Plot(title, reading, svg.drawn("losses", alt, draw))


def hits(run: Run) -> Plot:
    """hits@k over k, for articles and for passages."""
    title = "Found among the first k"
    if not any(question.retrieved for question in run.questions):
        return Plot(title, "Left out: the system does not tell what it retrieved.")
    levels = {
        "article": _first_ranks(run.questions, lambda e: e.article_rank, lambda _: True),
        "passage": _first_ranks(run.questions, lambda e: e.passage_rank, lambda e: bool(e.quote)),
    }
    levels = {level: ranks for level, ranks in levels.items() if ranks}
    if not levels:
        return Plot(title, "Left out: no answerable question names evidence.")
    deepest = max((rank for ranks in levels.values() for rank in ranks if rank), default=1)
    ks = range(1, min(_DEEPEST, max(10, deepest)) + 1)

    def draw(figure: "Figure") -> None:
        axes, floor = figure.subplots(), 1.0
        for (level, ranks), colour, mark in zip(
            levels.items(), (svg.ACCENT, svg.INK), "os", strict=False
        ):
            shares = [_share(ranks, k) for k in ks]
            bounds = [rows.share_interval(_hits(ranks, k), len(ranks)) or (0, 0) for k in ks]
            low, high = zip(*bounds, strict=True)
            axes.fill_between(ks, low, high, color=colour, alpha=0.13, linewidth=0)
            axes.plot(ks, shares, f"-{mark}", color=colour, markersize=3.5, label=level)
            floor = min(floor, *low)
        axes.set_ylim(max(0.0, np.floor((floor - 0.02) * 10) / 10), 1.01)
        axes.set_xlim(0.6, len(ks) + 0.4)
        axes.set_xticks([k for k in (1, 4, 10, 15, 20) if k in ks])
        axes.set_xlabel("k")
        axes.legend(loc="lower right")
        svg.plain_axes(axes, "y")

    told = [
        f"{level}: {_share(ranks, 1):.3f} at 1, {_share(ranks, ks[-1]):.3f} at {ks[-1]}, "
        f"over {counted(len(ranks), 'question')}"
        for level, ranks in levels.items()
    ]
    reading = (
        "The share of answerable questions with gold evidence among the first k distinct articles, "
        "and with its words among the first k passages; the band is the 95% interval. "
        f"{_sentence(told)} Where a curve goes flat, reading further down finds no more."
    )
    return Plot(title, reading, svg.drawn("hits", "; ".join(told), draw))


def risk(run: Run) -> Plot:
    """Risk over coverage."""
    title = "Risk and coverage"
    coverage, wrong = risk_coverage(column(run.questions, MEASURES["aurc"]))
    if not len(coverage):
        return Plot(title, "Left out: no question has a gold answer to be right or wrong about.")
    answered = sum(q.outcome == "answered" for q in run.questions if q.stage)

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.fill_between(coverage, 0, wrong, color=svg.ACCENT, alpha=0.1, linewidth=0)
        axes.plot(coverage, wrong, color=svg.ACCENT, linewidth=1.6)
        if answered < len(coverage):
            axes.axvline(answered / len(coverage), color=svg.SOFT, linewidth=0.9, linestyle=":")
        _of_share(axes, "share of questions taken, surest first", max(0.1, float(wrong.max())))
        svg.plain_axes(axes, "y")

    told = f"all {len(wrong):,} questions taken: {percent(float(wrong[-1]))} wrong"
    if (half := len(wrong) // 2) > 0:
        told = f"surest half: {percent(float(wrong[half - 1]))} wrong; {told}"
    reading = (
        "How wrong the answers would be if only the surest were taken. A confidence that knows "
        "what it knows keeps the left side low; a flat line knows nothing. "
        f"{_sentence([told])}"
    )
    if answered < len(coverage):
        reading += " Right of the dotted line are refusals and failures."
    return Plot(title, reading, svg.drawn("risk", told, draw))


def calibration(run: Run) -> Plot:
    """A reliability diagram with the number of questions in each bin."""
    title = "Is the confidence worth its number?"
    bins = reliability(column(run.questions, MEASURES["ece"]))
    told_one = any(q.answer and q.answer.confidence is not None for q in run.questions)
    if not bins or not told_one:
        return Plot(title, "Left out: the system tells no confidence.")
    total = sum(each.count for each in bins)

    def draw(figure: "Figure") -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot((0, 1), (0, 1), color=svg.SOFT, linewidth=0.9, linestyle=":")
        for each in bins:
            bounds = rows.share_interval(round(each.accuracy * each.count), each.count)
            above.plot((each.confidence,) * 2, bounds or (0, 0), color=svg.ACCENT, alpha=0.45)
        above.plot(
            [b.confidence for b in bins], [b.accuracy for b in bins], "o",
            color=svg.ACCENT, markersize=5,
        )  # fmt: skip
        _of_share(above, "", 1)
        above.set_ylim(-0.03, 1.06)
        below.bar([b.confidence for b in bins], [b.count for b in bins], 0.05, color=svg.SOFT)
        for each in bins:
            below.text(each.confidence, each.count, f"{each.count:,}", ha="center", va="bottom")
        below.set_ylim(0, max(b.count for b in bins) * 1.5)
        below.set_yticks([])
        below.set_xlim(-0.03, 1.03)
        below.set_xlabel("confidence")
        for axes in (above, below):
            svg.plain_axes(axes, "y")

    told = [f"{b.confidence:.2f}: {b.accuracy:.2f} of {b.count}" for b in bins]
    reading = (
        f"{counted(total, 'question')} in bins by the confidence told; each dot is the share of a "
        "bin that got a right answer, with its 95% interval. On the dotted line confidence is what "
        "it says; below it, the system is too sure. The bars below count the questions."
    )
    return Plot(
        title, reading, svg.drawn("calibration", "right by confidence: " + "; ".join(told), draw)
    )


def latency(run: Run) -> Plot:
    """How many questions were done within how long."""
    title = "How long answers took"
    took = np.sort([q.timings_ms["ask"] for q in run.questions if "ask" in q.timings_ms])
    if not len(took):
        return Plot(title, "Left out: no question has a timing.")
    seconds = took / 1000
    share = np.arange(1, len(took) + 1) / len(took)
    marks = {p: float(np.quantile(seconds, p / 100)) for p in (50, 95)}

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.step(np.r_[0, seconds], np.r_[0, share], where="post", color=svg.ACCENT, linewidth=1.6)
        for quantile, at in marks.items():
            axes.plot((at, at, 0), (0, *(quantile / 100,) * 2), color=svg.SOFT, lw=0.9, ls=":")
            axes.annotate(
                f"p{quantile}  {at:.2g} s", (at, quantile / 100), (7, -13),
                textcoords="offset points",
            )  # fmt: skip
        _of_share(axes, "seconds", 1)
        axes.set_xlim(0, max(float(seconds[-1]) * 1.05, marks[95] * 1.35) or 1)
        axes.xaxis.set_major_locator(_few_ticks())
        axes.xaxis.set_major_formatter("{x:g}")
        svg.plain_axes(axes, "y")

    told = (
        f"half within {marks[50]:.2f} s, 95% within {marks[95]:.2f} s, "
        f"the slowest {seconds[-1]:.2f} s"
    )
    reading = (
        f"The share of {counted(len(took), 'question')} that was done within so many seconds, "
        f"refusals and failures included. {_sentence([told])}"
    )
    return Plot(title, reading, svg.drawn("latency", told, draw))


def _first_ranks(
    questions: Iterable[QuestionResult],
    rank: Callable[[EvidenceResult], int | None],
    counts: Callable[[EvidenceResult], bool],
) -> list[int | None]:
    """For each answerable question with such evidence, the rank of the first piece found."""
    pieces = ([e for e in q.evidence if counts(e)] for q in questions if q.answerable)
    return [min(filter(None, map(rank, found)), default=None) for found in pieces if found]


def _hits(ranks: list[int | None], k: int) -> int:
    return sum(rank is not None and rank <= k for rank in ranks)


def _share(ranks: list[int | None], k: int) -> float:
    return _hits(ranks, k) / len(ranks)


def _of_share(axes: "Axes", label: str, top: float) -> None:
    """Both axes from 0, the upright one a share up to `top`, in percent."""
    from matplotlib.ticker import PercentFormatter

    axes.set_xlim(0, 1)
    axes.set_ylim(0, top * 1.04)
    axes.set_xlabel(label)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def _few_ticks() -> "Locator":
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(6)


def _sentence(parts: list[str]) -> str:
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."
