"""The fit of the confidence: what a case counts, what an operating point buys, what is fitted."""

import random
from pathlib import Path

import numpy as np
import pytest

from eval.calibration.cases import (
    ANSWERABLE,
    HIDDEN,
    NEAR,
    SHARES,
    Case,
    read_cases,
    weights_of,
    write_cases,
)
from eval.calibration.curve import draw, points, table
from rag.reading.confidence import Signals


def case(
    kind: str, score: float, right: bool = False, corpus: str = "news", number: int = 0
) -> Case:
    signals = Signals(
        score=score, answered=0, lead=0, aside=0,
        nowhere=0, figures=0, explained=0,
    )  # fmt: skip
    return Case(corpus, kind, f"{kind}-{number}", right, signals)


def test_cases_are_read_as_they_were_written(tmp_path: Path) -> None:
    cases = [case(ANSWERABLE, 1.5, right=True), case(NEAR, -2.0)]
    assert write_cases(tmp_path / "cases.jsonl", cases) == 2
    assert read_cases([tmp_path / "cases.jsonl"]) == cases


def test_a_kind_counts_by_its_share_however_many_cases_it_has() -> None:
    few = [case(NEAR, 0, number=n) for n in range(3)]
    many = [case(ANSWERABLE, 0, number=n) for n in range(30)]
    more = [case(ANSWERABLE, 0, corpus="other", number=n) for n in range(300)]
    weights = weights_of([*few, *many, *more])
    near, news, other = weights[:3].sum(), weights[3:33].sum(), weights[33:].sum()
    assert near / (news + other) == pytest.approx(SHARES[NEAR] / SHARES[ANSWERABLE])
    assert news == pytest.approx(other)
    assert weights.sum() == pytest.approx(333)


def test_an_operating_point_declines_what_is_less_sure() -> None:
    cases = [
        case(ANSWERABLE, 1, right=True), case(ANSWERABLE, 1), case(NEAR, 0), case(HIDDEN, 0),
    ]  # fmt: skip
    by_point = {p.answer_from: p for p in points(cases, np.array([0.9, 0.32, 0.32, 0.01]))}
    assert by_point[0.0].answered == 1
    assert by_point[0.3].declined == {NEAR: 0.0, HIDDEN: 1.0}
    assert by_point[0.4].answered == 0.5
    assert by_point[0.4].declined == {NEAR: 1.0, HIDDEN: 1.0}
    assert by_point[0.4].risk == 0
    assert by_point[0.0].risk > by_point[0.3].risk > 0


def test_the_curve_is_told_and_drawn() -> None:
    cases = [case(ANSWERABLE, 1, right=True), case(NEAR, 0)]
    confidence = np.array([0.9, 0.2])
    assert "| 0.25 | 1.000 | 1.000 | 0.000 |" in table(points(cases, confidence))
    assert draw(cases, confidence).lstrip().startswith("<?xml")


def test_a_fit_finds_the_signal_and_tells_the_share_that_is_right() -> None:
    fitting = pytest.importorskip(
        "eval.calibration.fitting", reason="fitting needs scikit-learn, of newscite[train]",
        exc_type=ImportError,
    )  # fmt: skip
    chance = random.Random(1)
    cases = []
    for number in range(600):
        score = chance.uniform(-10, 10)
        right = chance.random() < 1 / (1 + np.exp(-score))
        cases.append(case(ANSWERABLE if right else NEAR, score, right=right, number=number))
    fitted = fitting.fit(cases).right
    assert fitted.of(case(NEAR, 0).signals) == pytest.approx(0.5, abs=0.1)
    assert fitted.of(case(NEAR, 9).signals) > 0.95
    _, unseen = fitting.told_out_of_fold(cases)
    assert np.array([c.right for c in cases])[unseen > 0.9].mean() > 0.9
