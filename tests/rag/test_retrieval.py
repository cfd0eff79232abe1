"""Hybrid retrieval fuses both rankings by the formula and never returns what may not be seen."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from builders import day, new_version
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import MetadataMode, QueryBundle

from rag.archive.records import StoredPassage
from rag.archive.visibility import Visibility
from rag.corpus import Corpus
from rag.engine import Engine
from rag.reranking import CrossEncoder
from rag.retrieval import HybridRetriever, PassageNode, as_node, fuse, hits
from rag.stories.folding import Folding
from rag.types import Filters, PubStatus
from rag.vectors import VectorIndex

VIEW = Visibility(day(1, year=2030))
QUESTION = "How high did the river rise?"

rankings = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


@given(rankings)
def test_a_fused_score_is_the_sum_of_reciprocal_ranks(given_rankings: list[list[str]]) -> None:
    scores = fuse(given_rankings)
    assert set(scores) == {item for ranking in given_rankings for item in ranking}
    for item, score in scores.items():
        ranks = [ranking.index(item) + 1 for ranking in given_rankings if item in ranking]
        assert score == pytest.approx(sum(1 / (60 + rank) for rank in ranks))


@given(rankings)
def test_moving_up_in_one_ranking_never_lowers_a_score(given_rankings: list[list[str]]) -> None:
    before = fuse(given_rankings)
    for number, ranking in enumerate(given_rankings):
        for at in range(1, len(ranking)):
            swapped = [*ranking[: at - 1], ranking[at], ranking[at - 1], *ranking[at + 1 :]]
            after = fuse([*given_rankings[:number], swapped, *given_rankings[number + 1 :]])
            assert after[ranking[at]] > before[ranking[at]]


def test_first_in_both_rankings_scores_two_61sts() -> None:
    assert fuse([["a", "b"], ["a", "c"]])["a"] == pytest.approx(2 / 61)
    assert fuse([]) == {}


def around(corpus: Corpus, distance: float, seed: int) -> list[float]:
    """A vector that far from the question's, in a direction of its own."""
    question = np.array(corpus.embedder.model.get_query_embedding(QUESTION))
    noise = np.random.default_rng(seed).normal(size=question.size)
    vector = question + distance * noise / np.linalg.norm(noise)
    return list(map(float, vector / np.linalg.norm(vector)))


def found(corpus: Corpus, view: Visibility = VIEW, limit: int = 10) -> list[str]:
    nodes = HybridRetriever(corpus, view, limit).retrieve(QUESTION)
    return [hit.passage.article_id for hit in hits(nodes)]


def hidden(number: int, corpus: Corpus) -> Any:
    """A passage right beside the question that may not be seen."""
    state = [
        {"embargoed_until": day(1, year=2040)},
        {"expires_at": day(1, year=2020)},
        {"status": PubStatus.WITHHELD},
    ][number % 3]
    return new_version(f"hidden {number}", "Xyz.", vectors=[around(corpus, 0.1, number)], **state)  # type: ignore[arg-type]


def test_hidden_passages_are_passed_over_however_many_are_nearest(
    corpus: Corpus, counted: Callable[[object, str], list[Any]]
) -> None:
    corpus.add([hidden(number, corpus) for number in range(300)])
    seen = [f"seen {number}" for number in range(3)]
    corpus.add(
        [
            new_version(
                name, f"Qwv{number}.", vectors=[around(corpus, 2.0 + number, 1000 + number)]
            )
            for number, name in enumerate(seen)
        ]
    )
    asked = counted(VectorIndex, "nearest")
    assert found(corpus) == seen
    assert [limit for _, limit, _ in asked] == [50, 200, 800]


def test_excluded_passages_are_passed_over_however_many_are_nearest(corpus: Corpus) -> None:
    near = [f"near {number}" for number in range(300)]
    far = [f"far {number}" for number in range(3)]
    for names, distance, seed in ((near, 0.1, 0), (far, 2.0, 1000)):
        corpus.add(
            [
                new_version(
                    name, f"Q{name}v.", vectors=[around(corpus, distance + n / 1000, seed + n)]
                )
                for n, name in enumerate(names)
            ]
        )
    without = Visibility(VIEW.now, Filters(excluded_article_ids=near))
    assert sorted(found(corpus, without)) == far
    but_one = Visibility(VIEW.now, Filters(excluded_article_ids=near[1:]))
    assert found(corpus, but_one)[0] == near[0]


def test_when_enough_may_be_seen_chroma_is_asked_once(
    corpus: Corpus, counted: Callable[[object, str], list[Any]]
) -> None:
    versions = [
        new_version(f"{n}", f"Qwv{n}.", vectors=[around(corpus, 1.0, n)]) for n in range(60)
    ]
    corpus.add(versions)
    asked = counted(VectorIndex, "nearest")
    assert len(found(corpus)) == 10
    assert len(asked) == 1


def test_chroma_is_asked_for_more_where_copies_are_nearest(
    corpus: Corpus, counted: Callable[[object, str], list[Any]]
) -> None:
    near = [f"near {number:03}" for number in range(120)]
    corpus.add(
        [new_version(n, "Qwv.", vectors=[around(corpus, 0.1, i)]) for i, n in enumerate(near)]
    )
    corpus.add([new_version("far", "Zxk.", vectors=[around(corpus, 2.0, 1000)])])
    asked = counted(VectorIndex, "nearest")
    assert found(corpus) == ["near 000", "far"]
    assert [limit for _, limit, _ in asked] == [50, 200]


def test_replaced_and_withdrawn_versions_are_never_returned(corpus: Corpus) -> None:
    near = [around(corpus, 0.1, 1)]
    corpus.add([new_version("a", "The river rose by 1 metre.", vectors=near, updated_at=day(1))])
    corpus.add([new_version("b", "The river rose by 2 metres.", vectors=near)])
    corpus.add(
        [new_version("a", "The lake fell.", vectors=[around(corpus, 3, 2)], updated_at=day(2))]
    )
    corpus.withdraw("b")
    nodes = HybridRetriever(corpus, VIEW, 10).retrieve(QUESTION)
    assert [(hit.passage.article_id, hit.passage.version) for hit in hits(nodes)] == [("a", 2)]
    then = Visibility(VIEW.now, as_of=day(1))
    nodes = HybridRetriever(corpus, then, 10).retrieve(QUESTION)
    assert [(hit.passage.article_id, hit.passage.version) for hit in hits(nodes)] == [("a", 1)]


def test_what_is_withdrawn_while_it_is_looked_up_is_left_out(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.add([new_version("a", "The river rose.", vectors=[around(corpus, 0.1, 1)])])
    corpus.add([new_version("b", "Qwv.", vectors=[around(corpus, 0.2, 2)])])
    learn = Folding._learn

    def withdrawing(folding: Folding, passages: Sequence[StoredPassage]) -> None:
        corpus.withdraw("a")
        learn(folding, passages)

    monkeypatch.setattr(Folding, "_learn", withdrawing)
    assert found(corpus) == ["b"]


def test_what_words_alone_or_meaning_alone_find_is_found(corpus: Corpus) -> None:
    away = [around(corpus, 9, 3)]
    corpus.add([new_version("words", "High river, rise!", title="", vectors=away)])
    corpus.add([new_version("meaning", "Water.", title="", vectors=[around(corpus, 0.1, 4)])])
    assert set(found(corpus)) == {"words", "meaning"}


def test_filters_narrow_both_rankings(corpus: Corpus) -> None:
    near = [around(corpus, 0.1, 5)]
    for name, source in (("a", "Herald"), ("b", "Courier")):
        corpus.add([new_version(name, "The river rose.", source=source, vectors=near)])
    view = Visibility(VIEW.now, Filters(sources=["courier"]))
    assert found(corpus, view) == ["b"]


def test_no_more_than_the_limit_best_first(engine: Engine) -> None:
    nodes = HybridRetriever(engine.corpus, VIEW, 7).retrieve("Why was the ferry lost?")
    scores = [node.score or 0.0 for node in nodes]
    assert len(nodes) == 7
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 2 / 61 + 1e-9


def test_the_same_question_finds_the_same(engine: Engine) -> None:
    retriever = HybridRetriever(engine.corpus, VIEW, 20)
    once, again = (retriever.retrieve("Who won the Sorrel Prize?") for _ in range(2))
    assert [n.node.node_id for n in once] == [n.node.node_id for n in again]


def test_through_llamaindex_doors_nodes_keep_their_offsets(
    engine: Engine, cross_encoder: CrossEncoder
) -> None:
    question = QueryBundle("What did the Pentagon give as justification?")
    nodes = HybridRetriever(engine.corpus, VIEW, 5).retrieve(question)
    reranked = cross_encoder.postprocess_nodes(nodes, question)
    assert {n.node.node_id for n in reranked} == {n.node.node_id for n in nodes}
    for node in (n.node for n in reranked):
        assert isinstance(node, PassageNode)
        article = engine.corpus.archive.article(node.passage.article_id, node.passage.version)
        assert article.text[node.start_char_idx : node.end_char_idx] == node.text
    assert hits(reranked)[0].passage.article_id == "cpa-20251125-venezuela-talks"


def test_models_read_the_headline_and_quotes_never_hold_it(engine: Engine) -> None:
    (first, *_) = HybridRetriever(engine.corpus, VIEW, 1).retrieve("Who won the Sorrel Prize?")
    passage = hits([first])[0].passage
    node = as_node(passage)
    assert node.get_content(MetadataMode.EMBED) == f"{passage.title}\n{passage.text}"
    assert node.get_content(MetadataMode.NONE) == passage.text
