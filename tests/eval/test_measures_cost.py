"""Latency, model runs and tokens."""

import numpy as np
from eval_fakes import answer, gold, refusal

from eval.measures import MEASURES, OUTSIDE
from eval.outcome import Outcome
from eval.results import value


def test_every_question_has_its_latency() -> None:
    slow_failure = Outcome(question=gold(), ask_ms=900)
    assert MEASURES["latency_p95_ms"].part(slow_failure).score == 900


def test_quantiles_interpolate() -> None:
    parts = np.array([[t, 1, 0] for t in (10.0, 20, 30, 40)])
    assert value(MEASURES["latency_p50_ms"], parts) == 25
    assert value(MEASURES["latency_p95_ms"], parts) == 38.5


def test_cost_is_what_the_reply_tells() -> None:
    for reply in (answer(text="x", model_runs=7, tokens=900), refusal(model_runs=7, tokens=900)):
        outcome = Outcome(question=gold(), reply=reply)
        assert MEASURES["model_runs"].part(outcome).score == 7
        assert MEASURES["tokens"].part(outcome).score == 900


def test_who_does_not_tell_is_not_free() -> None:
    for reply in (None, answer(text="x"), refusal()):
        for name in ("model_runs", "tokens"):
            assert MEASURES[name].part(Outcome(question=gold(), reply=reply)) == OUTSIDE
    free = Outcome(question=gold(), reply=refusal(model_runs=0, tokens=0))
    assert MEASURES["tokens"].part(free) == (0, 1, 0)
