"""Each measure against cases worked out by hand, and what must hold for any text."""

import math

import pytest
from eval_fakes import answer, citation, gold, refusal
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, OUTSIDE
from eval.measures.f1 import overlap
from eval.measures.squad_text import contains, normalise
from eval.outcome import Outcome
from rag.types import Answer

FAILED = Outcome(question=gold())
FAILED_UNANSWERABLE = Outcome(question=gold(answers=()))


def part(name: str, outcome: Outcome) -> tuple[float, float]:
    return tuple(MEASURES[name].part(outcome))  # type: ignore[return-value]


def said(text: str, *golds: str) -> Outcome:
    """An answer of this text, to a question with these gold answers."""
    return Outcome(question=gold(answers=golds), answer=answer(text=text))


def ranked(*articles: str, evidence: tuple[str, ...] = ("strike",)) -> Outcome:
    return Outcome(
        question=gold(evidence=[{"article": name} for name in evidence]),
        evidence=tuple(frozenset({name}) for name in evidence),
        ranking=articles,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Denver Broncos!", "denver broncos"),
        ("  a  An THE cat ", "cat"),
        ("theatre of another", "theatre of another"),
        ("$8.50, 1,200 & 33-day", "850 1200 33day"),
        ("U.S. navy's", "us navys"),
        ("The", ""),
        ("Éric’s\u00a0Paris", "éric’s paris"),
        ("a.the", "athe"),
    ],
)
def test_normalisation_is_squads(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("Denver Broncos", "the Denver Broncos", 1.0),
        ("the Broncos of Denver", "Denver Broncos", 0.8),  # P 2/3, R 1
        ("three ships were hit", "three boats", 1 / 3),  # P 1/4, R 1/2
        ("no no no yes", "no no", 2 / 3),  # P 2/4, R 1: repetition counts
        ("nothing shared", "at all", 0.0),
        ("the", "a", 0.0),
        ("", "x", 0.0),
    ],
)
def test_f1_counts_shared_words(ours: str, theirs: str, expected: float) -> None:
    assert overlap(ours, theirs) == pytest.approx(expected)


def test_the_best_gold_answer_counts() -> None:
    outcome = said("about 520 light years", "600 miles", "520 light years")
    assert part("f1", outcome) == pytest.approx((6 / 7, 1))
    assert part("em", outcome) == (0, 1)
    assert part("em", said("520 light-years!", "600 miles", "520 light-years")) == (1, 1)


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("It was the Denver Broncos, again.", "Denver Broncos", True),
        ("611 aftershocks", "11", False),
        ("It rose to $8.50 an hour", "$8.50", True),
        ("She said “Cultura Colectiva” owned it", "Cultura Colectiva", True),
        ("The men—three of them—fled", "three of them", True),
        ("between 2019–20", "2019-20", True),
        ("Biden's plan", "Biden", False),
        ("anything", "the", False),
        ("", "x", False),
    ],
)
def test_a_phrase_is_found_on_whole_words(text: str, phrase: str, expected: bool) -> None:
    assert contains(text, phrase) is expected


def test_markers_are_no_part_of_an_answer_but_bracketed_years_are() -> None:
    cited = answer(citation("strike", "x"), text="Three in [2018]")
    outcome = Outcome(question=gold(answers=("three in 2018",)), answer=cited, exact=(False,))
    assert cited.answer == "Three in [2018] [1]"
    assert part("em", outcome) == (1, 1)


@pytest.mark.parametrize("name", ["em", "f1"])
def test_refusing_the_unanswerable_is_a_full_score(name: str) -> None:
    assert part(name, Outcome(question=gold(answers=()), answer=refusal())) == (1, 1)
    assert part(name, Outcome(question=gold(answers=()), answer=answer(text="Ann"))) == (0, 1)
    assert part(name, FAILED_UNANSWERABLE) == (0, 1)


@pytest.mark.parametrize("name", ["em", "f1", "answer_match"])
@pytest.mark.parametrize("given_answer", [refusal(), None, answer(text=""), answer(text="The")])
def test_a_refusal_a_failure_and_an_empty_answer_score_nothing(
    name: str, given_answer: Answer | None
) -> None:
    assert part(name, Outcome(question=gold(), answer=given_answer)) == (0, 1)


def test_answer_match_is_over_answerable_questions() -> None:
    assert part("answer_match", said("It was three ships.", "three")) == (1, 1)
    assert MEASURES["answer_match"].part(FAILED_UNANSWERABLE) == OUTSIDE


def test_retrieval_counts_the_first_evidence_article() -> None:
    third = ranked("flood", "budget", "strike")
    assert [part(f"hits@{k}", third)[0] for k in (1, 4, 10)] == [0, 1, 1]
    assert part("mrr@10", third) == (pytest.approx(1 / 3), 1)
    either = ranked("flood", "budget", "strike", evidence=("strike", "budget"))
    assert part("mrr@10", either) == (0.5, 1)


def test_retrieval_stops_at_the_tenth_article() -> None:
    tenth = ranked(*map(str, range(9)), "strike")
    eleventh = ranked(*map(str, range(10)), "strike")
    assert (part("hits@10", tenth)[0], part("mrr@10", tenth)[0]) == (1, 0.1)
    assert (part("hits@10", eleventh)[0], part("mrr@10", eleventh)[0]) == (0, 0)


@pytest.mark.parametrize("name", ["hits@1", "hits@4", "hits@10", "mrr@10"])
def test_retrieval_scores_empty_and_unknown_as_misses(name: str) -> None:
    assert part(name, ranked()) == (0, 1)
    unknown = Outcome(question=gold(), evidence=(frozenset(),), ranking=("strike",))
    assert part(name, unknown) == (0, 1)
    assert MEASURES[name].part(Outcome(question=gold(evidence=[]))) == OUTSIDE
    assert MEASURES[name].part(FAILED_UNANSWERABLE) == OUTSIDE


def test_citation_precision_counts_dangling_references_as_errors() -> None:
    cited = answer(citation("strike", "x"), citation("flood", "y", number=2), refers=[1, 2, 7])
    outcome = Outcome(question=gold(), answer=cited, exact=(True, False))
    assert part("citation_precision", outcome) == (1, 3)
    assert part("quote_exact", outcome) == (1, 2)


def test_an_answer_that_cites_nothing_is_one_citation_error() -> None:
    outcome = said("Trust me.", "three")
    assert part("citation_precision", outcome) == (0, 1)
    assert part("quote_exact", outcome) == (0, 0)


@pytest.mark.parametrize("outcome", [FAILED, Outcome(question=gold(), answer=refusal())])
def test_refusals_and_failures_claim_no_citation(outcome: Outcome) -> None:
    assert part("citation_precision", outcome) == (0, 0)
    assert part("quote_exact", outcome) == (0, 0)


def test_refusals_are_judged_by_whether_there_was_an_answer() -> None:
    right = Outcome(question=gold(answers=()), answer=refusal())
    wrong = Outcome(question=gold(), answer=refusal())
    missed = Outcome(question=gold(answers=()), answer=answer(text="Ann"))
    names = ("refusal_precision", "refusal_recall")
    assert [part(name, right) for name in names] == [(1, 1), (1, 1)]
    assert [part(name, wrong) for name in names] == [(0, 1), (0, 0)]
    assert [part(name, missed) for name in names] == [(0, 0), (0, 1)]
    assert [part(name, FAILED_UNANSWERABLE) for name in names] == [(0, 0), (0, 1)]


def test_every_question_has_its_latency() -> None:
    slow_failure = Outcome(question=gold(), ask_ms=900)
    assert part("latency_p95_ms", slow_failure) == (900, 1)


def test_measures_are_those_of_the_contract_and_say_what_they_are() -> None:
    assert " ".join(MEASURES) == (
        "hits@1 hits@4 hits@10 mrr@10 em f1 answer_match citation_precision quote_exact "
        "refusal_precision refusal_recall latency_p50_ms latency_p95_ms"
    )
    for measure in MEASURES.values():
        assert measure.over
        for word in ("Formula:", "Range:", "Denominator:", "Reference:", "Edge cases:"):
            assert word in (type(measure).__doc__ or ""), (measure.name, word)


words = st.text(alphabet="abt he.,'-“é19\u00a0", max_size=30)
some_word = words.filter(lambda text: bool(normalise(text)))


@given(words, st.lists(some_word, min_size=1, max_size=3).filter(lambda g: all(map(str.strip, g))))
def test_scores_of_any_answer_are_between_none_and_full(text: str, golds: list[str]) -> None:
    outcome = said(text, *golds)
    em, f1 = part("em", outcome)[0], part("f1", outcome)[0]
    assert 0 <= em <= f1 <= 1
    assert part("answer_match", outcome)[0] in {0, 1}


@given(words, words)
def test_f1_does_not_depend_on_the_order_of_its_texts(one: str, other: str) -> None:
    assert math.isclose(overlap(one, other), overlap(other, one))


@given(words, words)
def test_normalising_twice_changes_nothing_that_words_are_made_of(one: str, other: str) -> None:
    assert normalise(f"{one} {other}").split() == normalise(one).split() + normalise(other).split()


@given(words, some_word, words)
def test_a_longer_answer_never_loses_a_match(before: str, phrase: str, after: str) -> None:
    if contains(phrase, phrase):
        assert contains(f"{before} {phrase} {after}", phrase)
