"""What all reports tell, report.md, and the table on the terminal."""

import re
from io import StringIO

import pytest
import report_fakes as fakes
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from eval.configuration import flat
from eval.measures import MEASURES
from eval.report import markdown, rows, table
from eval.report.markdown import LIMIT
from eval.report.wording import HEADINGS, OTHER, STAGES, heading_of, number, percent
from eval.results import Run
from eval.stages import Stage


@pytest.fixture(scope="module")
def run() -> Run:
    return fakes.every_kind(3)


def printed(run: Run, width: int = 80) -> str:
    out = StringIO()
    Console(file=out, width=width).print(table(run))
    return out.getvalue()


def test_every_stage_has_words() -> None:
    assert set(STAGES) == set(Stage)


def test_every_measure_has_a_heading() -> None:
    assert [name for name in MEASURES if heading_of(name) is OTHER] == []


def test_every_chief_measure_exists() -> None:
    assert {name for heading in HEADINGS for name in heading.chief} <= set(MEASURES)


def test_the_fake_run_has_every_stage(run: Run) -> None:
    assert set(run.stages) == set(Stage)


def test_the_headline_adds_up(run: Run) -> None:
    head = rows.headline(run)
    ends = (
        head.right_answers, head.right_refusals, head.wrong_answers, head.wrong_refusals,
        head.failed,
    )  # fmt: skip
    assert sum(ends) == head.judged == sum(run.stages.values())
    assert head.right == run.stages[Stage.RIGHT]
    assert head.asked - head.judged == 3


def test_the_biggest_loss_is_told_with_its_size(run: Run) -> None:
    head = rows.headline(run)
    assert head.biggest_loss is Stage.NOT_CHOSEN
    lost = run.stages[Stage.NOT_CHOSEN]
    assert f"The biggest loss, {lost} of {head.lost}: " in rows.loss_sentence(run)


def test_a_run_without_losses_says_so() -> None:
    right = fakes.kinds("right")
    assert rows.loss_sentence(right) == "No question was lost."
    assert "Questions to look at" not in markdown(right)


def test_a_run_without_gold_answers_measures_finding_only() -> None:
    run = fakes.kinds("retrieval-only")
    assert rows.headline(run).interval is None
    assert "only finding is measured" in markdown(run)
    assert "only finding is measured" in printed(run)


@given(hits=st.integers(0, 40), misses=st.integers(0, 40))
def test_a_share_lies_in_its_interval(hits: int, misses: int) -> None:
    total = hits + misses
    bounds = rows.share_interval(hits, total)
    if not total:
        assert bounds is None
    else:
        assert bounds is not None
        assert 0 <= bounds[0] <= hits / total <= bounds[1] <= 1


def test_a_slice_over_everything_is_the_measure(run: Run) -> None:
    for name in ("answer_match", "f1", "citation_precision"):
        row = rows.sliced(run.questions, MEASURES[name])
        assert (row.value, row.over) == (run.measures[name], run.counts[name])


def test_questions_without_a_tag_are_a_slice_of_their_own(run: Run) -> None:
    tagged = rows.by_tag(run.questions)
    assert len(tagged[rows.UNTAGGED]) == 3
    assert {q.id for questions in tagged.values() for q in questions} == {
        q.id for q in run.questions
    }


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1, "100%")]
)
def test_only_none_is_0_percent_and_only_all_100(share: float, told: str) -> None:
    assert percent(share) == told


def test_a_value_is_told_in_its_unit() -> None:
    assert number(MEASURES["f1"], 0.12345) == "0.123"
    assert number(MEASURES["crag"], -0.5) == "−0.500"
    assert number(MEASURES["latency_p50_ms"], 1234.5) == "1,234"
    assert number(MEASURES["answer_words"], 12.34) == "12.3"
    assert number(MEASURES["f1"], None) == "–"


def test_settings_are_told_with_dotted_names() -> None:
    values = {"a": {"b": {"c": 1}, "d": []}, "e": None, "f": True, "g": ["x", 2]}
    told = [("a.b.c", "1"), ("a.d", "–"), ("e", "–"), ("f", "yes"), ("g", "x, 2")]
    assert list(flat(values)) == told


def test_the_markdown_begins_with_where_it_went_wrong(run: Run) -> None:
    headings = re.findall(r"^## (.*)", markdown(run), re.MULTILINE)
    assert headings == [
        "Where it went wrong", "Measures", "By tag", "Questions to look at", "Errors",
        "Gold evidence that the corpus does not have", "Configuration", "Corpus",
    ]  # fmt: skip


def test_the_markdown_tells_every_measure_with_interval_and_denominator(run: Run) -> None:
    text = markdown(run)
    for name in run.measures:
        line = re.search(rf"^\| \**{re.escape(name)}\** \|.*$", text, re.MULTILINE)
        assert line, name
        assert f"{run.counts[name]:,} {MEASURES[name].over}" in line[0]


def test_every_table_row_of_the_markdown_has_as_many_cells_as_its_head(run: Run) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", markdown(run), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block


def test_hostile_text_stays_text_in_markdown(run: Run) -> None:
    text = markdown(run)
    assert "<script" not in text
    assert "<img" not in text
    assert "<!--" not in text
    assert not re.search(r"(?<!\\)\[e\]\(", text)
    assert "@someone" not in text
    assert "#12" not in text


@pytest.mark.parametrize("questions", [1200, 3000])
def test_the_markdown_fits_a_comment_and_counts_what_it_leaves_out(questions: int) -> None:
    run = fakes.many(questions)
    text = markdown(run)
    assert LIMIT * 0.8 < len(text) <= LIMIT
    assert "of them shown" in text
    assert "## Corpus" in text
    for stage, told in STAGES.items():
        if stage is not Stage.RIGHT:
            assert f"<summary>{told.short}: " in text


def test_the_markdown_fits_a_comment_with_hundreds_of_tags() -> None:
    run = fakes.every_kind(3)
    tagged = [
        question.model_copy(update={"tags": [f"{'tag' * 30}-{place}-{each}" for each in range(9)]})
        for place, question in enumerate(run.questions)
    ]
    text = markdown(run.model_copy(update={"questions": tagged}))
    assert len(text) <= LIMIT
    assert f"Not shown: {len(tagged) * 9 - 25} tags." in text


def test_a_right_answer_with_altered_words_is_flagged() -> None:
    assert "words are not the article's" in markdown(fakes.kinds("misattributed"))


def test_the_table_fits_80_columns_and_begins_with_the_stages(run: Run) -> None:
    lines = printed(run).splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert text.index("sentence not chosen") < text.index("answer_match")


def test_the_table_tells_the_chief_measures_and_counts_the_others(run: Run) -> None:
    text = printed(run)
    chief = [name for heading in HEADINGS for name in heading.chief]
    assert all(f" {name} " in text for name in chief)
    assert f"{len(run.measures) - len(chief)} more measures are in the report." in text


def test_a_runs_name_cannot_steer_the_terminal() -> None:
    run = fakes.made_of(fakes.cases(0)[:1], name="[bold]\x1b[2Jgone")
    assert "\x1b" not in printed(run)
    assert "[bold]" in printed(run)
