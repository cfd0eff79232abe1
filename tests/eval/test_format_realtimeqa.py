"""RealTime QA: quizzes as open questions, asked as of their day."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.formats import read_gold_set
from rag.errors import UsageError

SAMPLES = Path(__file__).parent / "formats"
NAME = "20240308_qa.jsonl"

GOOD: dict[str, Any] = {
    "question_id": "20240308_0",
    "question_date": "2024/03/07",
    "question_sentence": "Where?",
    "choices": ["Holm", "Vik"],
    "answer": ["1"],
}


def test_the_right_choices_are_the_answers() -> None:
    where, owner = read_gold_set(SAMPLES / NAME).questions
    assert (where.id, where.answers) == ("20240308_0", ["Holm"])
    assert owner.answers == ["Holm Lines", "Vik Ferries"]


def test_a_question_is_asked_as_of_the_end_of_its_day() -> None:
    where, _ = read_gold_set(SAMPLES / NAME).questions
    assert where.as_of is not None
    assert where.as_of.date() == date(2024, 3, 7)
    assert where.as_of > datetime(2024, 3, 7, 23, 59, tzinfo=UTC)


def test_an_article_without_a_date_is_not_hidden_by_asking_as_of_a_day() -> None:
    _, owner = read_gold_set(SAMPLES / NAME).questions
    assert owner.evidence[0].article == "https://gazette.example/2"
    assert owner.as_of is None


def test_the_gold_file_beside_it_gives_the_articles() -> None:
    first, second = read_gold_set(SAMPLES / NAME).articles
    assert first.id == first.url == "https://gazette.example/1?a=1&b=2"
    assert first.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert first.authors == ["Ida Berg"]
    assert second.published_at is None


def test_without_it_the_links_of_the_comment_are_the_evidence(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / NAME, tmp_path)
    questions, articles, _ = read_gold_set(tmp_path / NAME)
    assert articles == []
    assert [item.article for item in questions[0].evidence] == ["https://gazette.example/1?a=1&b=2"]
    assert questions[1].evidence == []


def test_a_choice_that_points_at_the_others_is_no_answer(tmp_path: Path) -> None:
    questions, _, notes = read_gold_set(SAMPLES / NAME)
    assert "20240308_1" not in {question.id for question in questions}
    assert notes == ["questions without an answer of their own, left out: 1"]
    nota = GOOD | {"choices": ["Vik", "None of the above"]}
    with pytest.raises(UsageError, match=r"no question to ask; questions .* left out: 1"):
        read_gold_set(written(tmp_path, nota))


def test_questions_whose_answers_are_not_out_yet_cannot_be_asked(tmp_path: Path) -> None:
    public = {key: value for key, value in GOOD.items() if key != "answer"}
    with pytest.raises(UsageError, match="without an answer of their own"):
        read_gold_set(written(tmp_path, public))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": ["2"]}, r"answer: '2' is no index"),
        ({"answer": ["-1"]}, r"answer: '-1' is no index"),
        ({"answer": ["Holm"]}, r"answer: 'Holm' is no index"),
        ({"answer": "1"}, r"answer: "),
        ({"question_date": "7 March"}, r"question_date: '7 March' is no date"),
        ({"question_sentence": " "}, r"question: "),
        ({"question_id": ""}, r"id: "),
    ],
)
def test_a_malformed_line_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=rf"_qa\.jsonl, line 2: {said}"):
        read_gold_set(written(tmp_path, GOOD | {"question_id": "fine"}, GOOD | change))


def written(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / NAME
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
