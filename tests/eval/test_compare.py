"""Two runs side by side: what is compared, what is said of it, and how it is shown."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from run_fakes import asked, failed, rights, run_of
from typer.testing import CliRunner

from eval.cli import app
from eval.compare import Comparison, compare
from eval.comparison_report import markdown, terminal
from eval.paired import MeasureDifference, Verdict
from eval.printing import escaped, plain
from eval.reply import Reply
from eval.results import QuestionResult, Run
from rag.errors import UsageError


def row(comparison: Comparison, name: str = "answer_match") -> MeasureDifference:
    return next(row for row in comparison.measures if row.measure == name)


SCORES = st.fixed_dictionaries(
    {
        "answer_match": st.sampled_from([0.0, 1.0]),
        "f1": st.floats(0, 1),
        "refusal_precision": st.sampled_from([None, 0.0, 1.0]),
        "ece": st.none(),
        "latency_p50_ms": st.floats(1, 9999),
    }
)


@st.composite
def two_runs(draw: st.DrawFn) -> tuple[Run, Run]:
    size = draw(st.integers(1, 25))
    runs = []
    for name in ("one", "other"):
        scores = draw(st.lists(SCORES, min_size=size, max_size=size))
        order = draw(st.permutations(range(size)))
        questions = [asked(f"q{n}", scores[n]["answer_match"] == 1, scores[n]) for n in order]
        runs.append(run_of(questions, name))
    return runs[0], runs[1]


@settings(max_examples=15, deadline=None)
@given(two_runs())
def test_a_run_does_not_differ_from_itself(runs: tuple[Run, Run]) -> None:
    found = compare(runs[0], runs[0])
    assert {row.verdict for row in found.measures} <= {Verdict.NOT_SHOWN, Verdict.NOT_COMPARABLE}
    assert all(
        row.interval == (0, 0) and row.difference == 0 for row in found.measures if row.interval
    )
    assert found.lost == found.gained == found.settings == found.warnings[1:] == []


@settings(max_examples=15, deadline=None)
@given(two_runs())
def test_swapping_the_runs_swaps_everything(runs: tuple[Run, Run]) -> None:
    there, back = compare(*runs), compare(*reversed(runs))
    opposite = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    for one, other in zip(there.measures, back.measures, strict=True):
        assert other.verdict is opposite.get(one.verdict, one.verdict)
        if one.interval and other.interval:
            assert other.difference == pytest.approx(-one.difference)
            assert other.interval == pytest.approx((-one.interval[1], -one.interval[0]))
    assert [flip.id for flip in there.lost] == [flip.id for flip in back.gained]
    assert there.right.mcnemar.p == back.right.mcnemar.p


def test_questions_are_paired_by_id_whatever_their_order() -> None:
    before = rights("1100" * 10)
    shuffled = before.model_copy(update={"questions": before.questions[::-1]})
    assert row(compare(before, shuffled)).interval == (0, 0)


def test_only_questions_with_the_same_text_and_gold_are_compared() -> None:
    same, other = asked("same", True), asked("other", True)
    before = run_of([same, other, asked("gone", True)])
    gold = other.model_copy(update={"answers": ["four"]})
    found = compare(before, run_of([gold, same, asked("new", False)], gold="another"))
    assert found.questions.model_dump() == {
        "both": 1, "baseline_only": ["gone"], "candidate_only": ["new"], "changed": ["other"],
    }  # fmt: skip
    assert found.warnings[0] == "The gold differs: only what is the same in both is compared."


@pytest.mark.parametrize(
    "change",
    [
        {"question": "What else?"},
        {"answerable": False, "answers": []},
        {"evidence": []},
        {"nuggets": {"three ships": True}},
    ],
)
def test_any_change_of_the_gold_is_a_change(change: dict[str, object]) -> None:
    question = asked("q", True)
    with pytest.raises(UsageError, match=r"share no question; 1 ids are in both, with other gold"):
        compare(run_of([question]), run_of([question.model_copy(update=change)]))


def test_runs_that_share_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match="share no question; compare runs of the same gold"):
        compare(run_of([asked("a", True)]), run_of([asked("b", True)]))


def test_what_differs_is_listed_and_what_misleads_is_warned_of() -> None:
    before = rights("1" * 9, "a", config={"reader": {"model": "small", "depth": 3}})
    after = rights(
        "1" * 9,
        "b",
        config={"reader": {"model": "large", "depth": 3}, "machine": "n"},
        corpus={"fingerprint": "h"},
    )
    found = compare(before, after)
    listed = {setting.name: (setting.baseline, setting.candidate) for setting in found.settings}
    assert listed == {
        "reader.model": ("small", "large"),
        "machine": ("m", "n"),
        "corpus.fingerprint": ("f", "h"),
    }
    assert [warning.partition(":")[0] for warning in found.warnings] == [
        "The corpora differ", "The machines differ",
    ]  # fmt: skip


def test_a_run_of_an_unknown_corpus_is_warned_of() -> None:
    found = compare(rights("1" * 9, corpus={}), rights("1" * 9))
    assert found.warnings == [
        "A run does not say which corpus it asked: it may have been another one."
    ]


def test_a_measure_that_a_run_was_not_scored_with_is_not_comparable() -> None:
    found = row(compare(rights("1" * 9), rights("1" * 9)), "crag")
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.note == "not scored in the baseline or the candidate"


def test_chance_is_spoken_of() -> None:
    found = compare(rights("1" * 9), rights("1" * 9))
    assert found.chance.startswith("If nothing differed, about 1 in 20 of these 1 intervals")


# Flips


def flipping() -> tuple[Run, Run]:
    silent = asked("silent", None)
    return (
        run_of([asked("a", True), asked("b", False), asked("c", True), silent], "old"),
        run_of([failed("a"), asked("b", True), asked("c", True), failed_silent(silent)], "new"),
    )


def failed_silent(question: QuestionResult) -> QuestionResult:
    """A question without a gold answer that fails: nothing right to lose."""
    fields = {"stage": failed("x").stage, "outcome": "failed", "answer": None, "error": "down"}
    return question.model_copy(update=fields)


def test_flips_are_listed_with_both_answers() -> None:
    found = compare(*flipping())
    (lost,), (gained,) = found.lost, found.gained
    assert (lost.id, lost.answers) == ("a", ["three"])
    assert (lost.baseline.stage.value, lost.baseline.answer) == ("right", "three [1]")
    assert (lost.candidate.stage.value, lost.candidate.answer) == ("failed", None)
    assert lost.candidate.error == "OSError: down"
    assert (gained.id, gained.baseline.answer) == ("b", "four [1]")
    assert gained.candidate.stage.value == "right"
    assert (found.right.over, found.right.baseline, found.right.candidate) == (3, 2, 2)
    assert found.newly_failed == ["a", "silent"]


# What is printed


def printed(found: Comparison) -> str:
    console = Console(width=80, file=StringIO())
    console.print(terminal(found))
    return console.file.getvalue()


def test_the_terminal_shows_measures_settings_and_flips_within_80_columns() -> None:
    text = printed(compare(*flipping()))
    assert max(map(len, text.splitlines())) <= 80
    assert "…\n" not in text, "nothing is cut off"
    words = " ".join(text.split())
    assert "Right: 2 → 2 of 3; 1 lost, 1 gained (McNemar p = 1.000)." in words
    assert re.search(
        r"answer_match +0\.667 → 0\.667 +0 \(-\d\.\d+ … \+\d\.\d+\) not shown, p 1\.000", text
    )
    assert "2 questions failed in the candidate only: a, silent." in text
    assert re.search(r"baseline: right +candidate: failed", text)
    assert re.search(r"three \[1\] +\(failed: OSError: down\)", text)


def test_measures_that_differ_come_first() -> None:
    same, lower = {"hits@1": 1.0, "f1": 0.5}, {"hits@1": 1.0, "f1": 0.2}
    before = run_of([asked(f"q{n}", True, same) for n in range(9)])
    after = run_of([asked(f"q{n}", n > 0, lower) for n in range(9)])
    text = printed(compare(before, after))
    rows = [line.split()[0] for line in text.splitlines() if re.search(r"\d\.\d+ → ", line)]
    assert rows == ["f1", "answer_match", "hits@1"]


def hostile() -> Comparison:
    evil = "<b>| [x](http://e) `c` \x1b[31m![i](u)\n# no $5 & *so* \\"
    before = asked("a|b", True, answer=Reply(answerable=True, answer=evil))
    return compare(run_of([before], "o<d"), run_of([asked("a|b", False)], "n_w"))


def test_markdown_is_no_more_than_it_says() -> None:
    text = markdown(hostile())
    line = next(line for line in text.splitlines() if line.startswith(r"| a\|b"))
    assert len(re.findall(r"(?<!\\)\|", line)) == 6
    assert "<b>" not in text
    assert "](" not in text.replace(r"\](", "")
    assert text.startswith("# n\\_w against o&lt;d\n")


def test_nothing_steers_the_terminal() -> None:
    assert "\x1b" not in printed(hostile())
    assert plain("a\x1b[2J\r\n\tb") == "a [2J b"
    assert escaped("5 < 6 | x_y") == r"5 &lt; 6 \| x\_y"


def test_nobody_is_notified_by_a_quote() -> None:
    assert escaped("said @navy of #12, hits@4") == "said @\u200bnavy of #\u200b12, hits@4"


# The command


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    for run in flipping():
        (tmp_path / run.run.id).mkdir()
        document = run.model_dump_json()
        (tmp_path / run.run.id / "results.json").write_text(document, encoding="utf-8")
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_the_command_prints_the_comparison(folders: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, ["compare", *folders])
    assert result.exit_code == 0
    assert result.stdout.startswith("new against old\n4 questions in both runs.")


def test_json_is_one_document_without_nan(folders: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "pr.md"
    result = CliRunner().invoke(app, ["compare", *folders, "--json", "--out", str(out)])
    document = json.loads(result.stdout, parse_constant=pytest.fail)
    assert (document["baseline"], document["candidate"]) == ("old", "new")
    assert document["lost"][0]["candidate"]["error"] == "OSError: down"
    assert out.read_text(encoding="utf-8").startswith("# new against old\n")


def test_an_unwritable_file_is_refused(folders: tuple[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["compare", *folders, "--out", str(tmp_path / "no" / "x.md")])
    assert isinstance(result.exception, UsageError)
