"""Questions taken apart into what they ask."""

import pytest

from rag.reading.parts import alternatives, askings, of_each


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who won and by how much?", ("Who won?", "Who won by how much?")),
        (
            "How many judges sat in the case at the Scottish court, and how many at the High Court?",
            (
                "How many judges sat in the case at the Scottish court?",
                "How many judges sat in the case at the High Court?",
            ),
        ),
        (
            "How many Democrats voted for it, and what did the House adopt?",
            ("How many Democrats voted for it?", "What did the House adopt?"),
        ),
        (
            "Compare how many people fled Marden with how many fled Corrie.",
            ("How many people fled Marden?", "How many fled Corrie?"),
        ),
        (
            "Why did Michael Orde resign and who succeeds him?",
            ("Why did Michael Orde resign?", "Who succeeds Michael Orde?"),
        ),
        (
            "How much did tram line 5 cost and when will it open?",
            ("How much did tram line 5 cost?", "When will tram line 5 open?"),
        ),
        (
            "What was the magnitude of the quake, and who visited Oruna?",
            ("What was the magnitude of the quake?", "Who visited Oruna?"),
        ),
        (
            "Who is Ines Falk, and what did she say?",
            ("Who is Ines Falk?", "What did Ines Falk say?"),
        ),
    ],
)
def test_each_asking_is_a_question(question: str, parts: tuple[str, ...]) -> None:
    assert askings(question) == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Which lies farther from Earth, K2-18b or AB Aurigae, and what are the distances?",
            ("How far from Earth lies K2-18b?", "How far from Earth lies AB Aurigae?"),
        ),
        (
            "Who got more votes, Ana Ruiz or Tom Hale?",
            ("How many votes got Ana Ruiz?", "How many votes got Tom Hale?"),
        ),
        (
            "Which came first, the flood or the fire?",
            ("When came the flood?", "When came the fire?"),
        ),
        (
            "On which sites did Orde, Bell and Hale each announce it?",
            tuple(f"On which sites did {name} announce it?" for name in ("Orde", "Bell", "Hale")),
        ),
        (
            "How did the cost of the bridge change between May 2024 and June 2025?",
            (
                "What was the cost of the bridge in May 2024?",
                "What was the cost of the bridge in June 2025?",
            ),
        ),
    ],
)
def test_each_thing_and_time_is_asked_of(question: str, parts: tuple[str, ...]) -> None:
    assert of_each(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who won the race between Orde and Bell?",
        "Who is the man who won and lost?",
        "What machine does not define BQP or QMA?",
        "What did Watt add between 1763 and 1775?",
        "Which councillor, who doubted it, was elected?",
        "How many people died in the fire and flood?",
        "Did Orde or Bell win?",
    ],
)
def test_a_question_that_asks_one_thing_has_no_parts(question: str) -> None:
    assert askings(question) == of_each(question) == ()


def test_the_alternatives_are_named_as_the_question_names_them() -> None:
    assert alternatives("Which is older, the Alder bridge or the dam?") == (
        "the Alder bridge",
        "the dam",
    )
    assert alternatives("Which is the older bridge?") is None
