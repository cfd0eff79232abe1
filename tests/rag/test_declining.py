"""What is said where nothing answers."""

import pytest

from rag.reading.coverage import demands
from rag.reading.declining import looked_for, why_not


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why did the ferry sink?", "a reason"),
        ("How many people died?", "a number"),
        ("What percentage voted?", "a number"),
        ("How long is the bridge?", "a measure"),
        ("In what year was it built?", "a time"),
        ("Where was the treaty signed?", "a place"),
        ("To whom was it given?", "a person or a body"),
        ("Did the minister resign?", "a yes or a no"),
        ("What did the minister say?", "an answer"),
    ],
)
def test_it_says_what_kind_of_answer_was_looked_for(question: str, said: str) -> None:
    assert looked_for(question, demands(question), []).startswith(f"Looked for {said}, in 0 ")


def test_it_says_the_names_and_figures_that_were_looked_for() -> None:
    question = "How many of the 80 ships left Oslo, Bergen and Hull in 1905?"
    assert looked_for(question, demands(question), []) == (
        "Looked for a number, with “Oslo”, “Bergen”, “Hull”, “80” and “1905”, "
        "in 0 passages of 0 articles."
    )


def test_it_says_what_the_nearest_article_lacks() -> None:
    assert why_not("Harbour reopens", []) == (
        "The nearest article is “Harbour reopens”, and no sentence of it answers this."
    )
    assert why_not("Harbour reopens", ["Oslo", "1905"]) == (
        "The nearest article is “Harbour reopens”, which does not mention “Oslo” or “1905”."
    )
