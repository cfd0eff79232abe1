"""A citation is arithmetic: one that does not verify never reaches anyone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.archive.reading import passages_of
from rag.archive.records import StoredPassage
from rag.citing import cite, verifies, with_markers
from rag.engine import Engine
from rag.reading import Evidence
from rag.types import AnswerSentence, PubStatus

GOLD = Path(__file__).parents[2] / "eval" / "gold" / "sample.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in GOLD.read_text("utf-8").splitlines()]
ARTICLE = "cpa-20251125-venezuela-talks"


@pytest.mark.slow
@settings(max_examples=8)
@given(st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=3, unique=True), st.integers(1, 5))
def test_every_citation_of_every_answer_verifies(
    engine: Engine, questions: list[str], most: int
) -> None:
    for question in questions:
        answer = engine.ask(question, max_citations=most)
        assert len(answer.citations) <= most
        assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
        assert answer.answerable == bool(answer.sentences) == bool(answer.citations)
        for citation in answer.citations:
            article = engine.article(citation.article_id, citation.version)
            assert article.text[citation.start : citation.end] == citation.quote
            assert f"[{citation.number}]" in (answer.answer or "")
        numbers = {citation.number for citation in answer.citations}
        assert all(set(sentence.citations) <= numbers for sentence in answer.sentences)
        if not answer.answerable:
            assert answer.answer is None
            assert answer.notes


@pytest.fixture(scope="module")
def passage(engine: Engine) -> StoredPassage:
    return passages_of(engine.corpus.archive.engine, ARTICLE, 1)[0]


def evidence(passage: StoredPassage, number: int = 1) -> Evidence:
    return Evidence(passage, *passage.sentences[number])


def test_a_true_piece_of_evidence_becomes_sentence_and_citation(
    engine: Engine, passage: StoredPassage
) -> None:
    found = replace(evidence(passage), syndicated_in=("copy",))
    (sentence,), (citation,) = cite(engine.corpus.archive, [found])
    assert sentence == AnswerSentence(text=citation.quote, citations=[1])
    assert (citation.number, citation.article_id, citation.version) == (1, ARTICLE, 1)
    assert (citation.start, citation.end) == passage.sentences[1]
    assert citation.syndicated_in == ["copy"]
    assert citation.title == passage.title
    assert citation.passage_id == passage.id


def forged(passage: StoredPassage) -> dict[str, Evidence]:
    true = evidence(passage)
    moved = replace(passage, start=passage.start + 3)
    return {
        "offsets moved with the passage": Evidence(moved, true.start, true.end),
        "another text": replace(
            true, passage=replace(passage, text=passage.text.replace("e", "3"))
        ),
        "no characters": Evidence(passage, true.start, true.start),
        "beyond the end": Evidence(passage, 10**6, 10**6 + 5),
        "end before start": Evidence(passage, true.end, true.start),
        "no such version": replace(true, passage=replace(passage, version=9)),
        "no such article": replace(true, passage=replace(passage, article_id="ghost")),
        "another article": replace(true, passage=replace(passage, article_id="courier-48817")),
    }


@pytest.mark.parametrize(
    "forgery",
    [
        "offsets moved with the passage", "another text", "no characters", "beyond the end",
        "end before start", "no such version", "no such article", "another article",
    ],
)  # fmt: skip
def test_a_forged_piece_of_evidence_is_left_out_and_the_rest_renumbered(
    engine: Engine, passage: StoredPassage, forgery: str
) -> None:
    first, last = evidence(passage, 0), evidence(passage, 2)
    sentences, citations = cite(engine.corpus.archive, [first, forged(passage)[forgery], last])
    assert [c.quote for c in citations] == [first.text, last.text]
    assert [s.citations for s in sentences] == [[1], [2]]


def test_what_was_withdrawn_or_withheld_while_it_was_read_is_not_cited(
    engine: Engine, passage: StoredPassage, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = engine.corpus.archive
    (_,), (citation,) = cite(archive, [evidence(passage)])
    assert verifies(archive, citation)
    for status in (PubStatus.CANCELED, PubStatus.WITHHELD):
        now = archive.article(ARTICLE, 1).model_copy(update={"status": status})
        with monkeypatch.context() as patch:
            patch.setattr(archive, "article", lambda *_, now=now: now)
            assert not verifies(archive, citation)
            assert cite(archive, [evidence(passage)]) == ([], [])


def test_markers_follow_their_sentences() -> None:
    sentences = [
        AnswerSentence(text="It rained.", citations=[1]),
        AnswerSentence(text="It stopped.", citations=[2, 3]),
    ]
    assert with_markers(sentences) == "It rained. [1] It stopped. [2][3]"
    assert with_markers([]) == ""
