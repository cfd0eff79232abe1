"""Figures as SVG that belongs to the page: its colours, its font, and the same bytes each time."""

import logging
import re
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from eval.report.wording import STAGES, slug
from eval.stages import Stage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, RULE, ACCENT, PEN = "#0a0b01", "#0a0b02", "#0a0b03", "#0a0b04", "#0a0b05"
"""Stand-ins, which become the page's own colours and so follow it into the dark."""

OF_STAGE: dict[Stage, str] = {
    stage: f"#0a0c{number:02x}" for number, stage in enumerate(STAGES, start=1)
}
"""The stand-in for each stage's colour."""

_ON_PAGE = {
    INK: "currentColor",
    SOFT: "var(--soft)",
    RULE: "var(--rule)",
    ACCENT: "var(--accent)",
    PEN: "var(--pen-edge)",
} | {colour: f"var(--{slug(stage)})" for stage, colour in OF_STAGE.items()}

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: the page's font, searchable, selectable
    "svg.hashsalt": "newscite",
    "font.size": 10.5,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "legend.frameon": False,
}
_INCHES = (5.2, 3.4)
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def drawn(name: str, alt: str, draw: "Callable[[Figure], None]") -> str:
    """The figure that `draw` fills, as an `svg` element.

    Args:
        name: unique on the page; all ids begin with it.
        alt: what a reader who does not see it is told.
        draw: puts axes and marks on the figure.
    """
    # A home that cannot be written to is worth no warning: the font cache is then a passing one.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    out = StringIO()
    with rc_context(_STYLE):
        figure = Figure(figsize=_INCHES, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure)
        figure.savefig(out, format="svg", metadata=_NO_METADATA, transparent=True)
    return _on_page(out.getvalue(), name, alt)


def plain_axes(axes: "Axes", grid: str) -> None:
    """Only what helps to read: a grid across the values' axis, no ticks."""
    axes.tick_params(length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == ("left" if grid == "x" else "bottom"))
    axes.grid(visible=False, axis="x" if grid == "y" else "y")


def _on_page(svg: str, name: str, alt: str) -> str:
    """Without what is only for a file of its own, with the page's colours and font."""
    opening = svg[svg.index("<svg") : svg.index(">", svg.index("<svg"))]
    box = " ".join(re.findall(r'viewBox="[^"]*"', opening))
    body = svg[svg.index("<svg") + len(opening) + 1 :]
    body = re.sub(r"<(metadata|style)\b.*?</\1>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body).replace("xlink:href", "href")
    used = set(re.findall(r"#([\w.-]+)", body))
    body = re.sub(
        r' id="([^"]*)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", body
    )
    body = re.sub(r"(url\(|href=\")#", rf"\1#{name}-", body)
    body = re.sub("|".join(_ON_PAGE), lambda found: _ON_PAGE[found[0]], body)
    body = re.sub(r"\s*\n\s*", " ", body).strip()
    return f'<svg {box} role="img" aria-label="{escape(alt)}">{body}'
