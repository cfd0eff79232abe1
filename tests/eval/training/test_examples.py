"""Training examples: what is made of answered questions, and that it really has no answer."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from eval.training import alterations as alter
from eval.training.examples import examples, read_examples, write_examples
from eval.training.near_misses import NearMisses
from eval.training.paragraphs import (
    SQUAD_FILES,
    TIMEQA_FILES,
    Paragraph,
    Question,
    squad_paragraphs,
    timeqa_paragraphs,
)

TEXT = (
    "Nikola Tesla was born in Smiljan in 1856. He moved to New York in 1884 and worked for Edison. "
    "The first station was built at Niagara Falls for George Westinghouse in 1895."
)
WHERE = Question(
    "Where was Nikola Tesla born?", TEXT.index("Smiljan"), "Smiljan", frozenset({"Smiljan"})
)
TESLA = Paragraph("t", "Nikola Tesla", TEXT, (WHERE,))


def asked(question: str, answer: str) -> Question:
    return Question(question, TEXT.index(answer), answer, frozenset({answer}))


def test_the_sentence_that_answers_can_be_removed() -> None:
    rest = alter.without_sentence(WHERE, TEXT)
    assert rest is not None
    assert "Smiljan" not in rest
    assert rest.startswith("He moved")


def test_the_answer_can_be_made_vague_and_the_event_stays() -> None:
    question = asked("Who did he work for?", "Edison")
    vague = alter.made_vague(question, TEXT, random.Random(1))
    assert vague is not None
    assert "Edison" not in vague
    assert "worked for" in vague


def test_a_name_or_figure_is_exchanged_for_one_of_another_sentence() -> None:
    question = asked("Who did he work for in New York in 1884?", "Edison")
    swapped = {
        alter.with_another(question, TESLA, [TESLA], random.Random(seed)) for seed in range(20)
    }
    assert question.text not in swapped
    assert "Who did he work for in New York in 1856?" in swapped
    assert "Who did he work for in Niagara Falls in 1884?" in swapped


def test_a_word_is_turned_into_its_counterpart() -> None:
    question = asked("Which station was built first at Niagara Falls?", "The first station")
    turned = alter.with_opposite(question, TEXT, random.Random(2))
    assert turned in {
        "Which station was demolished first at Niagara Falls?",
        "Which station was built last at Niagara Falls?",
    }


def test_a_question_is_asked_about_another_subject() -> None:
    other = Paragraph("b", "Beyoncé", "Beyoncé sings.", ())
    assert alter.about_another(WHERE, "Nikola Tesla", other) == "Where was Beyoncé born?"
    assert alter.about_another(Question("Why?"), "Nikola Tesla", other) is None


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many were there?", "how many"),
        ("In which year did it end?", "what"),
        ("Whose was it?", "who"),
        ("Name the river.", "what"),
    ],
)
def test_the_question_word_that_matters(question: str, kind: str) -> None:
    assert alter.asked_kind(question) == kind


def test_the_nearest_paragraph_shares_the_rare_words() -> None:
    far = [Paragraph(str(n), "", f"Nothing of note happened in place {n}.", ()) for n in range(30)]
    near = NearMisses([TESLA, *far])
    assert near.nearest("Who built the station at Niagara?")[0] is TESLA
    assert near.nearest_of("Niagara?", [far[0], TESLA, far[1]]) is TESLA


def _squad(path: Path, titles: dict[str, list[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = [
        {"title": title, "paragraphs": [{"context": TEXT, "qas": qas}]}
        for title, qas in titles.items()
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": data}, file)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder like that of the real data sets, with next to nothing in it."""
    answered = [
        {"question": WHERE.text, "answers": [{"text": "Smiljan", "answer_start": WHERE.start}]},
        {"question": "Who did Nikola Tesla marry?", "answers": [], "is_impossible": True},
    ]
    for name in SQUAD_FILES:
        _squad(tmp_path / name, {"Nikola_Tesla": answered, "Amazon_Reviews_1": answered[:1]})
    for name in TIMEQA_FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        document = {
            "paras": ["Nikola Tesla", TEXT.replace(".", " .")],
            "questions": [
                ["Where was he born ?", [{"para": 1, "from": 25, "end": 32, "answer": "Smiljan"}]]
            ],
        }
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as file:
            json.dump([document], file)
    (tmp_path / "wikinews").mkdir()
    article = {"title": "Ferry sinks off Halvorn", "text": "The ferry sank off Halvorn. " * 8}
    (tmp_path / "wikinews" / "articles.jsonl").write_text(json.dumps(article) + "\n")
    (tmp_path / "hhs_press").mkdir()
    return tmp_path


def test_squad_is_read_with_its_titles_and_its_impossible_questions(data: Path) -> None:
    titled, untitled = squad_paragraphs(data / SQUAD_FILES[0])
    assert (titled.title, untitled.title) == ("Nikola Tesla", "")
    assert titled.questions == (WHERE, Question("Who did Nikola Tesla marry?"))


def test_timeqa_is_put_back_into_running_text(data: Path) -> None:
    (paragraph,) = timeqa_paragraphs(data / TIMEQA_FILES[0])
    assert paragraph.text == TEXT
    (question,) = paragraph.questions
    assert paragraph.text[question.start :].startswith("Smiljan")


def test_the_same_data_give_the_same_examples(data: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.gz", "b.gz")]
    counts = [write_examples(data, file, seed=7) for file in files]
    assert counts[0] == counts[1]
    assert counts[0]["answered"] == 12
    assert counts[0]["written impossible"] == 5
    assert read_examples(files[0]) == read_examples(files[1])


def test_an_answer_stands_where_it_is_said_and_an_absence_has_none(data: Path) -> None:
    for seed in range(20):
        for example in examples(data, seed):
            if example.kind == "answered":
                assert example.text[example.start : example.end] == "Smiljan"
            else:
                assert (example.start, example.end) == (0, 0)
            if example.kind in {"sentence removed", "answer made vague", "near miss"}:
                assert "Smiljan" not in example.text


def test_dev_b_and_the_news_gold_are_never_read(data: Path) -> None:
    assert not any("dev-b" in name or "gold" in name for name in (*SQUAD_FILES, *TIMEQA_FILES))
    (data / "squad" / "dev-b.json.gz").write_bytes(b"not to be read")
    (data / "wikinews" / "gold-dev.jsonl").write_bytes(b"not to be read")
    assert list(examples(data, 1))
