"""The table of hostile input names tests that are there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "docs" / "ingesting.md"


def test_every_row_names_a_test_that_is_there() -> None:
    section = TABLE.read_text("utf-8").partition("\n## Hostile input\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "**" not in line][1:]
    assert len(rows) > 40
    for row in rows:
        named = re.search(r"`([\w./]+)::(\w+)` \|$", row)
        assert named, row
        assert f"def {named[2]}(" in (HERE / named[1]).read_text("utf-8"), row
