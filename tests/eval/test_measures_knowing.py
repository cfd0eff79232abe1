"""Refusals and confidence, against published and hand-computed values."""

import numpy as np
import pytest
from eval_fakes import answer, gold, refusal

from eval.measures import MEASURES, OUTSIDE, Floats
from eval.measures.aurc import risk_coverage
from eval.measures.ece import Bin, reliability
from eval.outcome import Outcome
from eval.results import value

UNANSWERABLE = gold(answers=())
RETRIEVAL_ONLY = gold(answers=(), answerable=True, evidence=[{"article": "strike"}])
FAILED = Outcome(question=gold())
FAILED_UNANSWERABLE = Outcome(question=UNANSWERABLE)
DUE_REFUSAL = Outcome(question=UNANSWERABLE, reply=refusal())
WRONG_REFUSAL = Outcome(question=gold(), reply=refusal())
MISSED_REFUSAL = Outcome(question=UNANSWERABLE, reply=answer(text="Ann"))
EMPTY = Outcome(question=gold(), reply=answer(text=""))


def score(name: str, outcome: Outcome) -> float | None:
    return MEASURES[name].part(outcome).score


def sure(confidence: float, right: bool) -> Outcome:
    reply = answer(text="three" if right else "four", confidence=confidence)
    return Outcome(question=gold(), reply=reply)


def parts(name: str, *outcomes: Outcome) -> Floats:
    return np.array([MEASURES[name].part(outcome) for outcome in outcomes], dtype=np.float64)


def over(name: str, *outcomes: Outcome) -> float | None:
    return value(MEASURES[name], parts(name, *outcomes))


def test_refusals_are_judged_by_whether_there_was_an_answer() -> None:
    outcomes = (DUE_REFUSAL, WRONG_REFUSAL, MISSED_REFUSAL, FAILED_UNANSWERABLE)
    assert [score("refusal_precision", o) for o in outcomes] == [1, 0, None, None]
    assert [score("refusal_recall", o) for o in outcomes] == [1, None, 0, 0]


def test_crag_takes_away_for_wrong_answers_alone() -> None:
    scored = {
        1: [sure(0.5, right=True), DUE_REFUSAL],
        0: [WRONG_REFUSAL, FAILED, FAILED_UNANSWERABLE, EMPTY],
        -1: [sure(0.5, right=False), MISSED_REFUSAL],
    }
    for points, outcomes in scored.items():
        assert [score("crag", outcome) for outcome in outcomes] == [points] * len(outcomes)
    assert MEASURES["crag"].part(Outcome(question=RETRIEVAL_ONLY, reply=refusal())) == OUTSIDE


def test_auroc_is_hanley_and_mcneils() -> None:
    """Their table 1: 109 CT images rated from 1 to 5, area 0.893 with ties counting half."""
    ratings = {False: (33, 6, 6, 11, 2), True: (3, 2, 2, 11, 33)}
    rows = [
        (rating / 5, 1.0, float(abnormal))
        for abnormal, counts in ratings.items()
        for rating, count in enumerate(counts, start=1)
        for _ in range(count)
    ]
    area = value(MEASURES["auroc_answerable"], np.array(rows))
    assert area == pytest.approx(0.893, abs=0.0005)


def test_auroc_counts_ties_half() -> None:
    answerable = [sure(c, right=True) for c in (0.9, 0.5)]
    unanswerable = [
        Outcome(question=UNANSWERABLE, reply=answer(text="x", confidence=c)) for c in (0.5, 0.1)
    ]
    # 0.9 beats both, 0.5 ties with one and beats the other: 3.5 of 4 pairs.
    assert over("auroc_answerable", *answerable, *unanswerable) == 3.5 / 4
    assert over("auroc_answerable", *answerable, FAILED_UNANSWERABLE) == 0


@pytest.mark.parametrize("outcomes", [[sure(0.5, right=True), FAILED], [DUE_REFUSAL]])
def test_auroc_needs_both_kinds(outcomes: list[Outcome]) -> None:
    assert over("auroc_answerable", *outcomes) is None


def test_a_system_without_confidence_is_sure_of_answers_and_not_of_refusals() -> None:
    silent = answer(text="three", confidence=None), refusal(confidence=None)
    told = [MEASURES["ece"].part(Outcome(question=gold(), reply=reply)).value for reply in silent]
    assert told == [1, 0]


def test_calibration_error_by_hand() -> None:
    outcomes = [
        sure(0.95, right=True), sure(1.0, right=True), sure(0.93, right=False),
        sure(0.7, right=True), sure(0.61, right=False),
        WRONG_REFUSAL, DUE_REFUSAL, FAILED,
    ]  # fmt: skip
    high = abs((0.95 + 1.0 + 0.93 + 1.0) - 2)  # bin (0.9, 1]; a failure is a 1 that went wrong
    middle = abs((0.7 + 0.61) - 1)  # bin (0.6, 0.7]: 0.7 belongs to it
    low = 0.1 + 0.1  # bin [0, 0.1]: neither refusal gave a right answer
    assert over("ece", *outcomes) == pytest.approx((high + middle + low) / 8)


def test_failing_never_pays() -> None:
    failures = [FAILED, FAILED_UNANSWERABLE]
    assert over("ece", *failures) == over("aurc", *failures) == 1
    assert over("auroc_answerable", *failures) == 0


def test_reliability_bins_are_those_of_the_error() -> None:
    outcomes = [sure(0.95, right=True), sure(0.85, right=False), sure(0.75, right=True)]
    outcomes += [sure(0.75, right=False), WRONG_REFUSAL]
    column = parts("ece", *outcomes, Outcome(question=RETRIEVAL_ONLY, reply=refusal()))
    bins = reliability(column)
    assert bins == [
        Bin(confidence=0.1, accuracy=0, count=1),
        Bin(confidence=0.75, accuracy=0.5, count=2),
        Bin(confidence=0.85, accuracy=0, count=1),
        Bin(confidence=0.95, accuracy=1, count=1),
    ]
    error = sum(bar.count * abs(bar.confidence - bar.accuracy) for bar in bins) / 5
    assert over("ece", *outcomes) == pytest.approx(error)


def test_area_under_risk_coverage_by_hand() -> None:
    outcomes = [sure(0.7, right=True), WRONG_REFUSAL, sure(0.9, right=True), sure(0.8, right=False)]
    # Surest first: right, wrong, right, wrongly refused. Risks 0, 1/2, 1/3, 2/4.
    assert over("aurc", *outcomes) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_equally_sure_questions_stand_for_their_average() -> None:
    tied = [sure(0.5, right=False), sure(0.5, right=True)]
    assert over("aurc", *tied) == over("aurc", *reversed(tied)) == 1 / 2
    # After the tie (1/2, 1/2) comes a due refusal: 1/3.
    assert over("aurc", DUE_REFUSAL, *tied) == pytest.approx((1 / 2 + 1 / 2 + 1 / 3) / 3)


def test_refusals_and_failures_come_after_all_answers_as_equals() -> None:
    confident_refusal = Outcome(question=UNANSWERABLE, reply=refusal(confidence=0.9))
    outcomes = [FAILED, confident_refusal, sure(0.0, right=True)]
    assert over("aurc", *outcomes) == pytest.approx((0 + 1 / 4 + 1 / 3) / 3)


def test_the_curve_is_what_the_area_is_of() -> None:
    outcomes = [sure(0.9, right=True), sure(0.8, right=False), WRONG_REFUSAL, DUE_REFUSAL]
    column = parts("aurc", *outcomes, Outcome(question=RETRIEVAL_ONLY, reply=refusal()))
    coverage, risk = risk_coverage(column)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1.5 / 3, 2 / 4])
    assert risk.mean() == pytest.approx(over("aurc", *outcomes))


def test_curves_of_nothing_are_empty() -> None:
    nothing = np.zeros((3, 3))
    assert [len(axis) for axis in risk_coverage(nothing)] == [0, 0]
    assert reliability(nothing) == []
    assert value(MEASURES["aurc"], nothing) is value(MEASURES["ece"], nothing) is None
