"""The commands that README.md and docs/ tell people to type are commands that there are."""

import re
import shlex
from pathlib import Path

import pytest
from newscite_process import ROOT
from typer.testing import CliRunner

from api.cli.main import app
from eval.gate import GUARDED
from eval.measures import MEASURES
from eval.report.wording import STAGES
from eval.stages import Stage

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVALUATING = (ROOT / "docs" / "evaluating.md").read_text(encoding="utf-8")

_BLOCK = re.compile(r"^```(?:sh|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^(?:\s*- run: )?(newscite .*)$", re.MULTILINE)


def _commands(page: Path) -> list[str]:
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line for block in blocks for line in _LINE.findall(block.replace("\\\n", " "))]


def test_the_pages_hold_commands() -> None:
    assert sum(len(_commands(page)) for page in PAGES) > 20


@pytest.mark.parametrize(
    "command", sorted({command for page in PAGES for command in _commands(page)})
)
def test_a_command_and_its_options_exist(command: str) -> None:
    # An option or a command that there is not is told before help is given.
    _, *arguments = shlex.split(command, comments=True)
    shown = CliRunner().invoke(app, [*arguments, "--help"])
    assert shown.exit_code == 0, shown.output


def test_every_stage_at_which_an_answer_is_lost_is_explained() -> None:
    lost = set(Stage) - {Stage.RIGHT}
    assert {stage for stage in lost if f"| {STAGES[stage].short} |" not in EVALUATING} == set()
    assert {stage for stage in lost if stage.value not in EVALUATING} == set()


def test_what_is_said_of_single_measures_is_said_of_measures_that_there_are() -> None:
    named = {"crag", "answer_match", "answer_words"}
    assert named | set(GUARDED) <= MEASURES.keys()
    assert all(name in EVALUATING for name in named)
