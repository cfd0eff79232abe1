"""A run scores whatever the system does, and says over what."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import TEXTS, ScriptedSystem, SmallCorpus, answer, citation, gold, refusal

from eval.folder import document
from eval.measures import MEASURES
from eval.results import Run, column, value
from eval.runs import run
from eval.stages import Stage
from eval.support import LexicalSupport
from rag.errors import CorruptCorpusError

RIGHT = answer(citation("strike", "Three ships were hit on Friday."), ranking=["strike", "flood"])

GOLD = [
    gold("right", tags=["who"], nuggets=[{"text": "Three ships were hit"}]),
    gold("refused", tags=["who", "hard"]),
    gold("failed", evidence=[{"article": "strike"}, {"article": "nowhere"}]),
    gold("unanswerable", answers=(), tags=["hard"]),
]
SCRIPT = {
    "right": RIGHT,
    "refused": refusal(ranking=["flood", "flood", "strike"], read=1),
    "failed": CorruptCorpusError("the index | is <gone>\n"),
    "unanswerable": refusal(),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return asked(tmp_path_factory.mktemp("mixed"))


def asked(folder: Path, script: Any = SCRIPT, questions: Any = GOLD, **options: Any) -> Run:
    system = ScriptedSystem(script)
    support = LexicalSupport()
    gold_config = {"file": "here"}
    return run(
        system, SmallCorpus(), questions, support, folder=folder, gold=gold_config, **options
    )


def test_every_question_is_scored_whatever_happened(mixed: Run) -> None:
    expected = {
        "hits@1": 1 / 3,
        "hits@4": 2 / 3,
        "mrr@10": 1.5 / 3,
        "recall@10": 2 / 3,
        "em": 0.25,
        "f1": (2 / 7 + 1) / 4,
        "answer_match": 1 / 3,
        "nugget_recall": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "quote_exact": 1.0,
        "refusal_precision": 0.5,
        "refusal_recall": 1.0,
        "crag": 0.5,
    }
    assert {name: mixed.measures[name] for name in expected} == pytest.approx(expected)


def test_denominators_and_totals_are_counted(mixed: Run) -> None:
    counts = mixed.counts
    assert (counts["questions"], counts["answerable"], counts["unanswerable"]) == (4, 3, 1)
    assert (counts["answered"], counts["refused"], counts["failed"]) == (1, 2, 1)
    assert counts["unknown_evidence"] == 1
    assert (counts["hits@1"], counts["em"], counts["answer_match"]) == (3, 4, 3)
    assert (counts["citation_precision"], counts["refusal_precision"]) == (1, 2)
    assert counts["refusal_recall"] == 1
    assert MEASURES.keys() == mixed.measures.keys() == mixed.intervals.keys()


def test_the_stage_that_lost_each_question_is_told(mixed: Run) -> None:
    assert [question.stage for question in mixed.questions] == [
        Stage.RIGHT, Stage.NOT_READ, Stage.FAILED, Stage.RIGHT,
    ]  # fmt: skip
    assert mixed.stages == {Stage.RIGHT: 2, Stage.NOT_READ: 1, Stage.FAILED: 1}


def test_a_failure_is_recorded_and_the_run_goes_on(mixed: Run) -> None:
    failed = mixed.questions[2]
    assert failed.outcome == "failed"
    assert failed.answer is None
    assert failed.retrieved == []
    assert failed.error == "ask: CorruptCorpusError: the index | is <gone>\n"
    assert [evidence.known for evidence in failed.evidence] == [True, False]
    assert failed.scores["em"] == failed.scores["hits@10"] == 0
    assert mixed.questions[3].outcome == "refused"


def test_each_article_is_ranked_once_at_its_best_passage(mixed: Run) -> None:
    assert mixed.questions[0].retrieved == ["strike", "flood"]
    assert mixed.questions[1].retrieved == ["flood", "strike"]


def test_gold_evidence_is_followed_to_where_it_was_lost(mixed: Run) -> None:
    (cited,), (unread,) = mixed.questions[0].evidence, mixed.questions[1].evidence
    assert (cited.article_rank, cited.passage_rank, cited.read, cited.cited) == (1, 1, True, True)
    assert (unread.article_rank, unread.passage_rank, unread.read) == (2, 3, False)


def test_a_citation_is_kept_with_the_words_around_it(mixed: Run) -> None:
    (checked,) = mixed.questions[0].citations
    assert (checked.check, checked.exact) == ("found", True)
    assert checked.before + "Three ships were hit on Friday." + checked.after == TEXTS["strike"]


def test_measures_can_be_computed_again_from_the_written_run(mixed: Run) -> None:
    again = Run.model_validate_json(document(mixed))
    for name, measure in MEASURES.items():
        assert value(measure, column(again.questions, measure)) == mixed.measures[name]


def test_the_document_has_the_contracts_fields_and_no_nan(mixed: Run) -> None:
    written: dict[str, Any] = json.loads(document(mixed), parse_constant=pytest.fail)
    fields = {"run", "config", "corpus", "measures", "intervals", "counts", "questions"}
    assert fields <= written.keys()
    assert {"id", "scores", "answer", "retrieved", "timings_ms"} <= written["questions"][0].keys()
    assert written["corpus"]["articles"] == len(TEXTS)


def test_a_run_says_how_to_repeat_it(mixed: Run) -> None:
    config = mixed.config
    assert config["gold"] == {"file": "here"}
    assert config["system"] == {"system": "scripted"}
    assert config["support"] == "lexical"
    assert {"newscite", "newscite_code", "python", "onnxruntime"} <= config["versions"].keys()
    assert config["machine"]["cores"] > 0
    assert config["command"].split()[0] == "newscite"
    assert mixed.corpus["fingerprint"] == "f"


def test_two_runs_of_the_same_thing_score_the_same(mixed: Run, tmp_path: Path) -> None:
    again = asked(tmp_path)
    for name, measure in MEASURES.items():
        if measure.unit != "ms":
            assert again.measures[name] == mixed.measures[name]
            assert again.intervals[name] == mixed.intervals[name]


def test_a_measure_over_nothing_is_null_and_its_count_zero(tmp_path: Path) -> None:
    only = asked(tmp_path, {"q": RIGHT}, [gold()])
    for name in ("refusal_precision", "refusal_recall"):
        assert only.measures[name] is only.intervals[name] is None
        assert only.counts[name] == 0


def test_a_run_of_nothing_but_failures_is_scored(tmp_path: Path) -> None:
    failures = asked(tmp_path, {"q": OSError("down")}, [gold()])
    assert failures.measures["em"] == failures.measures["hits@10"] == 0
    numbers = [m for m in failures.measures.values() if m is not None]
    assert all(map(math.isfinite, numbers))


def test_an_answer_that_cannot_be_checked_is_a_failure(tmp_path: Path) -> None:
    unchecked = answer(citation("broken", "Three ships"))
    question = gold(nuggets=[{"text": "three"}])
    result = asked(tmp_path, {"q": unchecked}, [question]).questions[0]
    assert result.outcome == "failed"
    assert result.error == "check: OSError: the disk is gone"
    assert result.scores["answer_match"] == result.scores["hits@10"] == 0


def test_what_no_file_can_hold_is_written_as_a_question_mark(tmp_path: Path) -> None:
    half = answer(citation("strike", "Three ships"), text="three \ud83d")
    script = {"q": half, "r": OSError("bad \udcff name")}
    run_ = asked(tmp_path, script, [gold("q"), gold("r")])
    assert run_.questions[0].answer is not None
    assert run_.questions[0].answer.answer == "three ? [1]"
    assert run_.questions[0].scores["answer_match"] == 1
    assert run_.questions[1].error == "ask: OSError: bad ? name"
    assert document(run_).encode()


@pytest.mark.parametrize("sureness", [1.7, -3, math.inf, math.nan])
def test_a_confidence_that_is_none_fails_its_question(tmp_path: Path, sureness: float) -> None:
    wild = RIGHT.model_copy(update={"confidence": sureness})
    result = asked(tmp_path, {"q": wild}, [gold()]).questions[0]
    assert result.outcome == "failed"
    assert "confidence" in (result.error or "")


def test_what_failed_first_is_what_is_told(tmp_path: Path) -> None:
    class Unreadable(SmallCorpus):
        def text(self, article_id: str, version: int | None) -> str | None:
            raise OSError("the disk is gone")

    question = gold(evidence=[{"article": "strike", "quote": "Three ships"}])
    system = ScriptedSystem({"q": ValueError("no such model")})
    told = run(
        system, Unreadable(), [question], LexicalSupport(), folder=tmp_path, gold={}
    ).questions[0]  # fmt: skip
    assert told.error == "ask: ValueError: no such model"


def test_an_interrupt_is_not_swallowed(tmp_path: Path) -> None:
    class Interrupted(ScriptedSystem):
        def ask(self, question: object) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(
            Interrupted({}), SmallCorpus(), [gold()], LexicalSupport(), folder=tmp_path, gold={}
        )  # fmt: skip


def test_progress_is_told_after_each_question(tmp_path: Path) -> None:
    told: list[str] = []
    asked(tmp_path, on_question=lambda result: told.append(result.id))
    assert told == [question.id for question in GOLD]
