"""Both readers on small texts: what they answer, what they refuse, and in which order."""

from collections.abc import Callable

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import Delivered
from rag.corpus import Corpus
from rag.reading.base import Reader, Reading
from rag.reading.extractive import ExtractiveReader
from rag.reading.span_model import span_model
from rag.reading.spans import SpanReader
from rag.reranking import CrossEncoder
from rag.retrieval import Hit
from rag.types import Article

FLOOD = (
    "CORRIE — The river Corrie rose four metres in a night and flooded 120 homes, the county said. "
    "Two hundred people left their homes. The county council met on Tuesday. "
    "It will pay each family 900 pounds.\n\n"
    "The bridge at Dunmore was swept away. Engineers had inspected it in March. "
    "A new one will be built by Halloran Brothers for 3.2 million pounds."
)

Read = Callable[..., Reading]


@pytest.fixture(params=["newscite-reader-1", "ms-marco-minilm-l-12-v2"])
def read(corpus: Corpus, cross_encoder: CrossEncoder, request: pytest.FixtureRequest) -> Read:
    """Reads every passage of the given articles with a question, in the articles' order."""
    from rag.archive.reading import passages_of

    def reading(question: str, *articles: Article, most: int = 5) -> Reading:
        Pipeline(corpus).run(Delivered(article, str(article.id)) for article in articles)
        hits = [
            Hit(passage, 1.0)
            for article in articles
            for passage in passages_of(corpus.archive.engine, str(article.id), 1)
        ]

        def text(article_id: str, version: int) -> str:
            return corpus.archive.article(article_id, version).text

        reader: Reader
        if request.param == "newscite-reader-1":
            reader = SpanReader(span_model(2), text, answer_from=0.5)
        else:
            reader = ExtractiveReader(cross_encoder, text)
        return reader.read(question, hits, most)

    return reading


def article(
    name: str, text: str, title: str = "A night of rain in Corrie", **fields: object
) -> Article:
    return Article.model_validate({"id": name, "title": title, "text": text} | fields)


def said(reading: Reading) -> list[str]:
    return [evidence.text for evidence in reading.evidence]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many homes were flooded?", "flooded 120 homes"),
        ("How many people had to leave?", "Two hundred people left their homes."),
        ("Who will build the new bridge?", "Halloran Brothers"),
        ("What happened to the bridge at Dunmore?", "was swept away"),
    ],
)
def test_it_answers_with_the_sentence_that_says_so(read: Read, question: str, answer: str) -> None:
    reading = read(question, article("flood", FLOOD))
    assert any(answer in sentence for sentence in said(reading))
    assert reading.confidence >= 0.5
    assert reading.notes == ()


def test_a_name_that_nothing_read_mentions_is_refused_by_name(read: Read) -> None:
    reading = read(
        "What did the Chinese foreign ministry say about the flood?", article("flood", FLOOD)
    )
    assert reading.evidence == ()
    assert reading.confidence < 0.5
    assert reading.notes == (
        "Looked for an answer, with “Chinese”, in 1 passage of 1 article.",
        "The nearest article is “A night of rain in Corrie”, which does not mention “Chinese”.",
    )


def test_a_month_in_short_is_the_month_that_the_article_has_in_full(read: Read) -> None:
    dated = article("flood", FLOOD.replace("in a night", "on December 12"))
    asked = "How far did the river Corrie rise on {} 12?"
    full, short = (read(asked.format(month), dated) for month in ("December", "Dec."))
    assert said(short) == said(full) != []
    (*_, note) = read("Who wrote the opera of Feb. 12?", dated).notes
    assert "does not mention “February”" in note


def test_another_matter_is_refused(read: Read) -> None:
    reading = read("Who wrote the score of the new opera?", article("flood", FLOOD))
    assert reading.evidence == ()
    assert reading.notes == (
        "Looked for a person or a body, in 1 passage of 1 article.",
        "The nearest article is “A night of rain in Corrie”, and no sentence of it answers this.",
    )


def test_a_refusal_comes_with_the_nearest_statement_that_was_read(read: Read) -> None:
    asked = "What did the Chinese foreign ministry say about the flood?"
    refused = read(asked, article("flood", FLOOD))
    assert refused.nearest is not None
    assert refused.nearest.text in FLOOD
    answered = read("How many homes were flooded?", article("flood", FLOOD))
    assert answered.nearest is None


def test_with_nothing_to_read_it_says_so(read: Read) -> None:
    reading = read("How many homes were flooded?")
    assert reading == Reading((), 0.0, ("Nothing that may be searched is about this.",), read=0)


def test_captions_and_crossheads_are_no_sentences(read: Read) -> None:
    reading = read("How many homes were flooded?", article("caption", "Flooded homes.\n\n* * *"))
    assert reading.evidence == ()


def test_a_dateline_is_not_part_of_the_quote(read: Read) -> None:
    (first, *_) = said(read("How many homes were flooded?", article("flood", FLOOD)))
    assert first.startswith("The river Corrie rose")


def test_copies_collapse_into_the_one_that_is_cited(read: Read) -> None:
    copies = [article(name, FLOOD) for name in ("first", "second", "third")]
    reading = read("How many people had to leave?", *copies)
    assert len(set(said(reading))) == len(reading.evidence)
    evidence = next(e for e in reading.evidence if "Two hundred" in e.text)
    carried = {evidence.passage.article_id, *evidence.syndicated_in}
    assert carried == {"first", "second", "third"}
    assert len(evidence.syndicated_in) == 2


def test_an_article_of_its_own_words_is_no_copy(read: Read) -> None:
    other = article("other", "The Corrie flooded 120 homes on Monday night.", "Corrie in flood")
    reading = read("How many homes did the river flood?", article("flood", FLOOD), other)
    assert all(evidence.syndicated_in == () for evidence in reading.evidence)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_it_says_no_more_than_it_may(read: Read, most: int) -> None:
    reading = read("What will the county pay to each family?", article("flood", FLOOD), most=most)
    assert 1 <= len(reading.evidence) <= most


def test_a_sentence_that_leans_comes_after_the_one_it_leans_on(read: Read) -> None:
    sentences = said(read("How much will each family be paid?", article("flood", FLOOD)))
    assert sentences == [
        "The county council met on Tuesday.",
        "It will pay each family 900 pounds.",
    ]


def test_sentences_stand_as_they_were_written(read: Read) -> None:
    count = (
        "The county said 120 homes were flooded. Pumps ran all night. "
        "It also said that 14 flooded homes are beyond repair."
    )
    reading = read(
        "What did the county say about flooded homes beyond repair?",
        article("flood", FLOOD),
        article("count", count, "More"),
    )
    assert count.endswith(" ".join(said(reading)))
    assert len(said(reading)) >= 2


def test_offsets_are_into_the_articles_text(read: Read, corpus: Corpus) -> None:
    reading = read(
        "Who will build the new bridge?", article("flood", "🌊👩🏽‍🚒 Help came.\n\n" + FLOOD)
    )
    assert reading.evidence
    for evidence in reading.evidence:
        text = corpus.archive.article("flood").text
        assert text[evidence.start : evidence.end] == evidence.text
