"""Bootstrap intervals: repeatable, around the value, and honest about ratios and nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.intervals import interval
from eval.measures import MEASURES
from eval.runs import value

MEAN, RATIO, MEDIAN = MEASURES["em"], MEASURES["citation_precision"], MEASURES["latency_p50_ms"]


def test_an_interval_is_the_same_every_time() -> None:
    values, weights = np.array([0.0, 1, 1, 0, 1] * 8), np.ones(40)
    assert interval(MEAN, values, weights) == interval(MEAN, values, weights)


def test_an_interval_holds_the_mean_and_is_as_wide_as_theory_says() -> None:
    values, weights = np.array([1.0] * 300 + [0.0] * 100), np.ones(400)
    low, high = interval(MEAN, values, weights) or (0, 0)
    assert low < 0.75 < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.75 * 0.25 / 400), rel=0.1)


def test_a_ratio_is_drawn_with_its_denominator() -> None:
    values, weights = np.array([5.0, 0.0] * 20), np.array([5.0, 1.0] * 20)
    low, high = interval(RATIO, values, weights) or (0, 0)
    assert value(RATIO, values, weights) == pytest.approx(5 / 6)
    assert low < 5 / 6 < high <= 1
    assert high - low < 0.25  # a mean over questions would be near 0.5 +- 0.15


def test_one_score_for_all_gives_a_point() -> None:
    assert interval(MEAN, np.ones(9), np.ones(9)) == (1.0, 1.0)


def test_draws_without_a_denominator_are_left_out() -> None:
    values, weights = np.array([1.0, 0, 0]), np.array([1.0, 0, 0])
    assert interval(RATIO, values, weights) == (1.0, 1.0)


def test_no_denominator_is_no_value_and_no_interval() -> None:
    assert value(RATIO, np.zeros(3), np.zeros(3)) is None
    assert interval(RATIO, np.zeros(3), np.zeros(3)) is None


def test_a_median_has_an_interval_too() -> None:
    values = np.arange(1.0, 102.0)
    low, high = interval(MEDIAN, values, np.ones(101)) or (0, 0)
    assert value(MEDIAN, values, np.ones(101)) == 51
    assert 35 < low < 51 < high < 67


def test_quantiles_interpolate() -> None:
    times = np.array([10.0, 20, 30, 40])
    assert value(MEDIAN, times, np.ones(4)) == 25
    assert value(MEASURES["latency_p95_ms"], times, np.ones(4)) == pytest.approx(38.5)


def test_many_questions_are_drawn_in_blocks() -> None:
    values = np.tile([0.0, 1.0], 3000)
    low, high = interval(MEAN, values, np.ones(6000)) or (0, 0)
    assert low < 0.5 < high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_an_interval_lies_within_the_measures_range(pairs: list[tuple[int, int]]) -> None:
    values = np.array([float(min(pair)) for pair in pairs])
    weights = np.array([float(max(pair)) for pair in pairs])
    bounds = interval(RATIO, values, weights)
    if weights.any():
        assert bounds is not None
        assert 0 <= bounds[0] <= bounds[1] <= 1
    else:
        assert bounds is None
