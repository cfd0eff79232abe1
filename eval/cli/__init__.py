"""`newscite eval`: measure a corpus, or a peer, against gold questions.

One file a command or two. Everything heavy is imported inside the commands, so that
`newscite --help` stays fast.
"""

import typer

from eval.cli.annotate import annotate_command
from eval.cli.compare import compare_command, gate_command
from eval.cli.gold import convert_command, lint_command
from eval.cli.measures import measures_command
from eval.cli.report import report_command
from eval.cli.run import run_command

app = typer.Typer(no_args_is_help=True, help="Measure answers against gold questions.")


@app.callback()
def _group() -> None:
    """Measure answers against gold questions."""


app.command("run")(run_command)
app.command("compare")(compare_command)
app.command("gate")(gate_command)
app.command("report")(report_command)
app.command("measures")(measures_command)
app.command("lint")(lint_command)
app.command("annotate")(annotate_command)
app.command("convert")(convert_command)
