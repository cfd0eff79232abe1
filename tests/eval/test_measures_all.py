"""What holds for every measure, whatever a system says."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from eval_fakes import answer, citation, gold, refusal
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import intervals
from eval.measures import MEASURES, Floats, Measure
from eval.outcome import (
    CheckedCitation,
    CheckedStatement,
    Outcome,
    QuoteCheck,
    Ranking,
    Trail,
)
from eval.results import value

RANGES = {"share": (0.0, 1.0), "ms": (0.0, math.inf), "count": (0.0, math.inf)}
GOLD = [
    gold(
        evidence=[{"article": "strike", "quote": "Three ships"}, {"article": "flood"}],
        nuggets=[{"text": "three"}, {"text": "Friday", "vital": False}],
    ),
    gold(evidence=[]),
    gold(answers=()),
    gold(answers=(), answerable=True, evidence=[{"article": "strike"}]),
]


@st.composite
def outcomes(draw: Callable[..., bool]) -> Outcome:
    """Any consistent mix of what a question can lead to."""
    some = st.booleans()
    question = draw(st.sampled_from(GOLD))
    kind = draw(st.sampled_from(["failed", "refused", "answered"]))
    sureness = st.none() | st.floats(0, 1)
    cited = [
        citation("strike", "Three ships", number=n + 1) for n in range(draw(st.integers(0, 3)))
    ]
    counted = {"model_runs": draw(st.none() | st.integers(0, 9)), "confidence": draw(sureness)}
    if kind == "refused":
        return Outcome(question=question, reply=refusal(**counted))
    if kind == "failed":
        return Outcome(question=question, ask_ms=draw(st.floats(0, 1e6)))
    text = draw(st.sampled_from(["three", "three ships were hit", "four", "", "The"]))
    reply = answer(*cited, text=text, **counted)
    names = draw(st.permutations(["evidence 1", "evidence 2", "other 1", "other 2"]))
    ranking = Ranking(tuple(names[: draw(st.integers(0, 4))]), frozenset(["evidence 1"]))
    return Outcome(
        question=question,
        reply=reply,
        trails=tuple(Trail(known=True, read=draw(some)) for _ in question.evidence),
        articles=ranking,
        passages=ranking,
        citations=tuple(
            CheckedCitation(draw(some), draw(st.sampled_from(QuoteCheck))) for _ in cited
        ),
        statements=tuple(
            CheckedStatement(draw(some), tuple(draw(some) for _ in cited)) for _ in reply.sentences
        ),
        nuggets=tuple(draw(some) for _ in question.nuggets),
        ask_ms=draw(st.floats(0, 1e6)),
    )


def parts(measure: Measure, asked: list[Outcome]) -> Floats:
    return np.array([measure.part(outcome) for outcome in asked], dtype=np.float64)


def test_measures_are_those_of_the_contract_in_the_order_of_reports() -> None:
    ranking = "hits@1 hits@4 hits@10 mrr@10 map@10 ndcg@10 recall@10".split()
    assert list(MEASURES) == [
        *ranking, *(f"passage_{name}" for name in ranking), "evidence_recall",
        "em", "f1", "answer_match", "nugget_recall", "nugget_recall_vital",
        "quote_holds_answer", "answer_words", "answer_sentences",
        "citation_precision", "citation_recall", "quote_exact",
        "quote_found", "quote_altered", "quote_misattributed", "quote_absent",
        "refusal_precision", "refusal_recall", "crag", "auroc_answerable", "ece", "aurc",
        "latency_p50_ms", "latency_p95_ms", "model_runs", "tokens",
    ]  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_says_what_it_is(measure: Measure) -> None:
    assert measure.over
    for word in ("Formula:", "Range:", "Denominator:", "Reference:", "Edge cases:"):
        assert word in (type(measure).__doc__ or ""), word


@settings(max_examples=150, deadline=None)
@given(st.lists(outcomes(), min_size=1, max_size=8), st.randoms())
def test_a_value_is_in_its_range_and_has_nothing_to_do_with_order(
    asked: list[Outcome], random: "np.random.Generator"
) -> None:
    shuffled = list(asked)
    random.shuffle(shuffled)  # type: ignore[arg-type]
    for measure in MEASURES.values():
        low, high = (-1.0, 1.0) if measure.name == "crag" else RANGES[measure.unit]
        column = parts(measure, asked)
        whole = value(measure, column)
        assert np.isfinite(column).all(), measure.name
        assert whole is None or low <= whole <= high, measure.name
        assert value(measure, parts(measure, shuffled)) == pytest.approx(whole), measure.name
        assert (whole is None) == (
            not column[:, 1].any()
            or (measure.name == "auroc_answerable" and len(set(column[:, 2])) == 1)
        ), measure.name


@settings(max_examples=50, deadline=None)
@given(st.lists(outcomes(), min_size=1, max_size=8))
def test_a_binary_measure_scores_each_question_wholly_or_not_at_all(asked: list[Outcome]) -> None:
    for measure in MEASURES.values():
        if measure.binary:
            assert {p.score for p in map(measure.part, asked)} <= {0, 1, None}, measure.name


ALL_REFUSED = [Outcome(question=question, reply=refusal()) for question in GOLD]
ALL_FAILED = [Outcome(question=question) for question in GOLD]
ALL_EMPTY = [Outcome(question=question, reply=answer(text="")) for question in GOLD]
CLAIMS = "answer_words answer_sentences citation_precision citation_recall".split()
QUOTES = "quote_exact quote_found quote_altered quote_misattributed quote_absent".split()


@pytest.mark.parametrize(
    ("asked", "no_value"),
    [
        (ALL_REFUSED, {*CLAIMS, *QUOTES, "model_runs", "tokens"}),
        (ALL_FAILED, {*CLAIMS, *QUOTES, "refusal_precision", "model_runs", "tokens"}),
        (ALL_EMPTY, {*QUOTES, "refusal_precision", "model_runs", "tokens"}),
    ],
)
def test_a_run_of_nothing_but_silence_is_scored(asked: list[Outcome], no_value: set[str]) -> None:
    columns = {name: parts(measure, asked) for name, measure in MEASURES.items()}
    values = {name: value(MEASURES[name], column) for name, column in columns.items()}
    assert {name for name, number in values.items() if number is None} == no_value
    for name, column in columns.items():
        bounds = intervals.interval(MEASURES[name], column)
        assert (bounds is None) == (name in no_value), name
        assert bounds is None or all(map(math.isfinite, bounds)), name
