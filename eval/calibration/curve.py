"""What an operating point buys: how much is answered, what is declined, how much is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np

from eval.calibration.cases import ANSWERABLE, HIDDEN, NEAR, OTHER, Case, Floats, weights_of

OPERATING_POINTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Point:
    """What becomes of the cases at one setting of NEWSCITE_ANSWER_FROM.

    Attributes:
        answer_from: how probable it must be that there is an answer.
        answered: the share of answerable questions that get an answer, right or wrong.
        declined: the share of each other kind that gets none, where there are such.
        risk: the share of the answers that is wrong, kinds counting as `weights_of` has it.
    """

    answer_from: float
    answered: float
    declined: dict[str, float]
    risk: float


def points(cases: Sequence[Case], answerable: Floats) -> list[Point]:
    """A point for each of OPERATING_POINTS.

    Args:
        answerable: of each case, how probably what was read answers.
    """
    weight = weights_of(cases)
    right = np.array([case.right for case in cases])
    kind = np.array([case.kind for case in cases])
    found = []
    for answer_from in OPERATING_POINTS:
        given = answerable >= answer_from
        kinds = [k for k in (NEAR, HIDDEN, OTHER) if np.any(kind == k)]
        found.append(
            Point(
                answer_from,
                float(given[kind == ANSWERABLE].mean()),
                {k: float(1 - given[kind == k].mean()) for k in kinds},
                float(np.average(~right[given], weights=weight[given])) if given.any() else 0.0,
            )
        )
    return found


def table(found: Sequence[Point]) -> str:
    """The points as a Markdown table."""
    kinds = list(found[0].declined)
    heads = ["answer from", "answerable answered", *(f"declined: {k}" for k in kinds), "wrong"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---:|" * len(heads)]
    for point in found:
        shares = [point.answered, *point.declined.values(), point.risk]
        row = [f"{point.answer_from:.2f}", *(f"{share:.3f}" for share in shares)]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def draw(cases: Sequence[Case], answerable: Floats) -> str:
    """The risk-coverage curve as SVG: what share of all questions is answered, and how wrongly."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    weight = weights_of(cases)
    wrong = np.array([not case.right for case in cases])
    order = np.argsort(-answerable, kind="stable")
    taken = np.cumsum(weight[order])
    risk = np.cumsum((weight * wrong)[order]) / taken
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    axes.plot(taken / taken[-1], risk, color="#1f5f8b", linewidth=1.6)
    for answer_from in OPERATING_POINTS[1::2]:
        at = int((answerable >= answer_from).sum()) - 1
        if at >= 0:
            place = (taken[at] / taken[-1], risk[at])
            axes.plot(*place, "o", color="#1f5f8b", markersize=4)
            axes.annotate(
                f"{answer_from:.2f}", place, xytext=(3, -11), textcoords="offset points", size=8
            )
    axes.set(xlabel="share of questions answered", ylabel="share of the answers wrong")
    axes.set(xlim=(0, 1), ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
