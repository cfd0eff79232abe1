"""What a question names, and whether an article holds it."""

from datetime import datetime
from typing import Any

import pytest
from builders import day

from rag.archive.records import StoredPassage
from rag.reading.coverage import Evidence, demands
from rag.reading.reference import leans


@pytest.mark.parametrize(
    ("question", "names", "figures"),
    [
        ("What did the Chinese foreign ministry say?", ["Chinese"], []),
        ("Who won the prize?", [], []),
        ("Lithvane picked which town?", [], []),
        ("Prime Minister Aldahl visited which port?", ["Prime", "Minister", "Aldahl"], []),
        ("Where is Étienne Marchegay's vineyard?", ["Étienne", "Marchegay"], []),
        ("Did O’Rourke meet the other O'Rourke there?", ["O’Rourke", "O'Rourke"], []),
        ("Did Kenya, or Kenya's team, win?", ["Kenya"], []),
        ("What did the U.N. and the EU say?", ["UN", "EU"], []),
        ("What did the US say?", ["US"], []),
        ("What happened in 2024 at 8.50 or 1,200?", [], ["2024", "8.50", "1,200"]),
        ("Was the B-52 at Gate 4b?", ["B", "Gate"], ["52", "4b"]),
        ("What may happen in May?", [], ["May"]),
        ("What was decided on Tuesday in December?", [], ["Tuesday", "December"]),
        ("What happened on Dec. 12 and DEC 13?", [], ["December", "12", "13"]),
        ("Which law passed in Sept. or on Mon.?", [], ["September", "Monday"]),
        ("What closed on Thurs., 5 Mar or Jan. 6?", [],
         ["Thursday", "5", "March", "January", "6"]),
        ("What did Jan Novak and her party tell the Sun?", ["Jan", "Novak", "Sun"], []),
        ("What did Octavia and Augusta say, and who sat?", ["Octavia", "Augusta"], []),
        ("who scored for halvorn?", [], []),
        ("WHO SCORED FOR HALVORN?", [], []),
        ("Who Scored For Halvorn In The Final?", [], []),
        ("Why?", [], []),
        ("?!", [], []),
        ("2024?", [], ["2024"]),
    ],
)  # fmt: skip
def test_names_and_figures_of_a_question(
    question: str, names: list[str], figures: list[str]
) -> None:
    asked = demands(question)
    assert list(asked.names) == names
    assert list(asked.figures) == figures


def evidence(
    text: str, title: str = "", published_at: datetime | None = None, **fields: Any
) -> Evidence:
    passage = StoredPassage(
        rowid=1, id="a-v1-p0", article_id="a", version=1, start=0, end=len(text), sentences=(),
        text=text, title=title, source=fields.get("source"), url=None, published_at=published_at,
        updated_at=fields.get("updated_at"), language=None, dateline=fields.get("dateline"),
    )  # fmt: skip
    return Evidence(passage, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Norway", "Norway has a coast."),
        ("norway", "NORWAY HAS A COAST."),
        ("Norwegian", "Norway has a coast."),
        ("Norway", "The Norwegian coast is long."),
        ("Chinese", "China has a coast."),
        ("Dutch", "The Netherlands has a coast."),
        ("Netherlands", "The Dutch coast is flat."),
        ("Britain", "The UK has a coast."),
        ("UN", "The United Nations met."),
        ("FBI", "The Federal Bureau of Investigation met.".replace("of ", "")),
        ("US", "The U.S. met."),
        ("Gdansk", "Gdańsk has a port."),
        ("Gdańsk", "Gdansk has a port."),
        ("Horackova", "Dr. Horáčková died."),
        ("O'Rourke", "Mr. O’Rourke met."),
        ("Rourke", "Mr. O’Rourke met."),
        ("Halvorn", "The Halvorn-based company met."),
        ("Marchegay", "Marchegay's lawyer met."),
    ],
)
def test_a_name_is_covered_in_another_form(name: str, text: str) -> None:
    assert evidence(text).has_name(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Chinese", "The chief of the charity chimed in."),
        ("China", "Chile has a coast."),
        ("Reykjavík", "Oskehavn has a harbour."),
        ("Ana", "Anabel met."),
        ("UN", "the unnamed united met."),
        ("EU", "Eugene met."),
        ("Dutch", "The Danish coast is flat."),
    ],
)
def test_a_name_that_is_not_there_is_not_covered(name: str, text: str) -> None:
    assert not evidence(text).has_name(name)


def test_headline_source_dateline_and_dates_are_evidence_too() -> None:
    body = evidence(
        "It met.", "Lithvane grows", source="Orrin Ledger", dateline="TARSHOLM",
        published_at=day(9, month=7), updated_at=day(10, month=8),
    )  # fmt: skip
    assert all(map(body.has_name, ["Lithvane", "Orrin", "Tarsholm"]))
    assert all(map(body.has_figure, ["2025", "July", "August"]))
    assert not body.has_figure("2024")


@pytest.mark.parametrize(
    ("figure", "text", "there"),
    [
        ("8.50", "at least $8.50 an hour", True),
        ("8.50", "at least $8.5 an hour", False),
        ("8", "at least $8.50 an hour", True),
        ("1,200", "some 1,200 workers", True),
        ("120", "some 1,200 workers", False),
        ("2024", "in 2025", False),
        ("December", "in December", True),
        ("December", "on Dec. 12", True),
        ("December", "on Wed., 12 DEC", True),
        ("September", "last Sept., she said", True),
        ("Sunday", "the Sun rose", False),
        ("January", "Jan Novak met.", False),
    ],
)
def test_a_figure_is_covered_by_itself(figure: str, text: str, there: bool) -> None:
    assert evidence(text).has_figure(figure) is there


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who resigned?", "He resigned on Monday."),
        ("Who resigned?", "“She resigned,” the mayor said."),
        ("Why did he go?", "The decision surprised his party."),
        ("Which cartel was named?", "Washington says this cartel is a terrorist group."),
        ("What city was hit?", "Most of the city is under water."),
        ("Who was there?", "These men were there."),
    ],
)
def test_a_sentence_that_points_back_leans(question: str, sentence: str) -> None:
    assert leans(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who resigned?", "Heather Cole resigned on Monday."),
        ("Who resigned?", "Mayor Cole said he resigned."),
        ("Which cartel was named?", "Washington named the Cartel of the Suns a terrorist group."),
        ("What city was hit?", "Oskehavn is under water."),
        ("Why?", "Italy won."),
        ("What's new?", "Theatres reopened."),
    ],
)  # fmt: skip
def test_a_sentence_that_names_does_not_lean(question: str, sentence: str) -> None:
    assert not leans(question, sentence)
