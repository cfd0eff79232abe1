"""By how much something changed is told from where it led to."""

import pytest

from rag.reading.change import asks_by_how_much, step_of

RISE = "The bank raised its key rate by half a percentage point to 5 per cent on Wednesday."


@pytest.mark.parametrize(
    "question",
    ["By how much did the bank raise its rate?", "How much did rents rise?",
     "How sharply did the crown fall in May?", "By how many points did they win?"],
)  # fmt: skip
def test_a_question_for_a_step_is_known(question: str) -> None:
    assert asks_by_how_much(question)


@pytest.mark.parametrize(
    "question",
    ["How much does the bridge cost?", "How many people fell ill?", "What is the rate?",
     "How much is the fine?", "Why did rents rise?"],
)  # fmt: skip
def test_other_questions_are_none(question: str) -> None:
    assert not asks_by_how_much(question)


@pytest.mark.parametrize(
    ("sentence", "taken", "step"),
    [
        (RISE, "5 per cent", "half a percentage point"),
        (RISE, "half a percentage point to 5 per cent", "half a percentage point"),
        (RISE, "half a percentage point", "half a percentage point"),
        ("Rents rose by 12 florins from 400 to 412 in May.", "412", "12 florins"),
        ("Rents rose to 412 florins in May by 12 florins.", "412 florins", "12 florins"),
        ("Rents rose by 3 percent.", "3 percent", "3 percent"),
        ("Rents rose 3 percent in a year.", "3 percent", "3 percent"),
        ("Rents rose to 412 florins.", "412 florins", None),
        ("The rate was left at nearly 4.25 percent.", "4.25 percent", None),
    ],
)
def test_the_step_is_taken_and_never_the_level(sentence: str, taken: str, step: str | None) -> None:
    start = sentence.index(taken)
    place = step_of(sentence, start, start + len(taken))
    assert (place and sentence[place[0] : place[1]]) == step
