"""Bootstrap intervals: repeatable, around the value, and honest about ratios and nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.intervals import interval
from eval.measures import MEASURES, Floats
from eval.results import value

MEAN, RATIO, MEDIAN = MEASURES["em"], MEASURES["quote_exact"], MEASURES["latency_p50_ms"]


def parts(values: object, weights: object = None) -> Floats:
    """Parts of these values; each question weighs 1 unless told otherwise."""
    column = np.asarray(values, dtype=np.float64)
    weighed = np.ones_like(column) if weights is None else np.asarray(weights, dtype=np.float64)
    return np.stack([column, weighed, np.zeros_like(column)], axis=-1)


def test_an_interval_is_the_same_every_time() -> None:
    scores = parts([0, 1, 1, 0, 1] * 8)
    assert interval(MEAN, scores) == interval(MEAN, scores)


def test_an_interval_holds_the_mean_and_is_as_wide_as_theory_says() -> None:
    low, high = interval(MEAN, parts([1] * 300 + [0] * 100)) or (0, 0)
    assert low < 0.75 < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.75 * 0.25 / 400), rel=0.1)


def test_a_ratio_is_drawn_with_its_denominator() -> None:
    ratio = parts([5, 0] * 20, [5, 1] * 20)
    low, high = interval(RATIO, ratio) or (0, 0)
    assert value(RATIO, ratio) == pytest.approx(5 / 6)
    assert low < 5 / 6 < high <= 1
    assert high - low < 0.25  # a mean over questions would be near 0.5 +- 0.15


def test_one_score_for_all_gives_a_point() -> None:
    assert interval(MEAN, parts([1] * 9)) == (1.0, 1.0)


def test_draws_without_a_denominator_are_left_out() -> None:
    assert interval(RATIO, parts([1, 0, 0], [1, 0, 0])) == (1.0, 1.0)


def test_no_denominator_is_no_value_and_no_interval() -> None:
    assert value(RATIO, parts([0] * 3, [0] * 3)) is None
    assert interval(RATIO, parts([0] * 3, [0] * 3)) is None


def test_a_median_has_an_interval_too() -> None:
    times = parts(range(1, 102))
    low, high = interval(MEDIAN, times) or (0, 0)
    assert value(MEDIAN, times) == 51
    assert 35 < low < 51 < high < 67


def test_quantiles_interpolate() -> None:
    times = parts([10, 20, 30, 40])
    assert value(MEDIAN, times) == 25
    assert value(MEASURES["latency_p95_ms"], times) == pytest.approx(38.5)


def test_many_questions_are_drawn_in_blocks() -> None:
    low, high = interval(MEAN, parts([0, 1] * 3000)) or (0, 0)
    assert low < 0.5 < high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_an_interval_lies_within_the_measures_range(pairs: list[tuple[int, int]]) -> None:
    ratio = parts([min(pair) for pair in pairs], [max(pair) for pair in pairs])
    bounds = interval(RATIO, ratio)
    if ratio[:, 1].any():
        assert bounds is not None
        assert 0 <= bounds[0] <= bounds[1] <= 1
    else:
        assert bounds is None
