"""What docs/operating.md says is proven by a test is: each test that it names exists."""

import ast
import re

import pytest
from newscite_process import ROOT

NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", (ROOT / "docs/operating.md").read_text("utf-8"))))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 15


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    assert function in functions if function else any(f.startswith("test_") for f in functions)


def test_every_threat_names_what_proves_its_defence() -> None:
    page = (ROOT / "docs/operating.md").read_text("utf-8")
    table = page.split("\n| threat |", 1)[1].split("\n\n", 1)[0]
    rows = [line for line in table.splitlines()[2:] if line.startswith("|")]
    assert len(rows) > 15
    unproven = [row for row in rows if "`tests/" not in row and "**not defended**" not in row]
    assert unproven == []
