"""BEIR folders: judgements of relevance become evidence, and nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from eval.formats import read_gold_set
from rag.errors import NotFoundError, UsageError

SAMPLE = Path(__file__).parent / "formats" / "beir"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "beir"))


def test_a_grade_above_zero_is_evidence_and_there_are_no_answers() -> None:
    first, second = read_gold_set(SAMPLE).questions
    assert (first.id, first.question, first.answerable) == ("q1", "ferry accident", True)
    assert first.answers == []
    assert [item.article for item in first.evidence] == ["d1", "d3"]
    assert [item.article for item in second.evidence] == ["d2"]
    assert first.tags == ["beir", "retrieval-only"]


def test_what_cannot_be_asked_or_found_is_left_out_and_counted() -> None:
    questions, articles, notes = read_gold_set(SAMPLE)
    assert [question.id for question in questions] == ["q1", "q2"]
    assert [article.id for article in articles] == ["d1", "d2", "d3"]
    assert notes == [
        "queries without a relevant article, left out: 1",
        "articles with neither title nor text, left out: 1",
    ]


def test_an_article_without_a_text_is_its_title() -> None:
    assert read_gold_set(SAMPLE).articles[2].text == "A headline alone"


def test_another_split_is_read_by_the_path_of_its_file() -> None:
    (question,) = read_gold_set(SAMPLE / "qrels" / "dev.tsv").questions
    assert question.id == "q4"


def test_a_folder_without_a_test_split_says_which_ones_it_has(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(NotFoundError, match=r"no qrels/test\.tsv; .*dev\.tsv"):
        read_gold_set(folder)


def test_a_folder_without_its_corpus_has_no_articles(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    assert read_gold_set(folder).articles == []


def test_a_query_longer_than_a_question_may_be_is_left_out_with_a_note(folder: Path) -> None:
    long = {"_id": "q1", "text": "why " * 501}
    with (folder / "queries.jsonl").open("a") as file:
        file.write(json.dumps(long | {"_id": "long"}) + "\n")
    with (folder / "qrels" / "test.tsv").open("a") as file:
        file.write("long\td1\t1\n")
    questions, _, notes = read_gold_set(folder)
    assert "long" not in {question.id for question in questions}
    assert "queries of more than 2,000 characters, left out: 1" in notes


def test_a_file_without_a_header_loses_no_judgement(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t1\n")
    assert [question.id for question in read_gold_set(folder).questions] == ["q1"]


@pytest.mark.parametrize(
    ("qrels", "said"),
    [
        ("h\th\th\nq1 0 d1 1\n", r"line 2: a line has 3 columns"),
        ("h\th\th\nq1\td1\tmuch\n", r"line 2: a line has 3 columns"),
        ("h\th\th\n\td1\t1\n", r"line 2: query-id and corpus-id must not be empty"),
        ("h\th\th\nq9\td1\t1\n", r"query-id: 'q9' is not in .*queries\.jsonl"),
        ("h\th\th\nq1\td1\t0\n", r"no question to ask; queries without .*: 1"),
    ],
)
def test_malformed_judgements_are_refused(folder: Path, qrels: str, said: str) -> None:
    (folder / "qrels" / "test.tsv").write_text(qrels)
    with pytest.raises(UsageError, match=rf"test\.tsv.*{said}"):
        read_gold_set(folder)


def test_a_malformed_document_is_refused_with_its_line(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "text": "x"}\n{"_id": 2, "text": "x"}\n')
    with pytest.raises(UsageError, match=r"corpus\.jsonl, line 2: _id: "):
        read_gold_set(folder)
