"""Two runs side by side: the statistics hold, and the comparison says what it compares."""

import json
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from run_fakes import asked, failed, rights, run_of
from scipy.stats import binomtest
from typer.testing import CliRunner

from eval.cli import app
from eval.compare import Comparison, compare
from eval.comparison_report import escaped, markdown, plain, terminal
from eval.loading import load_run
from eval.measures import MEASURES, Floats
from eval.paired import FEWEST, Verdict, mcnemar, paired_difference
from eval.reply import Reply
from eval.results import QuestionResult, Run
from rag.errors import NotFoundError, UsageError

MEAN, BINARY, MEDIAN = MEASURES["f1"], MEASURES["answer_match"], MEASURES["latency_p50_ms"]
RATIO = MEASURES["refusal_precision"]


def column(values: Sequence[float], weights: Sequence[float] | None = None) -> Floats:
    of = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    return np.stack([np.asarray(values, dtype=float), of, np.zeros(len(values))], axis=1)


def row(comparison: Comparison, name: str = "answer_match"):
    return next(row for row in comparison.measures if row.measure == name)


# McNemar


def test_mcnemar_is_the_published_value() -> None:
    """Armitage and Berry, "Statistical Methods in Medical Research" (3rd edition, 1994), page 127.

    50 specimens on two media, with growth on medium A alone 12 times and on B alone twice; the
    exact two-sided P is given as 0.0129 in the manual of StatsDirect.
    """
    assert mcnemar(12, 2).p == pytest.approx(0.0129, abs=5e-5)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_the_two_sided_binomial_test(one: int, other: int) -> None:
    expected = binomtest(one, one + other).pvalue if one + other else 1.0
    assert mcnemar(one, other).p == pytest.approx(expected, rel=1e-9)


def test_mcnemar_of_many_questions_is_a_number() -> None:
    assert mcnemar(2500, 2500).p == 1
    assert 0 < mcnemar(2000, 3000).p < 1e-40


def test_mcnemar_needs_the_same_denominator_in_both_runs() -> None:
    values = [1.0, 0, 1, 0]
    assert paired_difference(BINARY, column(values), column(values)).mcnemar is not None
    uneven = paired_difference(BINARY, column(values), column(values, [1, 1, 1, 0]))
    assert uneven.mcnemar is None
    assert paired_difference(MEAN, column(values), column(values)).mcnemar is None


# The paired bootstrap


def test_the_interval_is_as_wide_as_normal_theory_says() -> None:
    draws = np.random.default_rng(7)
    hard = draws.normal(0.5, 0.3, 4000)  # shared by both runs, and cancelled by the pairing
    before, after = hard + draws.normal(0, 0.1, 4000), hard + draws.normal(0.004, 0.1, 4000)
    found = paired_difference(MEAN, column(before), column(after))
    difference = after - before
    half = 1.96 * difference.std(ddof=1) / np.sqrt(4000)
    assert found.difference == pytest.approx(difference.mean())
    assert found.interval == pytest.approx(
        (difference.mean() - half, difference.mean() + half), abs=0.06 * half
    )
    unpaired = 1.96 * np.sqrt((before.var() + after.var()) / 4000)
    assert half < unpaired / 2


def test_no_true_difference_is_rarely_called_one() -> None:
    """200 pairs of runs of one system over 150 questions: about 1 in 20 verdicts may be wrong."""
    draws, wrong = np.random.default_rng(11), 0
    for _ in range(200):
        chance = draws.beta(2, 1, 150)
        before, after = (draws.random(150) < chance for _ in range(2))
        found = paired_difference(BINARY, column(before), column(after))
        wrong += found.verdict is not Verdict.NOT_SHOWN
    assert 3 <= wrong <= 20


def test_a_true_difference_is_found() -> None:
    draws = np.random.default_rng(5)
    before, after = draws.random(300) < 0.6, draws.random(300) < 0.8
    assert paired_difference(BINARY, column(before), column(after)).verdict is Verdict.BETTER
    assert paired_difference(BINARY, column(after), column(before)).verdict is Verdict.WORSE


def test_less_is_better_where_lower_is_better() -> None:
    times = np.arange(100.0, 200.0)
    assert paired_difference(MEDIAN, column(times), column(times * 2)).verdict is Verdict.WORSE
    assert paired_difference(MEDIAN, column(times), column(times / 2)).verdict is Verdict.BETTER


def test_a_measure_without_a_direction_only_changes() -> None:
    words = MEASURES["answer_words"]
    lengths = np.arange(10.0, 60.0)
    assert paired_difference(words, column(lengths), column(lengths + 9)).verdict is Verdict.CHANGED


@pytest.mark.parametrize("differing", range(1, FEWEST + 1))
def test_a_handful_of_questions_shows_nothing(differing: int) -> None:
    """The sign test's p is 2 / 2^d: under six all on one side it is above 0.05."""
    before = np.zeros(40)
    after = np.arange(40) < differing
    found = paired_difference(BINARY, column(before), column(after))
    assert found.mcnemar
    assert (found.verdict is Verdict.BETTER) == (found.mcnemar.p <= 0.05) == (differing >= FEWEST)


def test_a_ratio_over_one_question_in_each_run_shows_nothing() -> None:
    weights = np.zeros(40)
    weights[3] = 1
    found = paired_difference(RATIO, column(weights, weights), column(np.zeros(40), weights))
    assert (found.baseline, found.candidate, found.interval) == (1, 0, (-1, -1))
    assert found.verdict is Verdict.NOT_SHOWN
    assert found.note == "too few questions differ (1; 6 are needed)"


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (0.0, 1.0, "no value in the baseline"),
        (1.0, 0.0, "no value in the candidate"),
        (0.0, 0.0, "no value in either run"),
    ],
)
def test_no_denominator_is_not_comparable(before: float, after: float, note: str) -> None:
    ones = np.ones(9)
    found = paired_difference(
        RATIO, column(ones * before, ones * before), column(ones * after, ones * after)
    )
    assert (found.verdict, found.note) == (Verdict.NOT_COMPARABLE, note)
    assert found.difference is found.interval is None


# Two runs

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
    assert found.note == "the candidate was not scored with it"


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
    console = Console(width=100, file=StringIO())
    console.print(terminal(found))
    return console.file.getvalue()


def test_the_terminal_shows_measures_settings_and_flips_within_100_columns() -> None:
    text = printed(compare(*flipping()))
    assert max(map(len, text.splitlines())) <= 100
    assert "Right: 2 → 2 of 3; 1 lost, 1 gained (McNemar p = 1.000)." in text
    assert re.search(
        r"answer_match +0\.667 → 0\.667 +0 +-\d\.\d+ … \+\d\.\d+ +1:1 1\.000 +no difference", text
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


# Loading


def test_a_run_is_its_folder_or_its_file(folders: tuple[str, str]) -> None:
    assert load_run(Path(folders[0])) == load_run(Path(folders[0]) / "results.json")


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no run .*nowhere; give a run's folder"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(NotFoundError, match=r"holds no results\.json: it is not a run's folder"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not a run: it is not JSON: EOF"),
        ("[]", r"written by another version of newscite: the document: Input should be"),
        ('{"run": {"id": "r"}}', r"another version of newscite: run\.started_at: Field required"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_run(tmp_path)


def test_a_run_with_a_question_twice_is_refused(tmp_path: Path) -> None:
    run = run_of([asked("a", True), asked("a", False)])
    (tmp_path / "results.json").write_text(run.model_dump_json(), encoding="utf-8")
    with pytest.raises(UsageError, match="the question 'a' is there twice"):
        load_run(tmp_path)
