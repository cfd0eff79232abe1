"""The bundled cross-encoder puts what answers first; any LlamaIndex postprocessor can stand in."""

from typing import Any

import pytest
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.errors import ConfigurationError
from rag.reranking import CrossEncoder, SpanReranker, make_reranker
from rag.settings import Settings

QUESTION = "How many people died on the ferry?"
ANSWER = "Seventeen passengers of the ferry are known to have died."
TOPIC = "The ferry, built in 1987, had been repaired in the spring."
OTHER = "The central bank raised its key interest rate by a quarter of a point."


def test_what_answers_comes_before_its_topic_and_that_before_another_matter(
    cross_encoder: CrossEncoder,
) -> None:
    answer, topic, other = cross_encoder.scores(QUESTION, [ANSWER, TOPIC, OTHER])
    assert answer > topic > other
    assert answer > 0 > other


def test_a_score_does_not_depend_on_what_is_scored_with_it(cross_encoder: CrossEncoder) -> None:
    together = cross_encoder.scores(QUESTION, [OTHER, "word " * 700, ANSWER, TOPIC])
    assert cross_encoder.scores(QUESTION, [ANSWER]) == [together[2]]


def test_of_a_long_pair_the_passage_is_cut_and_not_the_question(
    cross_encoder: CrossEncoder,
) -> None:
    question = "Why? " * 20 + QUESTION
    (plain,) = cross_encoder.scores(question, [OTHER + " and so on" * 200])
    (same_window,) = cross_encoder.scores(question, [OTHER + " and so on" * 300])
    (other_question,) = cross_encoder.scores("Why? " * 20, [OTHER + " and so on" * 200])
    assert plain == same_window
    assert plain != other_question


def test_a_question_longer_than_the_window_is_cut(cross_encoder: CrossEncoder) -> None:
    answer, other = cross_encoder.scores(QUESTION + " Why?" * 390, [ANSWER, OTHER * 20])
    assert answer > other


def test_nothing_to_score_gives_no_scores(cross_encoder: CrossEncoder) -> None:
    assert cross_encoder.scores(QUESTION, []) == []


def test_nodes_come_back_best_first_with_their_logits(cross_encoder: CrossEncoder) -> None:
    texts = [OTHER, TOPIC, ANSWER]
    nodes = [NodeWithScore(node=TextNode(text=text), score=0.5) for text in texts]
    ranked = cross_encoder.postprocess_nodes(nodes, query_str=QUESTION)
    assert [node.node.get_content() for node in ranked] == [ANSWER, TOPIC, OTHER]
    assert [node.score for node in ranked] == cross_encoder.scores(QUESTION, [ANSWER, TOPIC, OTHER])


def test_metadata_such_as_the_headline_is_read_too(cross_encoder: CrossEncoder) -> None:
    plain = TextNode(text="Seventeen people died.")
    titled = TextNode(text="Seventeen people died.", metadata={"title": "Ferry sinks off Halvorn"})
    nodes = [NodeWithScore(node=node) for node in (plain, titled)]
    ranked = cross_encoder.postprocess_nodes(nodes, QueryBundle(QUESTION))
    assert ranked[0].node is titled


def test_reranking_without_a_question_is_refused(cross_encoder: CrossEncoder) -> None:
    with pytest.raises(ValueError, match="needs the question"):
        cross_encoder.postprocess_nodes([NodeWithScore(node=TextNode(text=ANSWER))])


def test_the_default_is_the_readers_model(settings: Settings) -> None:
    assert isinstance(make_reranker(settings), SpanReranker)


def test_the_stock_cross_encoder_is_one_setting_away(settings: Settings) -> None:
    stock = settings.model_copy(update={"reranker": "ms-marco-minilm-l-12-v2"})
    assert isinstance(make_reranker(stock), CrossEncoder)


def test_any_llamaindex_postprocessor_can_be_configured(settings: Settings) -> None:
    spec = {
        "class": "llama_index.core.postprocessor.SimilarityPostprocessor",
        "similarity_cutoff": 0.25,
    }
    reranker = make_reranker(settings.model_copy(update={"reranker": spec}))
    assert isinstance(reranker, SimilarityPostprocessor)
    assert reranker.similarity_cutoff == 0.25


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("bge-reranker-base", "'bge-reranker-base' is not a bundled model"),
        ({"class": "llama_index.core.embeddings.MockEmbedding"}, "is not a BaseNodePostprocessor"),
        ({"class": "no_such_package.Reranker"}, "cannot be imported"),
    ],
)
def test_what_is_no_reranker_is_refused_by_name(settings: Settings, spec: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCITE_RERANKER") as refused:
        make_reranker(settings.model_copy(update={"reranker": spec}))
    assert refused.match(said)
