"""SQuAD as an open corpus: paragraphs become articles, answers keep the sentence they stand in."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from eval.formats import read_gold_set
from eval.quotes import quote_span
from rag.errors import UsageError

SAMPLE = Path(__file__).parent / "formats" / "squad.json"


def test_a_paragraph_becomes_an_article_of_its_own() -> None:
    articles = read_gold_set(SAMPLE).articles
    assert [article.id for article in articles] == ["squad-holm-island-1", "squad-holm-island-2"]
    assert {article.title for article in articles} == {"Holm (island)"}
    assert (articles[1].text or "").startswith("Holm's lighthouse")


def test_a_question_has_its_distinct_answers_and_the_sentence_around_them() -> None:
    first, second, _, last = read_gold_set(SAMPLE).questions
    assert first.answers == ["212", "212 people"]
    assert [item.quote for item in first.evidence] == ["Mr. J. Lund had 212 people aboard."]
    assert first.evidence[0].article == "squad-holm-island-1"
    assert second.evidence[0].quote == "It ran aground off Holm at 6 a.m. and nobody was hurt."
    assert last.evidence[0].quote == "Holm's lighthouse was lit in 1871."


def test_an_impossible_question_is_unanswerable_and_has_no_evidence() -> None:
    impossible = read_gold_set(SAMPLE).questions[2]
    assert not impossible.answerable
    assert not impossible.answers
    assert not impossible.evidence
    assert impossible.tags == ["squad", "who", "unanswerable", "near-miss"]


def test_tags_name_the_word_that_asks() -> None:
    words = [question.tags[1] for question in read_gold_set(SAMPLE).questions]
    assert words == ["how-many", "where", "who", "what"]


def test_the_sentence_that_most_annotators_chose_is_quoted(tmp_path: Path) -> None:
    context = "Ann won. Bo lost. Bo said so."
    answers = [
        {"text": text, "answer_start": at} for text, at in (("Ann", 0), ("Bo", 9), ("Bo", 9))
    ]
    (question,) = read_gold_set(written(tmp_path, context, answers)).questions
    assert question.evidence[0].quote == "Bo lost."
    assert question.answers == ["Ann", "Bo"]


def test_paragraphs_of_titles_that_look_alike_keep_ids_apart(tmp_path: Path) -> None:
    asked = {"id": "q", "question": "Why?", "answers": [{"text": "x", "answer_start": 0}]}
    entries = [
        {"title": title, "paragraphs": [{"context": "x", "qas": qas}]}
        for title, qas in (("A b", [asked]), ("a_B", []), ("?", []))
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": entries}))
    ids = [article.id for article in read_gold_set(path).articles]
    assert ids == ["squad-a-b-1", "squad-a-b-2", "squad-untitled-1"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([{"text": "Bo", "answer_start": 0}], r"'q'.*answers\.0\.answer_start: 'Bo' does not"),
        ([{"text": "Bo", "answer_start": -9}], "answer_start"),
        ([{"text": "Ann"}], r"data\.0\.paragraphs\.0\.qas\.0\.answers\.0\.answer_start: Field req"),
        ([{"text": "Ann", "answer_start": "0"}], "answer_start: Input should be a valid integer"),
        ([], "answers: an answerable question needs"),
    ],
)
def test_a_malformed_answer_is_refused_with_its_place(
    tmp_path: Path, answers: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(UsageError, match=rf"squad\.json.*{said}"):
        read_gold_set(written(tmp_path, "Ann won. Bo lost.", answers))


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    data = json.loads(SAMPLE.read_text())
    data["data"].append(data["data"][0])
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    with pytest.raises(UsageError, match="'s1' is the id of more than one question"):
        read_gold_set(path)


def written(folder: Path, context: str, answers: list[dict[str, Any]]) -> Path:
    question = {"id": "q", "question": "Who won?", "answers": answers}
    paragraph = {"context": context, "qas": [question]}
    path = folder / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [paragraph]}]}))
    return path


def test_real_squad_is_read_whole() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA is not set: no real SQuAD here")
    path = Path(folder) / "squad" / "dev-a.json.gz"
    if not path.is_file():
        pytest.skip(f"no {path.name} in NEWSCITE_BENCH_DATA")
    questions, articles, notes = read_gold_set(path)
    assert (len(questions), len(articles), notes) == (2917, 320, [])
    assert sum(not question.answerable for question in questions) == 1477
    texts = {article.id: article.text or "" for article in articles}
    for question in (question for question in questions if question.answerable):
        (item,) = question.evidence
        assert item.quote is not None
        assert quote_span(texts[item.article], item.quote) is not None
        assert any(answer in item.quote for answer in question.answers)
