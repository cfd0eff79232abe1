"""What an operating point buys: how much is answered, what is declined, how much is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np

from eval.calibration.cases import ANSWERABLE, HIDDEN, NEAR, OTHER, Case, Floats, weights_of

OPERATING_POINTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)
_MARKED = (0.3, 0.5, 0.7, 0.8)
_COLOURS = ("#1f5f8b", "#b4552d", "#4f7f3f", "#7a4f9a")


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
    """The risk-coverage curve of each corpus as SVG, with operating points marked on it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    for corpus, colour in zip(sorted({case.corpus for case in cases}), _COLOURS, strict=False):
        of = [number for number, case in enumerate(cases) if case.corpus == corpus]
        told, share, risk = _risk([cases[i] for i in of], answerable[of])
        axes.plot(share, risk, color=colour, linewidth=1.6, label=corpus)
        for answer_from in _MARKED:
            at = int(np.searchsorted(-told, -answer_from, side="right")) - 1
            if at >= 0:
                axes.plot(share[at], risk[at], "o", color=colour, markersize=4)
                axes.annotate(
                    f"{answer_from:.1f}", (share[at], risk[at]),
                    xytext=(2, -12), textcoords="offset points", size=8,
                )  # fmt: skip
    axes.set(xlabel="share of questions answered", ylabel="share of the answers wrong")
    axes.set(xlim=(0, 1.02), ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _risk(cases: Sequence[Case], answerable: Floats) -> tuple[Floats, Floats, Floats]:
    """Each probability that was told, falling, with the share answered from it on and the risk."""
    weight = weights_of(cases)
    wrong = np.array([not case.right for case in cases])
    order = np.argsort(-answerable, kind="stable")
    taken, lost = np.cumsum(weight[order]), np.cumsum((weight * wrong)[order])
    last = np.append(np.diff(answerable[order]) != 0, True)  # equals are taken together
    return answerable[order][last], (taken / taken[-1])[last], (lost / taken)[last]
