"""The local engine, as a system under test and as the reference corpus."""

from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import gold, passage

from eval.systems.local import LocalCorpus, LocalEngine
from rag.errors import NotFoundError
from rag.types import Answer, ArticleSummary, PubStatus


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

    def ask(self, question: str) -> None:
        """The loading of the models."""

    def trace(self, question: str, **options: Any) -> Any:
        self.calls.append((question, options))
        said = Answer(question=question, answerable=False, answer=None, confidence=0.2)
        usage = SimpleNamespace(model_runs=7, tokens=300)
        return SimpleNamespace(answer=said, ranked=[passage("strike")], read=1, usage=usage)

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

    def fingerprint(self) -> str:
        return "f"

    def model_hashes(self) -> dict[str, str]:
        return {"embedding": "e"}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def corpus(engine: FakeEngine) -> LocalCorpus:
    return LocalCorpus(engine)  # type: ignore[arg-type]


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
    corpus: LocalCorpus, name: str, ids: set[str]
) -> None:
    assert corpus.resolve(name) == ids


def test_a_question_is_asked_with_its_filters_and_moment(engine: FakeEngine) -> None:
    question = gold(filters={"sources": ["Gazette"]}, as_of="2024-05-01")
    reply = LocalEngine(engine).ask(question)  # type: ignore[arg-type]
    ((text, options),) = engine.calls
    assert text == question.question
    assert options["filters"].sources == ["Gazette"]
    assert options["as_of"] == question.as_of
    assert options["ranked"] == 30
    assert (reply.answerable, reply.confidence, reply.read) == (False, 0.2, 1)
    assert (reply.model_runs, reply.tokens) == (7, 300)
    assert [passage.article_id for passage in reply.passages] == ["strike"]


def test_an_article_that_is_not_there_has_no_text(corpus: LocalCorpus) -> None:
    assert corpus.text("a", 1) == "the text"
    assert corpus.text("a", 2) is None


def test_the_corpus_and_the_models_are_told_by_their_hashes(
    corpus: LocalCorpus, engine: FakeEngine
) -> None:
    assert corpus.describe() == {"articles": 4, "mode": "json", "fingerprint": "f"}
    assert LocalEngine(engine).config()["models"] == {"embedding": "e"}  # type: ignore[arg-type]


def test_an_engine_that_fails_at_first_is_left_to_the_gold_questions() -> None:
    class Failing(FakeEngine):
        def ask(self, question: str) -> None:
            raise OSError("no models")

    LocalEngine(Failing())  # type: ignore[arg-type]
