"""The table that `newscite eval run` prints: the losses, then the chief measures."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval.printing import plain
from eval.report import rows
from eval.report.wording import STAGES, between, number, percent
from eval.results import Run
from eval.stages import Stage

_BAR = 24  # characters for all of the questions


def table(run: Run) -> RenderableType:
    """The headline, the losses by stage, and the chief measures of each family; fits 80 columns."""
    parts: list[RenderableType] = [Text(plain(run.run.id), style="bold"), Text(rows.summary(run))]
    if run.stages:
        parts += [Text(), _stages(run), Text(rows.loss_sentence(run), style="italic")]
    measures, left_out = _measures(run)
    parts += [Text(), measures]
    if run.judge:
        parts.append(Text(plain(rows.judge_sentence(run))))
    if left_out:
        parts.append(Text(f"{left_out} more measures are in the report.", style="dim"))
    return Group(*parts)


def _stages(run: Run) -> Table:
    drawn = Table(
        "where it went", box=None, pad_edge=False, header_style="bold", title_justify="left"
    )
    drawn.add_column("questions", justify="right")
    drawn.add_column("share", justify="right")
    drawn.add_column("", no_wrap=True)
    judged = sum(run.stages.values())
    for stage in (Stage.RIGHT, *rows.losses(run)):
        count = run.stages.get(stage, 0)
        style = "green" if stage is Stage.RIGHT else ""
        bar = "█" * round(_BAR * count / judged) or ("▏" if count else "")
        drawn.add_row(
            Text(STAGES[stage].short, style=style),
            f"{count:,}",
            percent(count / judged),
            Text(bar, style=style),
        )
    return drawn


def _measures(run: Run) -> tuple[Table, int]:
    """The chief measures, and how many others there are."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    drawn.add_column("measure", no_wrap=True)
    drawn.add_column("value", justify="right", no_wrap=True)
    drawn.add_column("95% interval", justify="right", no_wrap=True)
    drawn.add_column("over", overflow="fold", style="dim")
    left_out = 0
    for heading, members in rows.groups(run):
        shown = [row for row in members if row.chief] or members
        left_out += len(members) - len(shown)
        drawn.add_row(Text(heading.title, style="italic"))
        over = ""
        for row in shown:
            # The same noun again and again would only wrap.
            told = f"{row.over:,}" if row.measure.over == over else row.denominator
            over = row.measure.over
            drawn.add_row(
                Text(f"  {row.measure.name}"),
                number(row.measure, row.value),
                between(row.measure, row.interval),
                told,
            )
    return drawn, left_out
