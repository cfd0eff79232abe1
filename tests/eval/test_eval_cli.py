"""`newscite eval run`: what it prints, writes, refuses and exits with."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from eval_fakes import ScriptedSystem, answer, citation, refusal
from typer.testing import CliRunner, Result

from eval import systems
from eval.cli import app
from rag.errors import NotFoundError, UsageError

RIGHT = answer(citation("strike", "Three ships were hit on Friday."))
Invoke = Callable[..., Result]


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    lines = [
        {"id": "right", "question": "How many ships?", "answers": ["three"], "answerable": True,
         "evidence": [{"article": "strike"}]},
        {"id": "silent", "question": "Who paid?", "answerable": False},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture
def script() -> dict[str, Any]:
    return {"right": RIGHT, "silent": refusal()}


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: dict[str, Any]) -> Invoke:
    """Runs the command in an empty folder, with the script where the engine would be."""

    @contextmanager
    def open_engine(_settings: object, _command: str) -> Iterator[None]:
        yield None

    engine = ModuleType("rag.engine")
    engine.open_engine = open_engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rag.engine", engine)
    monkeypatch.setattr(systems, "LocalEngine", lambda *_: ScriptedSystem(script))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return lambda *arguments: CliRunner().invoke(app, ["run", *map(str, arguments)])


def test_a_run_prints_a_table_and_writes_its_folder(invoke: Invoke, gold_file: Path) -> None:
    result = invoke("--gold", gold_file)
    assert result.exit_code == 0, result.output
    (folder,) = Path("runs").iterdir()
    assert folder.name.startswith("small-2")
    assert sorted(path.name for path in folder.iterdir()) == ["report.md", "results.json"]
    assert "answer_match" in result.stdout
    assert "1 answerable questions" in result.stdout
    assert folder.name in result.stderr


def test_json_is_the_written_document_and_nothing_else(
    invoke: Invoke, gold_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = invoke("--gold", gold_file, "--out", out, "--json")
    assert result.exit_code == 0
    assert result.stdout == (out / "results.json").read_text(encoding="utf-8")
    written = json.loads(result.stdout)
    assert written["run"]["id"] == "out"
    assert written["config"]["gold"]["file"] == "small.jsonl"
    assert len(written["config"]["gold"]["sha256"]) == 64


def test_a_limit_asks_the_first_questions_only(invoke: Invoke, gold_file: Path) -> None:
    result = invoke("--gold", gold_file, "--json", "--limit", 1)
    written = json.loads(result.stdout)
    assert [question["id"] for question in written["questions"]] == ["right"]
    assert written["config"]["gold"]["limit"] == 1


def test_a_failed_question_exits_1_with_the_run_written(
    invoke: Invoke, gold_file: Path, tmp_path: Path, script: dict[str, Any]
) -> None:
    script["right"] = OSError("down")
    result = invoke("--gold", gold_file, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert (tmp_path / "out" / "results.json").is_file()


def test_an_earlier_run_is_replaced(invoke: Invoke, gold_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert invoke("--gold", gold_file, "--out", out).exit_code == 0


def test_a_folder_with_other_files_is_refused_and_left_alone(
    invoke: Invoke, gold_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = invoke("--gold", gold_file, "--out", tmp_path)
    assert isinstance(result.exception, UsageError)
    assert "no part of a run" in str(result.exception)
    assert not (tmp_path / "results.json").exists()


def test_a_file_as_folder_is_refused(invoke: Invoke, gold_file: Path) -> None:
    result = invoke("--gold", gold_file, "--out", gold_file)
    assert isinstance(result.exception, UsageError)


def test_missing_gold_is_refused_before_a_folder_is_made(invoke: Invoke) -> None:
    result = invoke("--gold", "nowhere.jsonl")
    assert isinstance(result.exception, NotFoundError)
    assert not Path("runs").exists()


def test_help_does_not_load_what_only_a_run_needs() -> None:
    code = (
        "import sys, eval.cli; heavy = {'numpy', 'rag.engine', 'llama_index', 'chromadb', 'pydantic'}"
        "; sys.exit(' '.join(heavy & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
