"""`newscite eval run`: what it prints, writes, refuses and exits with."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import ScriptedSystem, SmallCorpus, answer, citation, refusal
from typer.testing import CliRunner, Result

from eval import folder
from eval.cli import app, opening
from eval.cli.opening import Target, checked
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
    def opened(target: Target, _settings: object) -> Iterator[tuple[ScriptedSystem, SmallCorpus]]:
        checked(target)
        yield ScriptedSystem(script), SmallCorpus()

    monkeypatch.setattr(opening, "opened", opened)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return lambda *arguments: CliRunner().invoke(app, ["run", *map(str, arguments)])


def test_a_run_prints_a_table_and_writes_its_folder(invoke: Invoke, gold_file: Path) -> None:
    result = invoke("--gold", gold_file)
    assert result.exit_code == 0, result.output
    (folder,) = Path("runs").iterdir()
    assert folder.name.startswith("small-2")
    assert sorted(path.name for path in folder.iterdir()) == [
        "report.html",
        "report.md",
        "results.json",
    ]
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
    assert invoke("--gold", gold_file, "--out", out).exit_code == 0
    assert invoke("--gold", gold_file, "--out", out, "--limit", 1).exit_code == 0
    assert len(json.loads((out / "results.json").read_text())["questions"]) == 1


def test_a_run_of_other_gold_is_refused_and_left_alone(
    invoke: Invoke, gold_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert invoke("--gold", gold_file, "--out", out).exit_code == 0
    before = (out / "results.json").read_bytes()
    other = tmp_path / "other.jsonl"
    other.write_text(gold_file.read_text().splitlines()[0] + "\n")
    result = invoke("--gold", other, "--out", out)
    assert isinstance(result.exception, UsageError)
    assert "holds a finished run of other gold questions" in str(result.exception)
    assert (out / "results.json").read_bytes() == before


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("words", [["run", "--gold"], ["lint"], ["annotate"]])
def test_a_corpus_that_is_not_there_or_empty_is_refused_and_not_made(
    gold_file: Path, tmp_path: Path, words: list[str], made: bool
) -> None:
    corpus = tmp_path / "mistyped"
    if made:
        corpus.mkdir()
    result = CliRunner().invoke(app, [*words, str(gold_file)], obj=corpus)
    assert isinstance(result.exception, UsageError)
    assert str(corpus) in str(result.exception)
    assert "ingest articles into it first" in str(result.exception)
    assert corpus.exists() is made


def test_a_folder_with_other_files_is_refused_and_left_alone(
    invoke: Invoke, gold_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = invoke("--gold", gold_file, "--out", tmp_path)
    assert isinstance(result.exception, UsageError)
    assert "no part of a run" in str(result.exception)
    assert not (tmp_path / "results.json").exists()


def test_the_command_is_told_without_what_may_be_secret(
    invoke: Invoke, gold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "http://anna:secret@host:1/v1?key=abc"
    monkeypatch.setattr(sys, "argv", ["newscite", "eval", "run", "--url", address, "--gold", "a?b"])
    written = json.loads(invoke("--gold", gold_file, "--json").stdout)
    told = "newscite eval run --url http://host:1/v1 --gold 'a?b'"
    assert written["config"]["command"] == told


def test_the_gold_is_known_by_its_questions_and_not_by_its_file(
    invoke: Invoke, gold_file: Path, tmp_path: Path
) -> None:
    def digest(*options: object) -> str:
        written = json.loads(invoke("--gold", gold_file, "--json", *options).stdout)
        return str(written["config"]["gold"]["sha256"])

    first = digest()
    gold_file.write_text(gold_file.read_text().replace('", "', '",  "'))
    assert digest("--limit", 1) == first
    gold_file.write_text(gold_file.read_text().replace("three", "four"))
    assert digest() != first


def test_two_runs_begun_in_the_same_second_have_a_folder_each(
    monkeypatch: pytest.MonkeyPatch, gold_file: Path, tmp_path: Path
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Stopped":
            return cls(2026, 11, 26, 7, 30, tzinfo=tz)

    monkeypatch.setattr(folder, "datetime", Stopped)
    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        made = folder.default_folder(gold_file)
        made.mkdir(parents=True)
        names.append(made.name)
    begun = "small-20261126T073000Z"
    assert names == [begun, f"{begun}-2", f"{begun}-3"]


def test_a_file_as_folder_is_refused(invoke: Invoke, gold_file: Path) -> None:
    result = invoke("--gold", gold_file, "--out", gold_file)
    assert isinstance(result.exception, UsageError)


def test_missing_gold_is_refused_before_a_folder_is_made(invoke: Invoke) -> None:
    result = invoke("--gold", "nowhere.jsonl")
    assert isinstance(result.exception, NotFoundError)
    assert not Path("runs").exists()


def test_a_sample_is_the_same_questions_every_time(invoke: Invoke, tmp_path: Path) -> None:
    gold = tmp_path / "many.jsonl"
    lines = (f'{{"id": "q{n}", "question": "Who is {n}?", "answerable": false}}' for n in range(50))
    gold.write_text("\n".join(lines), encoding="utf-8")
    first, second = (invoke("--gold", gold, "--json", "--sample", 5) for _ in range(2))
    ids = [question["id"] for question in json.loads(first.stdout)["questions"]]
    assert len(ids) == 5
    assert ids != [f"q{n}" for n in range(5)]
    assert ids == [question["id"] for question in json.loads(second.stdout)["questions"]]


def test_leaving_out_asks_each_answerable_question_twice(
    invoke: Invoke, gold_file: Path, script: dict[str, Any]
) -> None:
    script["right/left-out"] = RIGHT
    written = json.loads(invoke("--gold", gold_file, "--json", "--leave-out").stdout)
    stages = {question["id"]: question["stage"] for question in written["questions"]}
    assert stages == {
        "right": "right",
        "right/left-out": "answered what it should refuse",
        "silent": "right",
    }


def test_an_interrupted_run_says_how_to_go_on_and_goes_on(
    invoke: Invoke, gold_file: Path, tmp_path: Path, script: dict[str, Any]
) -> None:
    out = tmp_path / "out"
    script["silent"] = KeyboardInterrupt()
    stopped = invoke("--gold", gold_file, "--out", out)
    assert stopped.exit_code != 0
    assert not (out / "results.json").exists()
    assert "goes on where this one stopped" in " ".join(stopped.stderr.split())
    script["silent"] = refusal()
    assert invoke("--gold", gold_file, "--out", out).exit_code == 0
    written = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert written["run"]["resumed"] == 1
    assert not (out / "progress.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--system", "server"), "--system server needs --url"),
        (("--system", "openai", "--url", "http://x"), "--system openai needs --model"),
        (("--system", "llama-index"), "--system llama-index needs --query-engine"),
        (("--url", "http://x"), "--system local has no use for --url"),
    ],
)
def test_options_that_do_not_fit_the_system_are_refused(
    invoke: Invoke, gold_file: Path, options: tuple[str, ...], said: str
) -> None:
    result = invoke("--gold", gold_file, *options)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_every_measure_is_listed_with_its_meaning() -> None:
    listed = CliRunner().invoke(app, ["measures", "--json"])
    entries = json.loads(listed.stdout)
    assert {"hits@4", "answer_match", "citation_recall", "crag", "ece"} <= entries.keys()
    assert all("Formula:" in entry["meaning"] for entry in entries.values())
    table = CliRunner().invoke(app, ["measures"])
    assert "citation_recall" in table.stdout
    one = CliRunner().invoke(app, ["measures", "crag"])
    assert "Range: -1 to 1" in one.stdout


def test_a_measure_that_is_none_is_refused_with_the_known_ones() -> None:
    result = CliRunner().invoke(app, ["measures", "vibes"])
    assert isinstance(result.exception, UsageError)
    assert "answer_match" in str(result.exception)


def test_help_does_not_load_what_only_a_run_needs() -> None:
    code = (
        "import sys, eval.cli; heavy = {'numpy', 'rag.engine', 'llama_index', 'chromadb', 'pydantic'}"
        "; sys.exit(' '.join(heavy & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
