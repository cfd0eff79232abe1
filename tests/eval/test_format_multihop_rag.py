"""MultiHop-RAG: the published pair of files, and the subset that others publish."""

import json
import os
import shutil
from pathlib import Path

import pytest

from eval.formats import read_gold_set
from rag.errors import NotFoundError, UsageError

SAMPLES = Path(__file__).parent / "formats"


def test_answers_evidence_and_kind_are_kept() -> None:
    full, company, unknown = read_gold_set(SAMPLES / "multihop_rag").questions
    assert (full.id, full.answers) == ("mhr-0", ["no"])
    assert full.tags == ["multihop-rag", "comparison_query", "yes-no"]
    assert company.tags == ["multihop-rag", "inference_query"]
    assert [item.article for item in company.evidence] == [
        "https://gazette.example/1",
        "https://gazette.example/2",
    ]
    assert company.evidence[0].quote == "Holm Lines ran it."
    assert not unknown.answerable
    assert not unknown.answers
    assert not unknown.evidence


def test_the_corpus_beside_it_gives_the_articles() -> None:
    articles = read_gold_set(SAMPLES / "multihop_rag" / "MultiHopRAG.json").articles
    assert [article.title for article in articles] == [f"Ferry report {n}" for n in (1, 2, 3)]
    first = articles[0]
    assert first.id == first.url == "https://gazette.example/1"
    assert (first.source, first.authors, first.section) == ("Gazette", ["Ida Berg"], "world")
    assert first.published_at is not None


def test_without_a_corpus_the_facts_of_a_source_are_its_article() -> None:
    articles = read_gold_set(SAMPLES / "multihop_rag_subset").articles
    assert [article.text for article in articles] == [
        "The ferry was full.\n\nHolm Lines ran it.",
        "A third of the seats were empty.",
    ]


def test_the_subset_asks_the_same_questions() -> None:
    whole = read_gold_set(SAMPLES / "multihop_rag")
    assert read_gold_set(SAMPLES / "multihop_rag_subset").questions == whole.questions


def test_a_question_of_the_subset_without_an_answer_is_refused(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "multihop_rag_subset", tmp_path, dirs_exist_ok=True)
    truths = json.loads((tmp_path / "ground_truth.json").read_text())
    del truths["1"]
    (tmp_path / "ground_truth.json").write_text(json.dumps(truths))
    with pytest.raises(UsageError, match=r"queries\.json: queries\.1\.id: '1' has no answer in"):
        read_gold_set(tmp_path)


def test_half_of_the_subset_is_refused(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "multihop_rag_subset" / "queries.json", tmp_path)
    with pytest.raises(NotFoundError, match=r"queries\.json with ground_truth\.json"):
        read_gold_set(tmp_path / "queries.json")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"answer": "no"', '"answer": ""', "question mhr-0: answers.0: "),
        ('"url": "https://gazette.example/1",', "", "0.evidence_list.0.url: Field required"),
        ("2024-03-01T07", "March", "0.evidence_list.0.published_at: "),
    ],
)
def test_a_malformed_entry_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "MultiHopRAG.json"
    path.write_text((SAMPLES / "multihop_rag" / path.name).read_text().replace(old, new, 1))
    with pytest.raises(UsageError) as refused:
        read_gold_set(path)
    assert str(refused.value).startswith(f"{path}: {said}")


def test_the_real_subset_is_read_whole() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA is not set: no real MultiHop-RAG here")
    path = Path(folder) / "multihop_rag_subset"
    if not path.is_dir():
        pytest.skip(f"no {path.name} in NEWSCITE_BENCH_DATA")
    questions, articles, _ = read_gold_set(path)
    assert (len(questions), len(articles)) == (500, 326)
    assert sum(not question.answerable for question in questions) == 71
