"""A run scores whatever the system does, and says over what."""

import json
import math
from typing import Any

import pytest
from eval_fakes import TEXTS, ScriptedSystem, answer, citation, gold, refusal

from eval import report
from eval.folder import document
from eval.measures import MEASURES
from eval.runs import Run, column, run, value
from rag.errors import CorruptCorpusError

RIGHT = answer(citation("strike", "Three ships were hit on Friday."))

GOLD = [
    gold("right", tags=["who"]),
    gold("refused", tags=["who", "hard"]),
    gold("failed", evidence=[{"article": "strike"}, {"article": "nowhere"}]),
    gold("unanswerable", answers=(), tags=["hard"]),
]
SYSTEM = ScriptedSystem(
    {
        "right": RIGHT,
        "refused": refusal(),
        "failed": CorruptCorpusError("the index | is <gone>\n"),
        "unanswerable": refusal(),
    },
    {
        "right": ["strike", "strike", "flood"],
        "refused": ["flood", "flood", "strike"],
        "failed": RuntimeError("no search"),
    },
)


@pytest.fixture(scope="module")
def mixed() -> Run:
    return run(SYSTEM, GOLD, name="mixed", config={"gold": "here"})


def test_every_question_is_scored_whatever_happened(mixed: Run) -> None:
    assert mixed.measures | {"latency_p50_ms": 0, "latency_p95_ms": 0} == {
        "hits@1": pytest.approx(1 / 3),
        "hits@4": pytest.approx(2 / 3),
        "hits@10": pytest.approx(2 / 3),
        "mrr@10": pytest.approx(1.5 / 3),
        "em": 0.25,
        "f1": pytest.approx((2 / 7 + 1) / 4),
        "answer_match": pytest.approx(1 / 3),
        "citation_precision": 1.0,
        "quote_exact": 1.0,
        "refusal_precision": 0.5,
        "refusal_recall": 1.0,
        "latency_p50_ms": 0,
        "latency_p95_ms": 0,
    }


def test_denominators_and_totals_are_counted(mixed: Run) -> None:
    counts = mixed.counts
    assert (counts["questions"], counts["answerable"], counts["unanswerable"]) == (4, 3, 1)
    assert (counts["answered"], counts["refused"], counts["failed"]) == (1, 2, 1)
    assert (counts["errors"], counts["unknown_evidence"]) == (1, 1)
    assert (counts["hits@1"], counts["em"], counts["answer_match"]) == (3, 4, 3)
    assert (counts["citation_precision"], counts["refusal_precision"]) == (1, 2)
    assert counts["refusal_recall"] == 1
    assert MEASURES.keys() == mixed.measures.keys() == mixed.intervals.keys()


def test_a_failure_is_recorded_and_the_run_goes_on(mixed: Run) -> None:
    failed = mixed.questions[2]
    assert failed.outcome == "failed"
    assert failed.answer is None
    assert failed.retrieved == []
    assert failed.error == (
        "ask: CorruptCorpusError: the index | is <gone>\n; search: RuntimeError: no search"
    )
    assert failed.unknown_evidence == ["nowhere"]
    assert failed.scores["em"] == failed.scores["hits@10"] == 0
    assert mixed.questions[3].outcome == "refused"


def test_each_article_is_ranked_once_at_its_best_passage(mixed: Run) -> None:
    assert mixed.questions[0].retrieved == ["strike", "flood"]
    assert mixed.questions[1].retrieved == ["flood", "strike"]


def test_measures_can_be_computed_again_from_the_written_run(mixed: Run) -> None:
    again = Run.model_validate_json(document(mixed))
    for name, measure in MEASURES.items():
        assert value(measure, *column(again.questions, measure)) == mixed.measures[name]


def test_the_document_has_the_contracts_fields_and_no_nan(mixed: Run) -> None:
    written: dict[str, Any] = json.loads(document(mixed), parse_constant=pytest.fail)
    assert list(written) == [
        "run", "config", "corpus", "measures", "intervals", "counts", "questions",
    ]  # fmt: skip
    assert {"id", "scores", "answer", "retrieved", "timings_ms"} <= written["questions"][0].keys()
    assert written["config"]["gold"] == "here"
    assert written["config"]["system"] == "scripted"
    assert written["corpus"] == {"articles": len(TEXTS)}


def test_two_runs_of_the_same_thing_score_the_same(mixed: Run) -> None:
    again = run(SYSTEM, GOLD)
    for name in MEASURES:
        if not name.startswith("latency"):
            assert again.measures[name] == mixed.measures[name]
            assert again.intervals[name] == mixed.intervals[name]


def test_a_measure_over_nothing_is_null_and_its_count_zero() -> None:
    only = run(ScriptedSystem({"q": RIGHT}), [gold()])
    for name in ("refusal_precision", "refusal_recall"):
        assert only.measures[name] is only.intervals[name] is None
        assert only.counts[name] == 0


def test_a_run_of_nothing_but_failures_is_scored() -> None:
    failures = run(ScriptedSystem({"q": OSError("down")}), [gold()])
    assert failures.measures["em"] == failures.measures["hits@10"] == 0
    assert failures.measures["citation_precision"] is None
    numbers = [m for m in failures.measures.values() if m is not None]
    assert all(map(math.isfinite, numbers))


@pytest.mark.parametrize(
    "wrong",
    [
        citation("strike", "Four ships were hit on Friday."),
        citation("strike", "Three ships", start=1, end=12),
        citation("strike", "Three ships", version=2),
        citation("strike", "", start=3, end=3),
        citation("strike", "", start=900, end=950),
        citation("imagined", "Three ships"),
        citation("broken", "Three ships"),
    ],
)
def test_an_altered_or_invented_quote_is_an_error(wrong: Any) -> None:
    right = citation("strike", "The navy said it had fired first.", number=2)
    result = run(ScriptedSystem({"q": answer(wrong, right)}), [gold()])
    assert result.measures["citation_precision"] == 0.5
    assert result.measures["quote_exact"] == 0.5
    assert result.questions[0].weights == {"citation_precision": 2, "quote_exact": 2}


def test_a_quote_check_that_cannot_be_made_is_reported() -> None:
    unchecked = answer(citation("broken", "Three ships"))
    result = run(ScriptedSystem({"q": unchecked}), [gold()])
    assert result.questions[0].error == "quote check: OSError: the disk is gone"
    assert result.counts["errors"] == 1


def test_an_interrupt_is_not_swallowed() -> None:
    class Interrupted(ScriptedSystem):
        def ask(self, question: object) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Interrupted({}), [gold()])


def test_progress_is_told_after_each_question() -> None:
    told: list[int] = []
    run(SYSTEM, GOLD, on_question=lambda: told.append(1))
    assert len(told) == len(GOLD)


def test_the_report_shows_measures_tags_errors_and_what_went_wrong(mixed: Run) -> None:
    text = report.markdown(mixed)
    assert "| hits@4 | 0.667 | 0.000 – 1.000 | 3 answerable questions with evidence |" in text
    assert "| who | 2 | 1.000 |" in text
    assert "| hard | 2 |" in text
    assert "- failed: ask: CorruptCorpusError: the index \\| is &lt;gone>" in text
    assert "- failed: nowhere" in text
    assert "| refused | What about refused? | three | (refused) |" in text
    assert "| right |" not in text


def test_the_report_of_a_perfect_run_has_no_empty_sections() -> None:
    text = report.markdown(run(ScriptedSystem({"q": RIGHT}), [gold()]))
    assert "## Errors" not in text
    assert "## By tag" not in text
    assert "## Questions to look at" not in text
    assert "| refusal_precision | – | – | 0 refusals |" in text
