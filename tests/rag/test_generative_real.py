"""Answers written by a real language model, see `llama_cpp_server`.

It is small and writes badly, which is the point: most of what it says is left out. So these tests
hold on to what is promised of every answer, and to nothing that the model says.
"""

import pytest
from llama_cpp_server import MODEL

from rag.engine import Engine
from rag.events import PassagesRead, SentenceReady, Trace
from rag.settings import Settings
from rag.types import Answer, Filters
from rag.writing import make_writer

pytestmark = pytest.mark.slow

QUESTIONS = [
    "How did the thieves get into the museum?",
    "What justification did the Pentagon give?",
    "How much will the Alder Street Bridge cost?",
]


@pytest.fixture(scope="module")
def writing(engine: Engine, small_model: str) -> Engine:
    """The sample corpus, and a model that has as much time as it needs."""
    settings = Settings(llm_base_url=f"{small_model}/v1", llm_model=MODEL, llm_timeout_s=300)
    return Engine(engine.corpus, engine._reranker, engine._reader, make_writer(settings))


def _holds(engine: Engine, answer: Answer) -> None:
    for citation in answer.citations:
        text = engine.article(citation.article_id, citation.version).text
        assert text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert sentence.citations
        assert max(sentence.citations) <= len(answer.citations)
        if answer.mode == "extractive":
            assert sentence.text == answer.citations[sentence.citations[0] - 1].quote


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_a_real_model_writes_the_answer_is_verified(
    writing: Engine, question: str
) -> None:
    source = writing.ask(question).citations[0].article_id  # one article: it reads slowly
    events = list(
        writing.stream(question, mode="generative", filters=Filters(article_ids=[source]))
    )
    assert isinstance(events[0], PassagesRead)
    assert isinstance(events[-1], Trace)
    answer = events[-1].answer
    assert answer.answerable
    _holds(writing, answer)
    told = [event.sentence for event in events if isinstance(event, SentenceReady)]
    assert told == answer.sentences
    assert (answer.mode == "generative") is ("llm" in answer.model)
    assert answer.mode == "generative" or answer.notes


def test_a_real_model_that_is_too_slow_is_stopped_in_time(engine: Engine, small_model: str) -> None:
    settings = Settings(llm_base_url=f"{small_model}/v1", llm_model=MODEL, llm_timeout_s=0.05)
    hurried = Engine(engine.corpus, engine._reranker, engine._reader, make_writer(settings))
    answer = hurried.ask(QUESTIONS[0], mode="generative")
    assert (answer.mode, answer.answerable) == ("extractive", True)
    assert any("language model" in note for note in answer.notes)
    _holds(hurried, answer)
