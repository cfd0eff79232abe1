"""The story behind a question: its articles in order, others left out, and its coverage."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import Delivered
from rag import present
from rag.engine import Engine, open_engine
from rag.errors import UsageError
from rag.settings import Settings
from rag.types import Article, Filters

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
QUESTION = "How many people died when the ferry Anna Brekke sank off Kvalen?"
_FIRST = (
    "Nine people died when the ferry Anna Brekke sank off Kvalen early on Tuesday, the police "
    "said.\n\nThe ferry was on its way to Hansnes with 46 people on board. A storm had been "
    "forecast for the strait, and two other ferries had stayed in port that night."
)
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "late",
        "title": "Ferry inquiry blames open bow door",
        "published_at": "2026-03-19T09:00:00Z",
        "text": "An open bow door let the water into the ferry Anna Brekke, which sank off Kvalen "
        "with the loss of eleven lives, an inquiry found on Thursday.",
    },
    {
        "id": "first",
        "title": "Nine dead as ferry sinks off Kvalen",
        "source": "Post",
        "published_at": "2026-03-03T09:00:00Z",
        "text": _FIRST,
    },
    {
        "id": "copy",
        "title": "Nine dead as ferry sinks off Kvalen",
        "source": "Courier",
        "published_at": "2026-03-03T11:00:00Z",
        "text": _FIRST,
    },
    {
        "id": "toll",
        "title": "Ferry death toll rises to eleven",
        "published_at": "2026-03-05T09:00:00Z",
        "text": "Eleven people died in the sinking of the ferry Anna Brekke, police said on Thursday, "
        "after divers found two more bodies.\n\nThe ship sank off Kvalen on Tuesday.",
    },
    {
        "id": "undated",
        "title": "Ferry Anna Brekke raised",
        "text": "Two cranes have raised the wreck of the Anna Brekke from a depth of sixty metres. "
        "The ferry, on which eleven people died off Kvalen, will be towed to a yard in Hansnes.",
    },
    {
        "id": "secret",
        "title": "Ferry master of the Anna Brekke charged",
        "published_at": "2026-03-18T09:00:00Z",
        "embargoed_until": "2026-03-25T09:00:00Z",
        "text": "The master of the ferry Anna Brekke, which sank off Kvalen, is to be charged with "
        "the death of eleven people.",
    },
    {
        "id": "killed",
        "title": "Ferry owner of the Anna Brekke sold",
        "published_at": "2026-03-17T09:00:00Z",
        "status": "canceled",
        "text": "The owner of the ferry Anna Brekke, which sank off Kvalen, was sold.",
    },
    {
        "id": "named",
        "title": "Kvalen council meets",
        "published_at": "2026-03-10T09:00:00Z",
        "text": "The council of Kvalen voted for a new school roof. Its members also held a minute "
        "of silence for the dead of the Anna Brekke. The roof will cost two million crowns.",
    },
    {
        "id": "other-ferry",
        "title": "Four dead as ferry sinks off Torvik",
        "published_at": "2026-03-06T09:00:00Z",
        "text": "Four people died when the ferry Olga sank off Torvik on Friday, the police said.",
    },
    {
        "id": "tram",
        "title": "Tram line 5 opens in May",
        "published_at": "2026-03-04T09:00:00Z",
        "text": "Tram line 5 will open on 12 May, the city council of Lindby said on Sunday.",
    },
]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over ARTICLES, on 20 March 2026."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(present, "now", lambda: NOW)
        with open_engine(Settings(data_dir=tmp_path_factory.mktemp("story")), "pytest") as engine:
            Pipeline(engine.corpus).run(Delivered(Article(**one), one["id"]) for one in ARTICLES)
            yield engine


def test_the_articles_of_a_story_are_told_in_the_order_of_their_publication(story: Engine) -> None:
    told = story.timeline(QUESTION).articles
    assert [one.article_id for one in told] == ["first", "toll", "late", "undated"]
    assert [one.copies for one in told] == [1, 0, 0, 0]


def test_each_is_quoted_to_the_character(story: Engine) -> None:
    for one in story.timeline(QUESTION).articles:
        assert story.article(one.article_id, one.version).text[one.start : one.end] == one.quote
        assert "ferry" in one.quote


def test_the_nearest_are_told_if_there_are_too_many(story: Engine) -> None:
    (told,) = story.timeline(QUESTION, limit=1).articles
    assert told.article_id in ("first", "toll"), "both say how many died"
    assert story.timeline(QUESTION, limit=1).coverage == story.timeline(QUESTION).coverage


def test_coverage_counts_all_that_name_what_the_question_names_copies_too(story: Engine) -> None:
    told = story.timeline(QUESTION)
    assert told.coverage.names == ["Anna", "Brekke", "Kvalen"]
    assert told.coverage.interval == "week"
    weeks = [(bucket.start.day, bucket.articles) for bucket in told.coverage.buckets]
    assert weeks == [(2, 3), (9, 1), (16, 1)], "the first with its copy, the toll; named; late"
    assert told.undated == 1


def test_a_question_without_names_counts_the_articles_of_the_story(story: Engine) -> None:
    told = story.timeline("how many people died when the ferry sank?")
    assert told.coverage.names == []
    assert {"first", "toll"} <= {one.article_id for one in told.articles}
    assert sum(b.articles for b in told.coverage.buckets) == sum(
        1 + one.copies for one in told.articles if one.published_at
    )
    assert told.undated == 1


def test_what_is_seen_is_what_the_question_may_see(story: Engine) -> None:
    early = story.timeline(QUESTION, as_of=datetime(2026, 3, 4, tzinfo=UTC))
    assert {"toll", "late"}.isdisjoint(one.article_id for one in early.articles)
    only = story.timeline(QUESTION, filters=Filters(sources=["Courier"]))
    assert [(one.article_id, one.copies) for one in only.articles] == [("copy", 0)]
    assert [bucket.articles for bucket in only.coverage.buckets] == [1]
    dated = story.timeline(QUESTION, filters=Filters(after=NOW - timedelta(days=2)))
    assert [one.article_id for one in dated.articles] == ["late"]
    assert dated.undated == 0


@pytest.mark.parametrize(
    "question", ["How do I bake sourdough bread at home?", "?!", "\N{HOT BEVERAGE}"]
)
def test_what_no_article_is_about_has_no_story(story: Engine, question: str) -> None:
    told = story.timeline(question)
    assert (told.articles, told.coverage.buckets, told.undated) == ([], [], 0)


def test_an_empty_question_is_refused(story: Engine) -> None:
    with pytest.raises(UsageError):
        story.timeline(" ")
