"""The gate fails on what was lost and shown to be, and never passes by asking less."""

import json
import re
from pathlib import Path

import pytest
from run_fakes import asked, failed, rights, run_of
from typer.testing import CliRunner, Result

from eval.cli import app
from eval.cli.compare import gate_command
from eval.compare import compare
from eval.gate import GUARDED, GateResult, Ruling, gate
from eval.measures import MEASURES
from eval.results import Run
from rag.errors import UsageError

GOOD = rights("1" * 90 + "0" * 10, "good")


def ruled(before: Run, after: Run, max_loss: float = 0.02, *named: str) -> GateResult:
    return gate(compare(before, after), max_loss, named)


def ruling(result: GateResult, name: str = "answer_match") -> Ruling:
    return next(item.ruling for item in result.guarded if item.measure == name)


def times(factor: float) -> Run:
    return run_of([asked(f"q{n}", True, {"latency_p50_ms": n * factor}) for n in range(50, 150)])


def test_what_is_guarded_is_measured() -> None:
    assert set(GUARDED) <= MEASURES.keys()
    assert all(MEASURES[name].better for name in GUARDED)


def test_the_help_names_what_is_guarded() -> None:
    listed = (gate_command.__doc__ or "").partition("Usually guarded:")[2].strip(" .\n")
    assert tuple(re.split(r",\s+", listed)) == GUARDED


def test_the_same_run_passes() -> None:
    result = ruled(GOOD, GOOD)
    assert result.passed
    assert result.lost == result.problems == []


def test_a_significant_loss_fails() -> None:
    result = ruled(GOOD, rights("1" * 75 + "0" * 25))
    assert not result.passed
    assert ruling(result) is Ruling.LOST
    assert len(result.lost) == 15


def test_a_loss_that_is_not_shown_passes() -> None:
    result = ruled(GOOD, rights("0" * 12 + "1" * 87 + "0"))
    assert result.passed
    assert ruling(result) is Ruling.NOT_SHOWN
    assert len(result.lost) == 12
    assert result.guarded[0].loss == pytest.approx(0.03)


def test_a_loss_within_the_allowance_passes_however_sure() -> None:
    after = rights("1" * 80 + "0" * 20)
    assert ruled(GOOD, after, 0.1).passed
    assert not ruled(GOOD, after, 0.099).passed


def test_a_guarantee_may_not_be_broken_once() -> None:
    def quoting(exact: int) -> Run:
        return run_of(
            [asked(f"q{n:02}", True, {"quote_exact": float(n < exact)}) for n in range(50)]
        )

    broken = ruled(quoting(50), quoting(49), 0.1)
    assert not broken.passed
    assert ruling(broken, "quote_exact") is Ruling.LOST
    assert ruled(quoting(50), quoting(50), 0.1).passed
    assert ruled(quoting(49), quoting(48), 0.1).passed, "the baseline guaranteed nothing"


def test_a_gain_passes() -> None:
    result = ruled(GOOD, rights("1" * 100), 0.0)
    assert result.passed
    assert result.guarded[0].loss == pytest.approx(-0.1)


def test_milliseconds_are_lost_as_a_share_of_the_baseline() -> None:
    slower = ruled(times(1), times(1.1), 0.05, "latency_p50_ms")
    assert ruling(slower, "latency_p50_ms") is Ruling.LOST
    assert slower.guarded[0].loss == pytest.approx(0.1)
    assert ruled(times(1), times(1.1), 0.11, "latency_p50_ms").passed
    assert ruled(times(1), times(0.5), 0.0, "latency_p50_ms").passed


def test_a_question_that_is_no_longer_asked_fails() -> None:
    fewer = GOOD.model_copy(update={"questions": GOOD.questions[:90]})
    result = ruled(GOOD, fewer)
    assert not result.passed
    assert result.problems == [
        "10 questions of the baseline not asked in the candidate: q090, q091, q092, q093, q094 and 5 more"
    ]
    assert ruled(fewer, GOOD).passed


def test_a_question_with_other_gold_fails() -> None:
    other = GOOD.questions[0].model_copy(update={"answers": ["four"]})
    changed = GOOD.model_copy(update={"questions": [other, *GOOD.questions[1:]]})
    (problem,) = ruled(GOOD, changed).problems
    assert problem.endswith("other gold than in the baseline; make a new baseline: q000")


def test_a_new_failure_fails_even_where_nothing_was_right() -> None:
    broken = GOOD.model_copy(update={"questions": [*GOOD.questions[:99], failed("q099")]})
    (problem,) = ruled(GOOD, broken).problems
    assert problem == "1 question failed in the candidate and not in the baseline: q099"
    assert ruled(broken, broken).passed


def test_a_usual_measure_without_a_value_passes_and_a_named_one_fails() -> None:
    assert ruling(ruled(GOOD, GOOD), "crag") is Ruling.NO_VALUE
    named = ruled(GOOD, GOOD, 0.02, "answer_match", "crag")
    assert named.problems == ["crag cannot be guarded: not scored in the baseline or the candidate"]
    assert not named.passed


def test_nothing_to_guard_fails() -> None:
    empty = run_of([asked(f"q{n}") for n in range(9)])
    assert ruled(empty, empty).problems == ["no guarded measure has a value in both runs"]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("exactness", "there is no measure 'exactness'; those to guard are hits@1, "),
        ("answer_words", "answer_words is better neither high nor low"),
    ],
)
def test_what_cannot_be_guarded_is_refused(named: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ruled(GOOD, GOOD, 0.02, named)


@pytest.mark.parametrize("max_loss", [-0.1, float("nan"), float("inf")])
def test_an_allowance_that_is_none_is_refused(max_loss: float) -> None:
    with pytest.raises(UsageError, match="give a number from 0 up"):
        ruled(GOOD, GOOD, max_loss)


def test_a_gate_that_could_never_fail_is_refused() -> None:
    with pytest.raises(UsageError, match="the gate would pass whatever happened"):
        ruled(rights("11111"), rights("00000"))
    assert not ruled(rights("111111"), rights("000000")).passed


# The command


def invoke(folder: Path, after: Run, *options: str) -> Result:
    for name, run in (("before", GOOD), ("after", after)):
        (folder / f"{name}.json").write_text(run.model_dump_json(), encoding="utf-8")
    before = str(folder / "before.json")
    command = ["gate", str(folder / "after.json"), "--baseline", before, *options]
    return CliRunner().invoke(app, command, env={"COLUMNS": "100"})


def test_the_command_exits_with_0_and_a_line_a_measure(tmp_path: Path) -> None:
    result = invoke(tmp_path, GOOD)
    assert result.exit_code == 0
    assert "ok        answer_match" in result.stdout
    assert "no value  crag" in result.stdout
    assert "100 questions; no loss above 0.02 was shown." in " ".join(result.stdout.split())


def test_the_command_exits_with_1_on_a_loss_and_shows_it(tmp_path: Path) -> None:
    result = invoke(tmp_path, rights("0" * 10 + "1" * 80 + "0" * 10, "bad"), "--max-loss", "0.05")
    assert result.exit_code == 1
    assert "LOST" in result.stdout
    assert "10 questions lost" in result.stdout
    assert "q000: What about q000?" in result.stdout
    assert "lost more than 0.05 of answer_match" in result.stdout


def test_json_is_one_document(tmp_path: Path) -> None:
    result = invoke(tmp_path, rights("0" * 100, "bad"), "--json", "--measure", "answer_match")
    assert result.exit_code == 1
    document = json.loads(result.stdout, parse_constant=pytest.fail)
    assert document["passed"] is False
    (guarded,) = document["guarded"]
    assert guarded["ruling"] == "LOST"
    assert guarded["loss"] == pytest.approx(0.9)
    assert len(document["lost"]) == 90


def test_an_unknown_measure_is_wrong_usage(tmp_path: Path) -> None:
    result = invoke(tmp_path, GOOD, "--measure", "exactness")
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2
