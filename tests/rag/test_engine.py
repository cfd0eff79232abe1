"""The engine over the sample corpus: what each door gives and refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import day, delivery

from ingest.pipeline import Pipeline
from rag.engine import Engine, open_engine
from rag.errors import HiddenError, NotFoundError, UsageError, WithdrawnError
from rag.settings import Settings
from rag.types import Filters, PubStatus, Turn, checked_question

PENTAGON = "What justification did the Pentagon give?"


def test_an_answer_says_how_it_was_made(engine: Engine) -> None:
    answer = engine.ask(f"  {PENTAGON} ", request_id="r1")
    assert answer.question == PENTAGON
    assert answer.answerable
    assert "Cartel of the Suns" in (answer.answer or "")
    assert answer.mode == "extractive"
    assert answer.model == {
        "embedding": "bge-small-en-v1.5",
        "reranker": "newscite-reader-1",
        "reader": "SpanReader",
    }
    assert answer.request_id == "r1"
    assert answer.passages is None
    assert set(answer.timings_ms) == {"retrieve", "rerank", "read", "cite", "total"}


def test_a_follow_up_is_found_and_read_as_it_was_understood(engine: Engine) -> None:
    first = engine.ask("Who was elected mayor of Brackwater?")
    turns = [Turn(question=first.question, answer=first.answer)]
    answer = engine.ask("When will she be sworn in?", history=turns)
    assert answer.question == "When will she be sworn in?"
    assert answer.standalone_question == "When will Ngozi Adeyemi-Hart be sworn in?"
    alone = engine.ask("When will Ngozi Adeyemi-Hart be sworn in?")
    assert alone.standalone_question is None
    assert (answer.answer, answer.confidence) == (alone.answer, alone.confidence)
    assert "May 19" in (answer.answer or "")


def test_earlier_turns_do_not_touch_a_question_that_stands_alone(engine: Engine) -> None:
    turns = [Turn(question="Who was elected mayor of Brackwater?", answer=None)]
    after, alone = engine.ask(PENTAGON, history=turns), engine.ask(PENTAGON)
    assert after.standalone_question is None
    assert after.answer == alone.answer


def test_whatever_rewrites_follow_ups_can_be_exchanged(engine: Engine) -> None:
    asked: list[Any] = []

    def rewrite(question: str, history: Any) -> str:
        asked.append((question, list(history)))
        return PENTAGON

    other = Engine(engine.corpus, engine._reranker, engine._reader, rewrite=rewrite)
    turn = Turn(question="Is it raining?", answer=None)
    assert other.ask("Why?", history=[turn]).standalone_question == PENTAGON
    assert other.ask("Why?").standalone_question is None  # there is nothing to rewrite it from
    assert asked == [("Why?", [turn])]


def test_the_passages_that_were_read_come_when_asked_for(engine: Engine) -> None:
    answer = engine.ask(PENTAGON, include_passages=True)
    assert answer.passages
    assert answer.citations[0].passage_id in {p.passage_id for p in answer.passages}
    for passage in answer.passages:
        article = engine.article(passage.article_id, passage.version)
        assert article.text[passage.start : passage.end] == passage.text


def test_the_same_question_gets_the_same_answer(engine: Engine) -> None:
    once, again = (
        engine.ask(PENTAGON).model_dump(exclude={"request_id", "timings_ms"}) for _ in "ab"
    )
    assert once == again


def test_filters_reach_the_answer(engine: Engine) -> None:
    answer = engine.ask(PENTAGON, filters=Filters(sources=["Orrin Business Ledger"]))
    assert not answer.answerable
    assert all(c.source == "Orrin Business Ledger" for c in answer.citations)


def test_the_answer_is_gone_when_its_article_is_excluded(engine: Engine) -> None:
    source = engine.ask(PENTAGON).citations[0].article_id
    without = Filters(excluded_article_ids=[source])
    answer = engine.ask(PENTAGON, filters=without, include_passages=True)
    assert not answer.answerable
    assert source not in {passage.article_id for passage in answer.passages or []}
    assert source not in {p.article_id for p in engine.search(PENTAGON, filters=without, limit=50)}
    assert engine.articles(filters=without).total == engine.articles().total - 1


def test_a_copy_is_quoted_as_its_own_and_does_not_name_the_excluded_one(
    settings: Settings,
) -> None:
    text, question = "The river Corrie rose four metres.", "How far did the river Corrie rise?"
    with open_engine(settings, "pytest") as opened:
        Pipeline(opened.corpus).run([delivery("first", text), delivery("copy", text)])
        (citation,) = opened.ask(question).citations
        assert {citation.article_id, *citation.syndicated_in} == {"first", "copy"}
        for hidden, left in (("first", "copy"), ("copy", "first")):
            without = Filters(excluded_article_ids=[hidden])
            (citation,) = opened.ask(question, filters=without).citations
            assert (citation.article_id, citation.syndicated_in) == (left, [])
        both = Filters(excluded_article_ids=["first", "copy"])
        assert not opened.ask(question, filters=both).answerable


def test_a_question_as_of_a_time_gets_the_answer_of_that_time(engine: Engine) -> None:
    question = "How many people died in the sinking of the Maren Elise?"
    then = engine.ask(question, as_of=datetime(2024, 11, 8, tzinfo=UTC))
    assert "17" in (engine.ask(question).answer or "")
    assert then.citations
    assert {(c.article_id, c.version) for c in then.citations} == {("cpa-20241107-maren-elise", 1)}
    assert "17" not in (then.answer or "")


def test_a_withdrawn_article_is_neither_quoted_nor_shown(engine: Engine) -> None:
    found = engine.search("antiques dealer arrested astrolabe Lavandier", limit=20)
    assert "vlm-20250306-astrolabe-arrest" not in {p.article_id for p in found}
    with pytest.raises(WithdrawnError, match="was withdrawn"):
        engine.article("vlm-20250306-astrolabe-arrest", 1)


def test_a_search_gives_as_many_as_it_is_asked_for(engine: Engine) -> None:
    assert len(engine.search("ferry", limit=3)) == 3
    many = engine.search("ferry", limit=40)
    assert len(many) == 40
    assert len({p.passage_id for p in many}) == 40


def test_unknown_articles_and_versions_are_not_found(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="no article 'ghost'"):
        engine.article("ghost")
    with pytest.raises(NotFoundError, match="version 9"):
        engine.article("cpa-20251125-venezuela-talks", 9)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "withheld"}, "is withheld by its publisher"),
        ({"embargoed_until": datetime.now(UTC) + timedelta(days=1)}, "is under embargo until 2"),
        ({"expires_at": day(1)}, "has expired"),
    ],
)
def test_what_may_not_be_shown_now_is_refused_with_the_reason(
    settings: Settings, fields: dict[str, Any], said: str
) -> None:
    with open_engine(settings, "pytest") as opened:
        Pipeline(opened.corpus).run([delivery("a", "The river rose.", **fields)])
        with pytest.raises(HiddenError, match=said):
            opened.article("a")
        assert opened.search("river") == []
        assert not opened.ask("Did the river rise?").answerable
        assert opened.articles().total == 0


def test_an_empty_corpus_answers_that_it_holds_nothing(settings: Settings) -> None:
    with open_engine(settings, "pytest") as opened:
        answer = opened.ask(PENTAGON)
        assert (answer.answerable, answer.answer, answer.confidence) == (False, None, 0.0)
        (note,) = answer.notes
        assert "newscite ingest puts articles into it" in note
        assert opened.status().articles == 0


def test_filters_that_no_article_passes_are_told_from_an_empty_corpus(engine: Engine) -> None:
    nobody = engine.ask(PENTAGON, filters=Filters(sources=["The Nobody Times"]))
    assert nobody.notes == ["No article is of the source “The Nobody Times”."]
    long_ago = engine.ask(PENTAGON, as_of=datetime(1900, 1, 1, tzinfo=UTC))
    assert long_ago.notes == ["No article is from 1 January 1900 or before."]
    assert not nobody.answerable
    assert not long_ago.answerable


def test_of_several_filters_those_are_named_that_leave_no_article(engine: Engine) -> None:
    later = datetime(2100, 1, 1, tzinfo=UTC)
    filters = Filters(sources=["Brackwater Sentinel"], languages=["xx", "yy"], after=later)
    (note,) = engine.ask(PENTAGON, filters=filters).notes
    assert note == (
        "No article is published on 1 January 2100 or later, and none is in the language “xx” or "
        "“yy”."
    )


def test_where_each_filter_leaves_articles_all_of_them_are_named(engine: Engine) -> None:
    (venezuela,) = engine.ask(PENTAGON).citations
    filters = Filters(sources=["Brackwater Sentinel"], article_ids=[venezuela.article_id])
    (note,) = engine.ask(PENTAGON, filters=filters).notes
    assert note == (
        "No article is of the source “Brackwater Sentinel”, and also one of those that were named."
    )


@pytest.mark.parametrize("question", ["???", "🔥🔥", "…!"])
def test_what_has_no_words_is_declined_for_it(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert (answer.answerable, answer.confidence) == (False, 0.0)
    assert answer.notes == ["The question has no words."]


def test_another_llamaindex_reranker_serves(settings: Settings) -> None:
    spec = {
        "class": "llama_index.core.postprocessor.SimilarityPostprocessor",
        "similarity_cutoff": 0.0,
    }
    with open_engine(settings.model_copy(update={"reranker": spec}), "pytest") as opened:
        Pipeline(opened.corpus).run([delivery("a", "The river Corrie rose four metres.")])
        answer = opened.ask("How far did the river Corrie rise?")
        assert answer.answer == "The river Corrie rose four metres. [1]"
        assert answer.model["reranker"] == "SimilarityPostprocessor"


def test_the_status_counts_what_may_be_seen(engine: Engine) -> None:
    status = engine.status()
    assert status.articles == engine.articles(limit=200).total == 30
    assert engine.articles(status=PubStatus.CANCELED).total == 1
    assert status.passages == engine.corpus.vectors.count()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("x" * 2001, "has 2,001 characters"),
        ("x" * 100_000, "100,000"),
    ],
)
def test_a_question_of_the_wrong_length_is_refused(
    engine: Engine, question: str, said: str
) -> None:
    for ask in (engine.ask, engine.search, checked_question):
        with pytest.raises(UsageError, match=said):
            ask(question)


@pytest.mark.slow
def test_a_question_of_2000_characters_is_asked(engine: Engine) -> None:
    engine.ask(("Why? " * 400).strip().ljust(2000, "?"))
