"""A question that was answered is answered from memory until something changes what may be seen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_news import ARTICLES

from ingest.pipeline import Pipeline
from ingest.sources import Delivered
from rag import present
from rag.engine import Engine, open_engine
from rag.settings import Settings
from rag.types import Answer, Article, Filters, PubStatus, Turn

QUESTION = "When will tram line 5 open?"
TRAM = next(one for one in ARTICLES if one["id"] == "tram")
OTHER = next(one for one in ARTICLES if one["id"] == "seals")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine over one article."""
    with open_engine(Settings(data_dir=tmp_path), "pytest") as opened:
        deliver(opened, TRAM)
        yield opened


def deliver(engine: Engine, *articles: dict[str, object]) -> None:
    found = (Delivered(Article.model_validate(one), str(one["id"])) for one in articles)
    assert Pipeline(engine.corpus).run(found).quarantined == 0


def remembered(answer: Answer) -> bool:
    return "cache" in answer.timings_ms


def told(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"request_id", "timings_ms"})


def test_the_same_question_gets_the_same_answer_without_a_model(engine: Engine) -> None:
    first, again = engine.trace(QUESTION), engine.trace(QUESTION)
    assert told(first.answer) == told(again.answer)
    assert (remembered(first.answer), remembered(again.answer)) == (False, True)
    assert (first.usage.model_runs > 0, again.usage.model_runs) == (True, 0)
    assert first.answer.request_id != again.answer.request_id


def test_a_stream_tells_the_same_from_memory(engine: Engine) -> None:
    *first, _ = engine.stream(QUESTION)
    *again, trace = engine.stream(QUESTION)
    assert first == again
    assert remembered(trace.answer)  # type: ignore[union-attr]


def test_what_is_asked_otherwise_is_another_question(engine: Engine) -> None:
    engine.ask(QUESTION)
    turn = Turn(question="How many stops has tram line 5?", answer="It has 14 stops.")
    others = [
        engine.ask("When will tram line 5 be opened?"),
        engine.ask(QUESTION, filters=Filters(sources=["Herald"])),
        engine.ask(QUESTION, as_of=datetime(2026, 3, 1, tzinfo=UTC)),
        engine.ask(QUESTION, max_citations=1),
        engine.ask(QUESTION, history=[turn]),
    ]
    assert not any(map(remembered, others))


def test_an_answer_is_forgotten_when_an_article_comes(engine: Engine) -> None:
    engine.ask(QUESTION)
    deliver(engine, OTHER)
    assert not remembered(engine.ask(QUESTION))


def test_an_answer_is_forgotten_when_its_article_is_withdrawn(engine: Engine) -> None:
    assert engine.ask(QUESTION).answerable
    engine.corpus.withdraw("tram")
    answer = engine.ask(QUESTION)
    assert (answer.answerable, remembered(answer)) == (False, False)


def test_an_answer_is_forgotten_when_its_article_is_withheld(engine: Engine) -> None:
    assert engine.ask(QUESTION).answerable
    engine.corpus.set_status("tram", PubStatus.WITHHELD)
    assert not engine.ask(QUESTION).answerable


@pytest.mark.parametrize(("field", "answered"), [("embargoed_until", True), ("expires_at", False)])
def test_an_answer_is_forgotten_when_an_embargo_or_an_expiry_passes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, field: str, answered: bool
) -> None:
    now = present.now()
    deliver(engine, TRAM | {field: (now + timedelta(hours=1)).isoformat()})
    before = engine.ask(QUESTION)
    assert (before.answerable, remembered(engine.ask(QUESTION))) == (not answered, True)
    monkeypatch.setattr(present, "now", lambda: now + timedelta(hours=2))
    after = engine.ask(QUESTION)
    assert (after.answerable, remembered(after)) == (answered, False)


def test_what_changed_while_it_was_answered_is_not_kept(engine: Engine) -> None:
    answering = engine.stream(QUESTION)
    next(answering)
    deliver(engine, OTHER)
    list(answering)
    assert not remembered(engine.ask(QUESTION))


def test_as_many_answers_are_kept_as_are_wanted(tmp_path: Path) -> None:
    with open_engine(Settings(data_dir=tmp_path, answer_cache=1), "pytest") as engine:
        deliver(engine, TRAM)
        engine.ask(QUESTION)
        engine.ask("How many stops has tram line 5?")
        assert not remembered(engine.ask(QUESTION))


def test_no_answer_is_kept_where_none_is_wanted(tmp_path: Path) -> None:
    with open_engine(Settings(data_dir=tmp_path, answer_cache=0), "pytest") as engine:
        deliver(engine, TRAM)
        engine.ask(QUESTION)
        assert not remembered(engine.ask(QUESTION))
