"""Where an answer was lost: the first stage that lost it, by the evidence that decides."""

import pytest
from eval_fakes import answer, gold, refusal

from eval.outcome import Outcome, Trail
from eval.reply import Reply
from eval.stages import Stage, stage

FAR = Trail(known=True)
RANKED = Trail(known=True, article_rank=3)
READ = Trail(known=True, article_rank=3, passage_rank=4, read=True)
CITED = Trail(known=True, article_rank=3, passage_rank=4, read=True, cited=True)
UNKNOWN = Trail(known=False)
WRONG = answer(text="four")


@pytest.mark.parametrize(
    ("trails", "reply", "expected"),
    [
        ([FAR], WRONG, Stage.NOT_RETRIEVED),
        ([FAR], refusal(), Stage.NOT_RETRIEVED),
        ([RANKED], WRONG, Stage.NOT_READ),
        ([RANKED], refusal(), Stage.NOT_READ),
        ([READ], refusal(), Stage.WRONGLY_REFUSED),
        ([READ], WRONG, Stage.NOT_CHOSEN),
        ([READ], answer(text=""), Stage.NOT_CHOSEN),
        ([CITED], WRONG, Stage.NOT_SAID),
        ([UNKNOWN], WRONG, Stage.UNPLACED),
        ([UNKNOWN], refusal(), Stage.UNPLACED),
        ([], WRONG, Stage.UNPLACED),
        ([], refusal(), Stage.WRONGLY_REFUSED),
    ],
)
def test_a_wrong_answer_was_lost_at_a_stage(
    trails: list[Trail], reply: Reply, expected: Stage
) -> None:
    question = gold(evidence=[{"article": "strike"}] * len(trails))
    assert stage(Outcome(question=question, reply=reply, trails=tuple(trails))) is expected


def lost(*pieces: tuple[str, Trail], reply: Reply = WRONG) -> Stage | None:
    """Where a question was lost whose evidence has these quotes and came so far."""
    evidence = [{"article": "strike", "quote": quote} for quote, _ in pieces]
    trails = tuple(trail for _, trail in pieces)
    return stage(Outcome(question=gold(evidence=evidence), reply=reply, trails=trails))


def test_of_quotes_that_hold_the_answer_the_one_that_came_furthest_decides() -> None:
    assert lost(("three ships", FAR), ("all three", READ), ("three", UNKNOWN)) is Stage.NOT_CHOSEN
    assert lost(("three ships", CITED), ("three", FAR)) is Stage.NOT_SAID


def test_what_leads_to_the_answer_does_not_decide_where_a_quote_holds_it() -> None:
    assert lost(("the fleet", CITED), ("three ships", FAR)) is Stage.NOT_RETRIEVED
    assert lost(("the fleet", FAR), ("three ships", READ)) is Stage.NOT_CHOSEN


def test_an_answer_to_be_put_together_is_lost_with_the_piece_that_stayed_behind() -> None:
    assert lost(("two ships", CITED), ("one boat", RANKED)) is Stage.NOT_READ
    assert lost(("two ships", READ), ("one boat", CITED)) is Stage.NOT_CHOSEN
    assert lost(("two ships", READ), ("one boat", READ), reply=refusal()) is Stage.WRONGLY_REFUSED
    assert lost(("two ships", FAR), ("one boat", READ), reply=refusal()) is Stage.NOT_RETRIEVED


@pytest.mark.parametrize("trail", [FAR, CITED, UNKNOWN])
def test_a_right_answer_is_right_whatever_its_evidence(trail: Trail) -> None:
    outcome = Outcome(question=gold(), reply=answer(text="three"), trails=(trail,))
    assert stage(outcome) is Stage.RIGHT


def test_an_unanswerable_question_is_to_be_refused() -> None:
    unanswerable = gold(answers=())
    assert stage(Outcome(question=unanswerable, reply=refusal())) is Stage.RIGHT
    for reply in (WRONG, answer(text="")):
        assert stage(Outcome(question=unanswerable, reply=reply)) is Stage.WRONGLY_ANSWERED


def test_a_failure_is_a_failure() -> None:
    for question in (gold(), gold(answers=())):
        assert stage(Outcome(question=question, trails=(READ,))) is Stage.FAILED


def test_without_a_gold_answer_there_is_no_telling() -> None:
    retrieval_only = gold(answers=(), answerable=True, evidence=[{"article": "strike"}])
    for reply in (WRONG, refusal()):
        assert stage(Outcome(question=retrieval_only, reply=reply, trails=(READ,))) is None
