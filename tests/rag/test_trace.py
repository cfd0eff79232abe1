"""A trace tells how an answer came about, and what it took."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from builders import delivery

from ingest.pipeline import Pipeline
from rag.bundled_embedding import BundledEmbedding
from rag.engine import Engine, Trace, open_engine
from rag.errors import UsageError
from rag.reranking import CrossEncoder
from rag.settings import Settings
from rag.usage import Usage, metered

PENTAGON = "What justification did the Pentagon give?"
FERRY = "How many people died in the sinking of the Maren Elise?"
UNANSWERED = "Who won the chess olympiad in Budapest?"
OWN = {"request_id", "timings_ms"}


@pytest.mark.parametrize("question", [PENTAGON, FERRY, UNANSWERED])
def test_a_trace_holds_the_answer_that_ask_gives(engine: Engine, question: str) -> None:
    asked = engine.ask(question, max_citations=2)
    assert engine.trace(question, max_citations=2).answer.model_dump(exclude=OWN) == (
        asked.model_dump(exclude=OWN)
    )


def test_the_answer_does_not_depend_on_how_much_is_told(engine: Engine) -> None:
    traces = [engine.trace(FERRY, ranked=ranked) for ranked in (0, 1, 20, 50, 51, 200)]
    answers = [trace.answer.model_dump(exclude=OWN) for trace in traces]
    assert all(answer == answers[0] for answer in answers)
    longest = [p.passage_id for p in traces[-1].ranked]
    for trace, ranked in zip(traces, (0, 1, 20, 50, 51, 200), strict=True):
        assert [p.passage_id for p in trace.ranked] == longest[:ranked]
        assert (trace.read, trace.usage) == (traces[0].read, traces[0].usage)


def test_a_trace_ranks_as_search_does(engine: Engine) -> None:
    trace = engine.trace(FERRY)
    assert trace.ranked == engine.search(FERRY, limit=30)
    assert len(trace.ranked) == 30
    read = {p.passage_id for p in trace.ranked[: trace.read]}
    assert {c.passage_id for c in trace.answer.citations} <= read


def test_fewer_passages_than_the_reader_would_read_are_all_read(settings: Settings) -> None:
    with open_engine(settings, "pytest") as opened:
        assert opened.trace(PENTAGON).read == 0
        Pipeline(opened.corpus).run([delivery("a", "The river Corrie rose four metres.")])
        trace = opened.trace("How far did the river Corrie rise?")
        assert (len(trace.ranked), trace.read) == (1, 1)
        # The question's vector; the passage, which is read once; and its sentence by itself and
        # with the one before it, where there is one.
        assert trace.usage.model_runs == 4


def test_usage_counts_runs_and_tokens(bge: BundledEmbedding, cross_encoder: CrossEncoder) -> None:
    with metered() as meter:
        assert meter.usage() == Usage(model_runs=0, tokens=0)
        bge.get_text_embedding("It rained.")  # [CLS] it rained . [SEP]
        assert meter.usage() == Usage(model_runs=1, tokens=5)
        cross_encoder.scores("Rain?", ["It rained.", "rain " * 1000])
    # [CLS] rain ? [SEP] it rained . [SEP], and a pair that is cut to 512.
    assert meter.usage() == Usage(model_runs=3, tokens=5 + 8 + 512)
    bge.get_text_embedding("It rained.")
    assert meter.usage().model_runs == 3


def test_usage_counts_its_own_question_only(engine: Engine) -> None:
    questions = [PENTAGON, FERRY, UNANSWERED, "ferry"]
    alone = [engine.trace(question).usage for question in questions]
    together = Barrier(len(questions))

    def ask(question: str) -> Trace:
        together.wait(timeout=60)
        return engine.trace(question)

    with ThreadPoolExecutor(len(questions)) as threads:
        assert [trace.usage for trace in threads.map(ask, questions)] == alone
    assert len({usage.tokens for usage in alone}) == len(questions)


def test_a_trace_of_no_question_is_refused(engine: Engine) -> None:
    with pytest.raises(UsageError, match="is empty"):
        engine.trace(" ")
