"""`newscite eval report`: the reports of a run, written anew."""

from pathlib import Path
from typing import Annotated

import typer


def report_command(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run's folder, or its results.json.")
    ],
) -> None:
    """Write report.html and report.md anew from results.json, as this version makes them."""
    from rich.console import Console

    from eval import report
    from eval.folder import write_reports
    from eval.loading import load_run

    run = load_run(folder)
    folder = folder if folder.is_dir() else folder.parent  # the run was named by its results.json
    write_reports(folder, {"report.md": report.markdown(run), "report.html": report.html(run)})
    Console().print(report.table(run))
