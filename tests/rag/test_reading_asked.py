"""What a question asks for, and which spans can be an answer to it."""

import pytest

from rag.reading.asked import asks_for_an_explanation, misfit


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("How many homes were destroyed?", "about 1,200"),
        ("How many pellets did it take?", "three pellets"),
        ("How much did it cost?", "a million crowns"),
        ("How old was she?", "thirty-four"),
        ("What percentage of the vote did he get?", "0.5 percent"),
        ("What share of them backed her?", "two-thirds"),
        ("When did he join?", "since 2003"),
        ("Which year did it open?", "1921"),
        ("On what date did the trial open?", "Tuesday"),
        ("Who came out alive?", "one child"),
        ("Where was he found?", "Mount Bukak"),
    ],
)
def test_a_span_of_the_kind_asked_for_loses_nothing(question: str, span: str) -> None:
    assert misfit(question, span) == 0


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("How many visitors came?", "the organisers"),
        ("How much did the foundation pay?", "non-profit"),
        ("What percentage of the vote did he get?", "Democracy 2.0"),
        ("When did the museum open?", "the director"),
        ("Who was piloting the helicopter in which Kobe Bryant died?", "Kobe Bryant"),
        ("Whom did Trump choose to succeed John Bolton?", "John R. Bolton"),
    ],
)
def test_a_span_that_cannot_be_an_answer_loses_five(question: str, span: str) -> None:
    assert misfit(question, span) == 5


def test_each_reason_costs_its_own() -> None:
    assert misfit("How many visitors came to the fair?", "visitors to the fair") == 10


@pytest.mark.parametrize(
    ("question", "explained"),
    [
        ("Why did the bridge fall?", True),
        ("How did the thieves get in?", True),
        ("How many thieves got in?", False),
        ("Who let the thieves in?", False),
        ("What was the reason?", False),
    ],
)
def test_a_why_and_a_how_ask_for_an_explanation(question: str, explained: bool) -> None:
    assert asks_for_an_explanation(question) is explained
