"""How sure an answer is: the shipped calibration, and what it is made of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rag.reading.confidence import Probability, Signals, lead_over_rivals, shipped

SURE = Signals(
    score=8, answered=5, lead=10, aside=0,
    nowhere=0, figures=0, explained=0,
)  # fmt: skip
UNSURE = Signals(
    score=-14, answered=-5, lead=0, aside=7,
    nowhere=1, figures=1, explained=0,
)  # fmt: skip

BOTH = pytest.mark.parametrize("told", [shipped().answerable, shipped().right])

logits = st.floats(-20, 20)
counts = st.integers(0, 5)
anything = st.builds(
    Signals, score=logits, answered=logits, lead=st.floats(0, 10), aside=st.floats(0, 15),
    nowhere=counts, figures=counts, explained=st.integers(0, 1),
)  # fmt: skip


@BOTH
def test_what_fits_in_every_way_is_probable_and_what_fits_in_none_is_not(told: Probability) -> None:
    assert told.of(SURE) > 0.8
    assert told.of(UNSURE) < 0.1


@BOTH
@given(signals=anything)
def test_it_is_a_probability(told: Probability, signals: Signals) -> None:
    assert 0 <= told.of(signals) <= 1


@BOTH
@given(signals=anything, more=st.floats(0, 5))
def test_a_better_sentence_never_makes_it_less_probable(
    told: Probability, signals: Signals, more: float
) -> None:
    better = replace(signals, score=signals.score + more, answered=signals.answered + more)
    assert told.of(better) >= told.of(signals)


@BOTH
@given(signals=anything)
def test_a_name_that_nothing_read_has_never_makes_it_more_probable(
    told: Probability, signals: Signals
) -> None:
    missing = replace(signals, nowhere=signals.nowhere + 1)
    assert told.of(missing) <= told.of(signals)


@pytest.mark.parametrize(
    "corners",
    [
        {"log_odds": [0, 0], "share": [0, 1]},
        {"log_odds": [0, 1], "share": [1, 0]},
        {"log_odds": [0, 1, 2], "share": [0, 1]},
        {"log_odds": [0], "share": [0]},
    ],
)
def test_a_map_that_is_not_monotone_is_refused(corners: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Probability.model_validate({"bias": 0, "weights": {}} | corners)


def test_between_two_corners_the_confidence_lies_between_theirs() -> None:
    calibration = Probability(bias=1, weights={"score": 2}, log_odds=[-1, 3], share=[0.2, 0.6])
    assert calibration.of(replace(SURE, score=0)) == 0.4
    assert calibration.of(replace(SURE, score=-9)) == 0.2
    assert calibration.of(replace(SURE, score=9)) == 0.6


def test_the_lead_is_over_what_says_otherwise() -> None:
    assert lead_over_rivals([("12 men", 5.0), ("12  Men", 4.5), ("a dozen", 2.0)]) == 3.0
    assert lead_over_rivals([("12 men", 5.0)]) == 10.0
    assert lead_over_rivals([("12 men", 5.0), ("none", -30.0)]) == 10.0
