"""Answer measures against published results of SQuAD's script and cases worked out by hand."""

import math

import numpy as np
import pytest
from eval_fakes import answer, citation, gold, refusal
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, OUTSIDE
from eval.measures.f1 import overlap
from eval.outcome import CheckedCitation, Outcome, QuoteCheck
from eval.reply import Reply
from eval.results import value
from eval.squad_text import contains, normalise

FAILED = Outcome(question=gold())
FAILED_UNANSWERABLE = Outcome(question=gold(answers=()))
RETRIEVAL_ONLY = gold(answers=(), answerable=True, evidence=[{"article": "strike"}])
NUGGETS = [
    {"text": "three ships", "vital": True},
    {"text": "on Friday", "vital": False},
    {"text": "the navy fired first", "vital": True},
]
NOTHING_SAID = [refusal(), None, answer(text=""), answer(text="The")]


def score(name: str, outcome: Outcome) -> float | None:
    return MEASURES[name].part(outcome).score


def said(text: str, *golds: str) -> Outcome:
    """An answer of this text, to a question with these gold answers."""
    return Outcome(question=gold(answers=golds), reply=answer(text=text))


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


def test_em_and_f1_are_the_published_values() -> None:
    """The example of the metric card of SQuAD's script in Hugging Face's `evaluate`: 66.67, 66.67.

    An accent makes another word: "Beyonce" shares nothing with the answer.
    """
    asked = [
        said("1976", "1976"),
        said("Beyonce", "Beyoncé and Bruno Mars"),
        said("climate change", "climate change"),
    ]
    for name in ("em", "f1"):
        parts = np.array([MEASURES[name].part(outcome) for outcome in asked])
        assert value(MEASURES[name], parts) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("No, there were three.", True),
        ("no", True),
        ("There were no casualties on Friday.", False),
        ("Yes.", False),
        ("Nobody", False),
    ],
)
def test_a_yes_or_a_no_has_to_begin_the_answer(text: str, right: bool) -> None:
    assert score("answer_match", said(text, "No")) == float(right)


def test_the_best_gold_answer_counts() -> None:
    outcome = said("about 520 light years", "600 miles", "520 light years")
    assert score("f1", outcome) == pytest.approx(6 / 7)
    assert score("em", outcome) == 0
    assert score("em", said("520 light-years!", "600 miles", "520 light-years")) == 1


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("It was the Denver Broncos, again.", "Denver Broncos", True),
        ("611 aftershocks", "11", False),
        ("It rose to $8.50 an hour", "$8.50", True),
        ("She said “Cultura Colectiva” owned it", "Cultura Colectiva", True),
        ("The men—three of them—fled", "three of them", True),
        ("between 2019–20", "2019-20", True),
        ("Biden's plan", "Biden", True),
        ("Afrikaans-speaking families", "Afrikaans", True),
        ("a 33-day strike", "33 day", True),
        ("the Netherlands.[citation needed]", "Netherlands", True),
        ("anything", "the", False),
        ("", "x", False),
    ],
)
def test_a_phrase_is_found_on_whole_words(text: str, phrase: str, expected: bool) -> None:
    assert contains(text, phrase) is expected


def test_markers_are_no_part_of_an_answer_but_bracketed_years_are() -> None:
    cited = answer(citation("strike", "x"), text="Three in [2018]")
    assert cited.answer == "Three in [2018] [1]"
    assert score("em", Outcome(question=gold(answers=("three in 2018",)), reply=cited)) == 1


@pytest.mark.parametrize("name", ["em", "f1"])
def test_refusing_the_unanswerable_is_a_full_score(name: str) -> None:
    assert score(name, Outcome(question=gold(answers=()), reply=refusal())) == 1
    assert score(name, Outcome(question=gold(answers=()), reply=answer(text="Ann"))) == 0
    assert score(name, FAILED_UNANSWERABLE) == 0


@pytest.mark.parametrize(
    "name",
    ["em", "f1", "answer_match", "nugget_recall", "nugget_recall_vital", "quote_holds_answer"],
)
@pytest.mark.parametrize("reply", NOTHING_SAID)
def test_saying_nothing_scores_nothing_but_is_counted(name: str, reply: Reply | None) -> None:
    outcome = Outcome(question=gold(nuggets=NUGGETS), reply=reply, nuggets=(False,) * 3)
    assert MEASURES[name].part(outcome) == (0, 1, 0)


@pytest.mark.parametrize("name", ["em", "f1", "answer_match", "quote_holds_answer"])
def test_a_question_without_a_gold_answer_is_outside(name: str) -> None:
    for reply in (answer(text="three"), *NOTHING_SAID):
        assert MEASURES[name].part(Outcome(question=RETRIEVAL_ONLY, reply=reply)) == OUTSIDE


def test_answer_match_is_over_questions_with_an_answer() -> None:
    assert score("answer_match", said("It was three ships.", "three")) == 1
    assert MEASURES["answer_match"].part(FAILED_UNANSWERABLE) == OUTSIDE


def test_nuggets_are_counted_all_or_vital() -> None:
    outcome = Outcome(
        question=gold(nuggets=NUGGETS), reply=answer(text="three"), nuggets=(True, True, False)
    )
    assert score("nugget_recall", outcome) == pytest.approx(2 / 3)
    assert score("nugget_recall_vital", outcome) == 1 / 2


def test_questions_without_such_nuggets_are_outside() -> None:
    okay = Outcome(question=gold(nuggets=NUGGETS[1:2]), reply=answer(text="x"), nuggets=(True,))
    assert (score("nugget_recall", okay), score("nugget_recall_vital", okay)) == (1, None)
    assert MEASURES["nugget_recall"].part(FAILED) == OUTSIDE


def test_only_a_real_quote_holds_an_answer() -> None:
    reply = answer(citation("strike", "Three ships"), citation("flood", "it rose", number=2))

    def held(first: QuoteCheck) -> float | None:
        checks = (CheckedCitation(False, first), CheckedCitation(True, QuoteCheck.FOUND))
        return score("quote_holds_answer", Outcome(question=gold(), reply=reply, citations=checks))

    assert held(QuoteCheck.FOUND) == 1
    assert [held(check) for check in QuoteCheck if check is not QuoteCheck.FOUND] == [0, 0, 0]
    assert MEASURES["quote_holds_answer"].part(FAILED_UNANSWERABLE) == OUTSIDE


def test_length_is_that_of_the_answers_given() -> None:
    cited = answer(citation("strike", "x"), text="Three ships were  hit")
    long = Outcome(question=gold(), reply=cited)
    assert (score("answer_words", long), score("answer_sentences", long)) == (4, 1)
    empty = Outcome(question=gold(), reply=answer(text=""))
    assert (score("answer_words", empty), score("answer_sentences", empty)) == (0, 0)
    for outcome in (FAILED, Outcome(question=gold(), reply=refusal())):
        assert score("answer_words", outcome) is score("answer_sentences", outcome) is None


words = st.text(alphabet="abt he.,'-“é19\u00a0", max_size=30)
some_word = words.filter(lambda text: bool(normalise(text)))


@given(words, st.lists(some_word, min_size=1, max_size=3).filter(lambda g: all(map(str.strip, g))))
def test_scores_of_any_answer_are_between_none_and_full(text: str, golds: list[str]) -> None:
    outcome = said(text, *golds)
    em, f1 = MEASURES["em"].part(outcome).value, MEASURES["f1"].part(outcome).value
    assert 0 <= em <= f1 <= 1


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
