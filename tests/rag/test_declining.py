"""What is said where nothing answers."""

import pytest

from rag.archive.records import StoredPassage
from rag.reading.candidates import candidate
from rag.reading.coverage import Evidence, demands
from rag.reading.declining import looked_for, nearest_to, why_not
from rag.retrieval import Hit
from rag.sentences import sentence_spans


def passage(text: str, title: str = "") -> StoredPassage:
    return StoredPassage(
        rowid=1, id="p", article_id="a", version=1, language=None, start=0, end=len(text),
        text=text, title=title, source=None, url=None, dateline=None, published_at=None,
        updated_at=None, sentences=tuple(sentence_spans(text)),
    )  # fmt: skip


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
    title = "Harbour reopens"
    near = passage("The harbour of Port Ellery reopened in 1905.", title=title)
    article = Evidence(near, near.text)
    assert why_not(title, demands("Who sailed to Oslo from Port Ellery in 1906?"), article) == (
        "The nearest article is “Harbour reopens”, which does not mention “Oslo” or “1906”."
    )
    assert why_not(title, demands("Who reopened Port Ellery in 1905?"), article) == (
        "The nearest article is “Harbour reopens”, and no sentence of it answers this."
    )


def test_the_nearest_statement_is_the_one_with_most_of_the_question() -> None:
    hit = Hit(passage("A ferry sank. Captain Ida Brandt met Ann. Its pilot flew a helicopter."), 1)
    found = [candidate(hit, 0, number) for number in (1, 0, 2)]
    assert nearest_to("Who was piloting the helicopter?", found).number == 2
    assert nearest_to("Who wrote the opera?", found).number == 1
