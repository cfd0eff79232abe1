"""`newscite eval run` against a real language model, asked and judging; see `llama_cpp_server`.

The model is bad at both, which is the point: whatever it says has to be scored. So these tests
hold on to what is promised of every run, and to nothing that the model says.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_cpp_server import CONTEXT_TOKENS, MODEL
from typer.testing import CliRunner

from api.cli.main import app
from rag.settings import PREFIX

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "ingest" / "sample").glob("brackwater-*.md"))
ASKED = ("sample-044", "sample-069", "sample-120")  # two with an answer, one without

Json = dict[str, Any]
EvalRun = Callable[..., Json]


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions of the sample gold, and one that is longer than what the model can read."""
    lines = (ROOT / "eval" / "gold" / "sample.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [each for each in map(json.loads, lines) if each["id"] in ASKED]
    endless = {"id": "endless", "question": "Ⴀ" * (CONTEXT_TOKENS - 100), "answerable": False}
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, [*questions, endless])), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def eval_run(
    small_model: str, gold: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EvalRun]:
    """Makes a run over a small corpus, and gives what results.json holds."""
    folder = tmp_path_factory.mktemp("real-llm")
    newscite = ("--data-dir", str(folder / "data"))

    def run(out: str, *options: str, judge: str = "") -> Json:
        own = {f"{PREFIX}LLM_BASE_URL": judge, f"{PREFIX}LLM_MODEL": judge and MODEL}
        asked = ("--system", "openai", "--url", f"{small_model}/v1", "--model", MODEL)
        where = ("--gold", str(gold), "--out", str(folder / out))
        command = [*newscite, "eval", "run", *asked, *where, *options]
        ran = CliRunner().invoke(app, command, env=own)
        assert ran.exit_code == 1, ran.output  # the endless question failed
        text = (folder / out / "results.json").read_text(encoding="utf-8")
        return dict(json.loads(text, parse_constant=_no_number))

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ran = CliRunner().invoke(app, [*newscite, "ingest", *map(str, ARTICLES)])
        assert ran.exit_code == 0, ran.output
        yield run


@pytest.fixture(scope="module")
def plain(eval_run: EvalRun) -> Json:
    """A run without a judge."""
    return eval_run("plain")


@pytest.fixture(scope="module")
def judged(eval_run: EvalRun, small_judge: str) -> Json:
    """The same with a judge that gives verdicts."""
    return eval_run("judged", "--judge", judge=f"{small_judge}/v1")


@pytest.fixture(scope="module")
def babbled(eval_run: EvalRun, small_model: str) -> Json:
    """The same with a judge that says what it likes."""
    return eval_run("babbled", "--judge", judge=f"{small_model}/v1")


def test_every_question_is_scored(plain: Json) -> None:
    assert [each["id"] for each in plain["questions"]] == [*ASKED, "endless"]
    assert plain["counts"]["questions"] == 4
    assert sum(plain["counts"][end] for end in ("answered", "refused", "failed")) == 4
    assert sum(plain["stages"].values()) == 4
    for question in plain["questions"]:
        assert question["scores"].keys() == plain["measures"].keys()
        assert question["scores"]["crag"] in {-1, 0, 1}
        assert question["scores"]["f1"] is not None


def test_no_measure_is_without_a_number_unless_its_denominator_is_zero(plain: Json) -> None:
    for name, value in plain["measures"].items():
        assert (value is None) == (plain["counts"][name] == 0), name
        low, high = plain["intervals"][name] or (value, value)
        assert value is None or low <= value <= high, name
    assert plain["measures"]["answer_match"] is not None
    assert plain["measures"]["citation_precision"] is not None
    assert plain["measures"]["refusal_recall"] is not None


def test_a_question_that_is_too_long_for_the_model_fails_alone_and_says_why(plain: Json) -> None:
    *others, endless = plain["questions"]
    assert [each["outcome"] for each in others].count("failed") == 0
    assert (endless["outcome"], endless["answer"]) == ("failed", None)
    assert "answered 400" in endless["error"]
    assert "context" in endless["error"]
    assert plain["counts"]["failed"] == 1


def test_the_run_says_which_model_was_asked_and_how(plain: Json, small_model: str) -> None:
    system = plain["config"]["system"]
    assert (system["model"], system["answers_as"]) == (MODEL, MODEL)
    assert system["url"] == f"{small_model}/v1"
    assert system["prompt"]


def test_tokens_and_model_runs_are_counted(plain: Json) -> None:
    for question in plain["questions"][:-1]:
        assert question["answer"]["tokens"] > len(question["question"].split())
        assert question["answer"]["model_runs"] == 1
    assert plain["measures"]["tokens"] > 0
    assert plain["counts"]["tokens"] == len(ASKED)  # of the one that failed nothing is known


def test_a_judge_changes_no_score(
    plain: Json, judged: Json, babbled: Json, without_times: Callable[[Json], Json]
) -> None:
    assert plain["judge"] is None
    for run in (judged, babbled):
        assert run["judge"] is not None
        assert without_times(run) == without_times(plain)


def test_a_judge_is_reported_apart_with_its_agreement_and_over_how_many(judged: Json) -> None:
    judge = judged["judge"]
    assert judge["judge"]["model"] == MODEL
    assert len(judge["prompt_sha256"]) == 64
    assert sum(judge["counts"].values()) == judge["over"] == 4
    assert judge["counts"]["unclear"] == judge["counts"]["failed"] == 0
    assert judge["share"] == judge["right"] / judge["over"]
    assert [each["id"] for each in judge["questions"]] == [*ASKED, "endless"]
    assert [each["asked"] for each in judge["questions"]] == [True, True, True, False]
    match, refusal = judge["agreement"]["answer_match"], judge["agreement"]["refusal"]
    assert (match["over"], refusal["over"]) == (2, 3)
    for table in (match, refusal):
        cells = sum(table[cell] for cell in ("both", "judge_only", "measure_only", "neither"))
        assert cells == table["over"]
        assert table["share"] == (table["both"] + table["neither"]) / table["over"]


def test_a_judge_that_does_not_keep_to_the_form_is_counted_and_never_nan(babbled: Json) -> None:
    judge = babbled["judge"]
    given = sum(
        each["asked"] and each["verdict"] in {"correct", "incorrect", "refused"}
        for each in judge["questions"]
    )
    assert sum(judge["counts"].values()) == judge["over"] == 4
    assert judge["counts"]["unclear"] + given == 3
    assert judge["agreement"]["refusal"]["over"] == given
    for table in judge["agreement"].values():
        assert (table["share"] is None) == (table["over"] == 0)
    assert all(each["reason"] for each in judge["questions"])


def _no_number(name: str) -> float:
    raise AssertionError(f"results.json holds {name}")
