"""`newscite eval measures`: what is measured, and what each number means."""

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.measures import Measure


def measures_command(
    name: Annotated[str | None, typer.Argument(help="One measure; all of them by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the measures, or say everything about one."""
    import json

    from rich.console import Console
    from rich.table import Table

    from eval.measures import MEASURES
    from rag.errors import UsageError

    if name is not None and name not in MEASURES:
        raise UsageError(f"there is no measure {name!r}; the measures are {', '.join(MEASURES)}")
    chosen = {name: MEASURES[name]} if name else MEASURES
    if as_json:
        typer.echo(json.dumps({key: _entry(measure) for key, measure in chosen.items()}, indent=2))
    elif name:
        typer.echo(f"{name}: over {MEASURES[name].over}\n\n{_meaning(MEASURES[name])}")
    else:
        table = Table("measure", "what it is", "over", "better", box=None, pad_edge=False)
        for key, measure in MEASURES.items():
            first = _meaning(measure).partition("\n\n")[0]
            table.add_row(key, " ".join(first.split()), measure.over, measure.better or "")
        Console().print(table)


def _entry(measure: "Measure") -> dict[str, str | None]:
    return {
        "meaning": _meaning(measure),
        "over": measure.over,
        "unit": measure.unit,
        "better": measure.better,
    }


def _meaning(measure: "Measure") -> str:
    return inspect.cleandoc(type(measure).__doc__ or "")
