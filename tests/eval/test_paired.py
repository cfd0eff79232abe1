"""Paired statistics: McNemar's test and the bootstrap against published and theoretical values."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from eval.measures import MEASURES, Floats
from eval.paired import FEWEST, Verdict, mcnemar, paired_difference

MEAN, BINARY, MEDIAN = MEASURES["f1"], MEASURES["answer_match"], MEASURES["latency_p50_ms"]
RATIO = MEASURES["refusal_precision"]


def column(values: Sequence[float], weights: Sequence[float] | None = None) -> Floats:
    of = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    return np.stack([np.asarray(values, dtype=float), of, np.zeros(len(values))], axis=1)


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


@pytest.mark.parametrize(("lost", "gained"), [(1, 7), (2, 9), (3, 11)])
def test_what_only_one_of_the_two_tests_shows_is_not_shown(lost: int, gained: int) -> None:
    before = np.concatenate([np.ones(lost), np.zeros(gained), np.ones(28)])
    after = np.concatenate([np.zeros(lost), np.ones(gained), np.ones(28)])
    found = paired_difference(BINARY, column(before), column(after))
    assert found.interval is not None
    assert found.interval[0] > 0, "the bootstrap alone would call it better"
    assert found.verdict is Verdict.NOT_SHOWN
    assert (found.note or "").startswith("McNemar's test does not show it (p = 0.0")


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
