"""Yes, no and which of two: said only where the sentences leave no doubt."""

import pytest

from rag.reading.verdict import winner, yes_or_no


@pytest.mark.parametrize(
    ("question", "sentence", "lead"),
    [
        (
            "Did the council approve the bridge?",
            "The council approved the bridge on Tuesday.",
            "Yes",
        ),
        ("Was the bridge damaged?", "The bridge was badly damaged in the flood.", "Yes"),
        ("Did the council approve the bridge?", "The council did not approve the bridge.", "No"),
        ("Has the council approved the bridge?", "The council never approved the bridge.", "No"),
        ("Did the council approve the bridge?", "The council refused to approve the bridge.", None),
        ("Did the council approve the bridge?", "The council may approve the bridge.", None),
        ("Did the council close the bridge?", "The council has a plan to close the bridge.", None),
        ("Did the council approve the bridge?", "Orde said the council approved the bridge.", None),
        ("Did he steal the bridge money?", "He allegedly stole the bridge money.", None),
        ("Did Smith beat Jones?", "Jones beat Smith.", None),
        ("Did Smith beat Jones?", "Nobody doubts that Smith did not beat Jones.", None),
        ("Did Smith not beat Jones?", "Smith beat Jones.", None),
        ("Did Smith or Jones win?", "Smith won.", None),
        ("Who beat Jones?", "Smith beat Jones.", None),
        ("Did the council approve the bridge?", "The bridge fell.", None),
        ("Did it rain?", "“It rained,” said Ann.", None),
    ],
)
def test_yes_and_no(question: str, sentence: str, lead: str | None) -> None:
    assert yes_or_no(question, [sentence]) == lead


FAR = ["K2-18b is about 110 light-years away.", "AB Aurigae is 520 light-years away."]


@pytest.mark.parametrize(
    ("question", "sentences", "lead"),
    [
        ("Which is farther, K2-18b or AB Aurigae?", FAR, "AB Aurigae"),
        ("Which is nearer, K2-18b or AB Aurigae?", FAR, "K2-18b"),
        ("Which is farther, K2-18b or AB Aurigae?", FAR[:1], None),
        ("Which is farther, K2-18b or AB Aurigae?", FAR[::-1], None),  # each its own sentence
        ("Which is farther, K2-18b or AB Aurigae?", ["K2-18b is 9 km away.", "It is 8."], None),
        (
            "Which is farther, K2-18b or AB Aurigae?",
            ["K2-18b is 110 to 120 light-years away.", FAR[1]],
            None,
        ),
        (
            "Which is farther, K2-18b or AB Aurigae?",
            ["K2-18b is 110 light-years away, she said.", FAR[1]],
            None,
        ),
        (
            "Which opened first, K2-18b or AB Aurigae?",
            ["K2-18b opened in 1998.", "AB Aurigae opened in March 2004."],
            "K2-18b",
        ),
        (
            "Which is longer, K2-18b or AB Aurigae?",
            ["K2-18b is 110 miles long.", "AB Aurigae is 120 metres long."],
            None,
        ),
        ("Which is better, K2-18b or AB Aurigae?", FAR, None),
    ],
)
def test_the_winner(question: str, sentences: list[str], lead: str | None) -> None:
    assert winner(question, ("K2-18b", "AB Aurigae"), sentences) == lead
