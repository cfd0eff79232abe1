"""The local engine as a system under test: names of articles, calls, and texts."""

from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import gold, refusal

from eval.systems import LocalEngine
from rag.errors import NotFoundError
from rag.types import ArticleSummary, PubStatus


def summary(name: str, title: str, url: str | None = None) -> ArticleSummary:
    return ArticleSummary(
        id=name,
        version=1,
        status=PubStatus.USABLE,
        title=title,
        source=None,
        url=url,
        published_at=None,
        updated_at=None,
        versions=1,
    )


ARTICLES = [
    summary("a", "Talks open", "https://www.example.org//wiki/Caf%C3%A9_talks/#top"),
    summary("b", "Vote  Today"),
    summary("c", "Vote today", "https://example.org/vote?id=1"),
    summary("Talks open", "Another"),
]


class FakeEngine:
    """Pages of two articles; notes what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def ask(self, question: str, **options: Any) -> Any:
        self.calls.append((question, options))
        return refusal()

    def search(self, query: str, **options: Any) -> list[Any]:
        self.calls.append((query, options))
        return []

    def article(self, article_id: str, version: int | None = None) -> Any:
        if (article_id, version) != ("a", 1):
            raise NotFoundError("there is no such article")
        return SimpleNamespace(text="the text")

    def articles(self, *, cursor: str | None = None, limit: int) -> Any:
        start = int(cursor or 0)
        more = str(start + 2) if start + 2 < len(ARTICLES) else None
        return SimpleNamespace(articles=ARTICLES[start : start + 2], next_cursor=more)

    def status(self) -> Any:
        return SimpleNamespace(model_dump=lambda mode: {"articles": 4, "mode": mode})


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def system(engine: FakeEngine) -> LocalEngine:
    made = LocalEngine(engine)  # type: ignore[arg-type]
    engine.calls.clear()
    return made


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("a", {"a"}),
        ("https://www.example.org//wiki/Caf%C3%A9_talks/#top", {"a"}),
        ("http://example.org/wiki/Café_talks", {"a"}),
        ("https://example.org/vote?id=1", {"c"}),
        ("https://example.org/vote?id=2", set()),
        ("vote today", {"b", "c"}),
        ("Talks open", {"Talks open"}),
        ("talks open", {"a"}),
        ("An [unclosed title", set()),
        ("http://[broken", set()),
    ],
)
def test_evidence_is_found_by_id_then_url_then_title(
    system: LocalEngine, name: str, ids: set[str]
) -> None:
    assert system.resolve(name) == ids


def test_a_question_is_asked_with_its_filters_and_moment(
    system: LocalEngine, engine: FakeEngine
) -> None:
    question = gold(filters={"sources": ["Gazette"]}, as_of="2024-05-01")
    system.ask(question)
    system.rank(question)
    asked, searched = engine.calls
    for text, options in (asked, searched):
        assert text == question.question
        assert options["filters"].sources == ["Gazette"]
        assert options["as_of"] == question.as_of
    assert asked[1]["include_passages"] is True
    assert searched[1]["limit"] == 30


def test_an_article_that_is_not_there_has_no_text(system: LocalEngine) -> None:
    assert system.text("a", 1) == "the text"
    assert system.text("a", 2) is None


def test_an_engine_that_fails_at_first_is_left_to_the_gold_questions() -> None:
    class Failing(FakeEngine):
        def ask(self, question: str, **options: Any) -> Any:
            raise OSError("no models")

    assert LocalEngine(Failing()).corpus() == {"articles": 4, "mode": "json"}  # type: ignore[arg-type]
