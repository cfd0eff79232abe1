"""`newscite eval annotate`, whole: a corpus of two articles, and keys from a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.questions import read_gold


def _newscite(data: Path, *arguments: str | Path, stdin: str = "") -> str:
    line = [sys.executable, "-m", "api.cli.main", "--data-dir", data, *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSCITE_")}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        line, input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=120,
        env=environment | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        cwd=data.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_gold_that_was_piped_in_is_read_back_and_has_no_fault(tmp_path: Path) -> None:
    articles = [
        {"id": "goats", "title": "Mayor of Quirm resigns", "published_at": "2025-03-03",
         "source": "Quirm Gazette", "text": "The mayor of Quirm resigned on Monday. He had been "
         "accused of stealing twelve goats. The town council will vote on Friday."},
        {"id": "bridge", "title": "Bridge reopens", "text": "The bridge at Alder reopened after "
         "four years. The bridge cost 31 million crowns."},
    ]  # fmt: skip
    delivered, data, gold = tmp_path / "a.jsonl", tmp_path / "data", tmp_path / "quirm.jsonl"
    delivered.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    _newscite(data, "ingest", delivered)
    typed = [
        "How much did the bridge cost?", "a", "31 million crowns", "",
        "What was the mayor of Quirm accused of?", "c", "stealing twelve goats", "", "what theft",
        "Who won the Littoral Cup in 1987?", "u", "",
    ]  # fmt: skip
    printed = _newscite(
        data, "eval", "annotate", gold, "--tag", "mine", stdin="\n".join([*typed, ""])
    )
    assert "Mayor of Quirm resigns · Quirm Gazette · 03 March 2025" in printed
    assert "3 questions added" in printed
    bridge, goats, cup = read_gold(gold)
    assert (bridge.id, bridge.evidence[0].article) == ("quirm-001", "bridge")
    assert bridge.evidence[0].quote == "The bridge cost 31 million crowns."
    assert goats.evidence[0].quote == "He had been accused of stealing twelve goats."
    assert goats.tags == ["what", "theft", "mine"]
    assert cup.tags == ["unanswerable", "who", "mine"]
    assert "3 questions: 0 errors, 0 warnings" in _newscite(data, "eval", "lint", gold)
