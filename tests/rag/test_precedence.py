"""Passages of an ingest wait while a question is being answered, and never for long."""

import threading
from typing import Any

import pytest

from rag.bundled_embedding import BundledEmbedding
from rag.engine import Engine
from rag.onnx import OnnxSession
from rag.precedence import Precedence

LONG_S = 60.0


def test_other_work_goes_on_when_nothing_urgent_is_under_way() -> None:
    precedence = Precedence(LONG_S)
    assert precedence.give_way()
    with precedence.first():
        pass
    assert precedence.give_way()


def test_other_work_waits_for_all_that_is_urgent() -> None:
    precedence, went_on = Precedence(LONG_S), threading.Event()

    def other() -> None:
        precedence.give_way()
        went_on.set()

    with precedence.first():
        with precedence.first():
            thread = threading.Thread(target=other)
            thread.start()
        assert not went_on.wait(0.1)
    assert went_on.wait(LONG_S)
    thread.join()


def test_other_work_waits_for_a_while_at_most() -> None:
    precedence = Precedence(0.01)
    with precedence.first():
        assert not precedence.give_way()


def test_passages_give_way_and_a_question_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Noted(Precedence):
        def give_way(self) -> bool:
            asked.append("give way")
            return super().give_way()

    monkeypatch.setattr("rag.bundled_embedding.QUESTIONS", Noted(0.01))
    model = BundledEmbedding()
    model.get_query_embedding("Who won?")
    assert asked == []
    model.get_text_embedding_batch(["One.", "Two.", "Three."])
    assert len(asked) == 3


def test_a_question_has_precedence_while_models_read_for_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    precedence, idle = Precedence(0.0), list[bool]()
    monkeypatch.setattr("rag.answering.QUESTIONS", precedence)
    monkeypatch.setattr("rag.engine.QUESTIONS", precedence)
    forward = OnnxSession._forward

    def noting(self: OnnxSession, encoding: Any) -> Any:
        idle.append(precedence.give_way())
        return forward(self, encoding)

    monkeypatch.setattr(OnnxSession, "_forward", noting)
    engine.ask("How many boats did the storm sink?")
    engine.search("boats in the storm")
    assert idle, "models have run"
    assert not any(idle)
    assert precedence.give_way()
