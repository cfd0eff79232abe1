"""report.html: one file with everything in it, to be read by people.

The questions travel as JSON and become table rows in the browser, as many as are looked at; all
the rest is in the page as it stands. Questions, answers and articles are hostile text: the template
escapes them, the JSON holds no `<`, the scripts set text and never markup, and the page's own
policy runs no script but ours and loads nothing.
"""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.configuration import flat
from eval.measures import MEASURES
from eval.report import definitions, plots, rows, wording
from eval.report.questions import chooser, payload
from eval.results import Run
from eval.stages import Stage

_HERE = Path(__file__).parent
_SCRIPTS = ("text.js", "detail.js", "table.js")


def html(run: Run) -> str:
    """The whole of report.html; the same run gives the same bytes."""
    script = "\n".join(_file(name) for name in _SCRIPTS)
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": wording.percent,
        "count": "{:,}".format,
        "code": definitions.code,
    }
    return environment.get_template("template.html.j2").render(
        run=run,
        head=rows.headline(run),
        loss=rows.loss_sentence(run),
        stages=_stages(run),
        tags=_tags(run),
        groups=[(heading, list(map(_row, members))) for heading, members in rows.groups(run)],
        plots=[(plot, Markup(plot.image or "")) for plot in plots.plots(run)],  # noqa: S704
        slices=_slices(run),
        chooser=chooser(run),
        judgement=run.judge,
        settings=list(flat(run.config)),
        corpus=list(flat(run.corpus)),
        definitions=definitions.all_of(run),
        style=Markup(_file("style.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        payload=Markup(_json(payload(run))),  # noqa: S704
    )


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _json(values: Any) -> str:
    """JSON that no HTML parser takes for anything but text."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _stages(run: Run) -> list[dict[str, Any]]:
    """The stages that a question of the run ended at, right ones first."""
    judged = sum(run.stages.values())
    return [
        {
            "stage": stage,
            "slug": wording.slug(stage),
            "short": wording.STAGES[stage].short,
            "sentence": wording.STAGES[stage].sentence,
            "count": run.stages[stage],
            "share": run.stages[stage] / judged,
        }
        for stage in (Stage.RIGHT, *rows.losses(run))
        if run.stages.get(stage)
    ]


def _tags(run: Run) -> list[tuple[str, int, list[dict[str, Any]]]]:
    """For each tag, its questions at each of those stages; nothing when no question has a tag."""
    tagged = rows.by_tag(run.questions)
    if not run.stages or list(tagged) == [rows.UNTAGGED]:
        return []
    table = []
    for tag, questions in tagged.items():
        counts = rows.stage_counts(questions)
        cells = [
            {"slug": stage["slug"], "count": count, "share": count / len(questions)}
            for stage in _stages(run)
            for count in [counts[stage["stage"]]]
        ]
        table.append((tag, len(questions), cells))
    return table


def _row(row: rows.MeasureRow) -> dict[str, Any]:
    """A measure with its place and its interval's on a scale of 0 to 100, if it has one."""
    shown = {
        "name": row.measure.name,
        "value": wording.number(row.measure, row.value),
        "interval": wording.between(row.measure, row.interval),
        "over": row.over,
        "noun": row.measure.over,
        "better": row.measure.better,
        "chief": row.chief,
        "unit": row.measure.unit,
        "scale": None,
    }
    if row.value is not None and row.interval is not None:
        low, high = _ends(row)
        at, start, end = (
            round(100 * (number - low) / (high - low), 2) for number in (row.value, *row.interval)
        )
        zero = round(100 * -low / (high - low), 2) if low < 0 else None
        shown["scale"] = {"at": at, "start": start, "width": round(end - start, 2), "zero": zero}
    return shown


def _ends(row: rows.MeasureRow) -> tuple[float, float]:
    """What the bar of a measure begins and ends at: 0 and 1 for shares, -1 and 1 for CRAG's."""
    if row.measure.unit == "share":
        return (-1.0 if row.measure.name == "crag" else 0.0), 1.0
    highest = max(row.interval or (1.0,))
    return 0.0, highest * 1.25 or 1.0


def _slices(run: Run) -> dict[str, Any] | None:
    """Some measures for each tag, with intervals."""
    tagged = rows.by_tag(run.questions)
    if list(tagged) == [rows.UNTAGGED]:
        return None
    measures = [MEASURES[name] for name in wording.SLICED if name in run.measures]
    return {
        "measures": [measure.name for measure in measures],
        "rows": [
            (tag, len(questions), [_row(rows.sliced(questions, measure)) for measure in measures])
            for tag, questions in tagged.items()
        ],
    }
