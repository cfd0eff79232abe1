"""Support by words: what it sees, and what it is known to be blind to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.support import FirstLexical, LexicalSupport
from rag.word_keys import stem, word_keys

LEXICAL = LexicalSupport()
PREMISE = (
    "The Navy discovered on Friday that 1,200 sailors had been exposed. "
    "Admiral Ruth O'Neill said that 8.3 million dollars would not be enough."
)


@pytest.mark.parametrize(
    "statement",
    [
        "1,200 sailors had been exposed",
        "1200 Sailors",
        "The exposure of twelve hundred sailors was discovered",
        "O'Neill: $8,300,000 is not enough",
        "It will not be enough, said Admiral O’Neill.",
        "A discovery by the Navy on Friday",
    ],
)
def test_a_statement_in_the_same_words_is_supported(statement: str) -> None:
    assert LEXICAL.supports(PREMISE, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "1,300 sailors had been exposed",
        "Some 200 sailors had been exposed",
        "Admiral Ruth O'Brien said that 8.3 million would not be enough",
        "The sailors had never been in Norfolk",
        "The frigates sank",
        "",
        "the",
        "...",
    ],
)
def test_other_numbers_names_and_words_are_not(statement: str) -> None:
    assert not LEXICAL.supports(PREMISE, statement)


def test_the_very_words_are_supported_even_if_they_are_all_small() -> None:
    assert LEXICAL.supports("They said that it is up to you.", "it is up to you")


def test_a_denial_needs_a_denial() -> None:
    told = "The sailors were exposed on Friday."
    assert LEXICAL.supports(told, "The exposed sailors")
    assert not LEXICAL.supports(told, "The sailors weren’t exposed")
    assert not LEXICAL.supports(told, "No sailors were exposed")


@pytest.mark.parametrize(
    ("premise", "statement"),
    [
        ("Shares rose by 3% on Monday", "Shares fell by 3% on Monday"),
        ("The dog bit the mayor on Friday", "The mayor bit the dog on Friday"),
        ("The ships were not hit on Friday", "The ships were hit on Friday"),
        ("Police arrested Ann Kowal on Friday", "Kowal arrested police on Friday"),
    ],
)
def test_it_is_blind_as_it_says(premise: str, statement: str) -> None:
    assert LEXICAL.supports(premise, statement)


def test_words_from_all_over_a_long_text_do_not_add_up() -> None:
    noise = " ".join(f"word{number}" for number in range(200))
    together = f"{noise} ministers resigned yesterday evening {noise}"
    assert LEXICAL.supports(together, "Resigning ministers, yesterday evening")
    apart = f"ministers resigned {noise} yesterday evening"
    assert not LEXICAL.supports(apart, "Resigning ministers, yesterday evening")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "1200"),
        ("1.2 million", "1,200,000"),
        ("twenty-five thousand", "25,000"),
        ("two hundred", "200"),
        ("one million", "1,000,000"),
        ("84%", "84 percent"),
        ("49.0 percent", "49 percent"),
        ("0", "zero"),
        ("seventy", "70"),
    ],
)
def test_a_number_is_its_value(one: str, other: str) -> None:
    assert word_keys(one) == word_keys(other)
    assert any(word.particular for word in word_keys(one))


@pytest.mark.parametrize("text", ["one of them", "12th", "K2-18b", "x2y", "the hundreds"])
def test_what_only_looks_like_a_number_is_a_word(text: str) -> None:
    assert "1" not in {word.key for word in word_keys(text)}


def test_a_capital_makes_a_name() -> None:
    keys = word_keys("Jones sank. “Nobody” left Lagos’s bay")
    assert [word.key for word in keys if word.particular] == ["jon", "nobod", "lago"]
    assert [word.key for word in keys if not word.particular] == ["sank", "left", "bay"]


def test_a_common_word_that_begins_a_sentence_is_taken_for_a_name() -> None:
    assert LEXICAL.supports("Three ships sank in Lagos", "in Lagos three ships were sunk: sank")
    assert not LEXICAL.supports("Three ships sank in Lagos", "Sunk in Lagos: three ships")


def test_who_did_it_has_to_be_in_the_premise() -> None:
    told = "Smith resigned on Monday, and Brown won the vote on Tuesday."
    assert LEXICAL.supports(told, "Smith resigned on Monday.")
    assert not LEXICAL.supports(told, "Jones resigned on Monday.")
    assert not LEXICAL.supports(told, "Garcia won the vote on Tuesday.")


@pytest.mark.parametrize(
    "words",
    [
        "running runs run", "discovered discovery", "killed killing kill kills",
        "companies company", "exposed exposes exposing", "supporters support supported",
        "elections election elected", "stopped stop stops",
    ],
)  # fmt: skip
def test_inflections_meet(words: str) -> None:
    assert len(set(map(stem, words.split()))) == 1


texts = st.text(alphabet="abAB 12,.%’\n-²٣", max_size=40)


@given(texts)
def test_any_text_has_keys(text: str) -> None:
    assert all(word.key for word in word_keys(text))


@given(texts, texts, texts)
def test_a_text_supports_what_stands_in_it(before: str, statement: str, after: str) -> None:
    if LEXICAL.supports(statement, statement):
        assert LEXICAL.supports(f"{before} {statement} {after}", statement)


class Model:
    """Supports what ends in "yes"; notes what it is asked."""

    name = "yes-model"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def supports(self, premise: str, statement: str) -> bool:
        self.asked.append(statement)
        return statement.endswith("yes")


def test_a_model_is_asked_what_words_do_not_show() -> None:
    model = Model()
    both = FirstLexical(model)
    assert both.name == "word for word, else yes-model"
    assert both.supports(PREMISE, "1,200 sailors")
    assert both.supports(PREMISE, "frigates, yes")
    assert not both.supports(PREMISE, "frigates, no")
    assert model.asked == ["frigates, yes", "frigates, no"]


def test_a_model_may_say_no_to_the_same_words_in_another_order() -> None:
    swapped = "The mayor bit the dog on Friday"
    assert LEXICAL.supports("The dog bit the mayor on Friday", swapped)
    assert not FirstLexical(Model()).supports("The dog bit the mayor on Friday", swapped)
