"""Generative answers: whatever the model says and does, only what an article says gets through.

The model is scripted here, because no real one says these things on demand; a real one is asked in
`test_generative_real.py`.
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import scripted_llm
from builders import day, delivery
from hypothesis import given
from hypothesis import strategies as st
from scripted_llm import ScriptedModel

from ingest.pipeline import Pipeline
from rag.engine import Engine, open_engine
from rag.events import PassagesRead, SentenceReady, Trace
from rag.settings import Settings
from rag.types import Answer
from rag.writing import make_writer

BRIDGE = (
    "MARDEN — The new bridge over the Marden river opened on Tuesday after four years of work.\n\n"
    "The bridge was designed by the engineer Ilse Brandt. It cost 38 million dollars, the county "
    "said. About 2,000 people came to the opening, although it rained.\n\n"
    "Police say that a contractor allegedly stole 12 tonnes of steel. “It is a proud day,” said "
    "the county's head, Tomas Vale. The old bridge was not demolished."
)
TUNNEL = "A tunnel under the Marden river, which Ove Lind designed, opened in 1987. It is 900 metres long."
QUESTION = "Who designed the new bridge over the Marden river?"
COST = "What did the new Marden bridge cost?"
QUOTED = "The bridge was designed by the engineer Ilse Brandt."


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_llm.serving() as served:
        yield served


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Engine]:
    """Asks the scripted model, with a time limit that no test reaches."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("generative"), **_asking(model.url, 60))
    with open_engine(settings, "pytest") as opened:
        Pipeline(opened.corpus).run(
            delivery(name, text, title=title, published_at=day(4, month=3))
            for name, title, text in (
                ("bridge", "Marden bridge opens", BRIDGE),
                ("tunnel", "The tunnel at Marden", TUNNEL),
            )
        )
        yield opened


def _asking(url: str, timeout_s: float) -> dict[str, Any]:
    return {"llm_base_url": url, "llm_model": scripted_llm.MODEL, "llm_timeout_s": timeout_s}


def _with_writer(engine: Engine, url: str, timeout_s: float) -> Engine:
    """An engine over the same corpus that asks another model."""
    writer = make_writer(Settings(**_asking(url, timeout_s)))
    return Engine(engine.corpus, engine._reranker, engine._reader, writer)


def _holds(engine: Engine, answer: Answer) -> None:
    """What is promised of every answer."""
    numbers = {citation.number for citation in answer.citations}
    for citation in answer.citations:
        text = engine.article(citation.article_id, citation.version).text
        assert text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert sentence.citations
        assert set(sentence.citations) <= numbers
    assert bool(answer.sentences) is answer.answerable


def _ask(engine: Engine, question: str = QUESTION) -> Answer:
    answer = engine.ask(question, mode="generative")
    _holds(engine, answer)
    return answer


def _number_of(model: ScriptedModel, words: str) -> int:
    """The number of the passage that holds these words, in what the model was sent last."""
    passages = model.requests[-1]["messages"][-1]["content"].split("<passage number=")[1:]
    return next(n for n, passage in enumerate(passages, start=1) if words in passage)


def test_a_supported_sentence_is_given_with_the_span_that_says_so(
    engine: Engine, model: ScriptedModel
) -> None:
    model.says("Ilse ", "Brandt designed", " the bridge [1].")
    answer = _ask(engine)
    assert answer.mode == "generative"
    assert answer.answer == "Ilse Brandt designed the bridge. [1]"
    assert [citation.quote for citation in answer.citations] == [QUOTED]
    assert answer.model["llm"] == scripted_llm.MODEL
    assert answer.notes == []
    assert "write" in answer.timings_ms


def test_the_model_is_shown_numbered_passages_and_the_question(
    engine: Engine, model: ScriptedModel
) -> None:
    model.says("Ilse Brandt designed the bridge [1].")
    _ask(engine)
    body = model.requests[-1]
    rules, asked = (message["content"] for message in body["messages"])
    assert (body["model"], body["temperature"], body["stream"]) == (scripted_llm.MODEL, 0, True)
    assert "square brackets" in rules
    assert '<passage number="1">' in asked
    assert QUOTED in asked
    assert asked.endswith(f"Question: {QUESTION}")


@pytest.mark.parametrize(
    "said",
    [
        "Ilse Brandt designed the bridge.[1]",
        "[1] Ilse Brandt designed the bridge.",
        "Ilse Brandt designed the bridge. [1]",
        "Ilse Brandt designed the bridge [1, 2].",
        "Ilse Brandt designed the bridge [1][2].",
        "Ilse Brandt designed the bridge [1-2].",
        "Ilse Brandt designed the bridge [passage 1].",
        "Ilse Brandt designed the bridge【1】.",
        "<think>The passage [2] says Goofy did.</think>\n\nIlse Brandt designed the bridge [1].",
        "Goofy, I think.</think>Ilse Brandt designed the bridge [1].",
        "**Answer:** Ilse Brandt designed the *bridge* [1].",
        "- Ilse Brandt designed the bridge [1].\n",
        "1. Ilse Brandt designed the bridge [1].",
        "According to passage 1, Ilse Brandt designed the bridge [1].",
        "Ilse Brandt designed the [bridge](https://evil.example/x) [1].",
    ],
)
def test_the_form_that_a_model_chooses_does_not_matter(
    engine: Engine, model: ScriptedModel, said: str
) -> None:
    model.says(*said)
    assert _ask(engine).answer == "Ilse Brandt designed the bridge. [1]"


@pytest.mark.parametrize("cited", ["", "[9]", "[0]", "[2]", "[1][2]"])
def test_a_citation_that_is_missing_or_wrong_is_repaired(
    engine: Engine, model: ScriptedModel, cited: str
) -> None:
    """The tunnel's passage is the second."""
    model.says(f"Ilse Brandt designed the bridge {cited}.")
    answer = _ask(engine)
    assert [citation.quote for citation in answer.citations] == [QUOTED]
    assert _number_of(model, QUOTED) == 1
    assert bool(answer.notes) is (cited != "[1][2]")
    assert all("1 sentence was given another citation" in note for note in answer.notes)


@pytest.mark.parametrize(
    "false",
    [
        "Mickey Mouse designed the bridge [1].",
        "The bridge cost 39 million dollars, the county said [1].",
        "The bridge cost 38 million euros, the county said [1].",
        "The bridge cost €38 million, the county said [1].",
        "The bridge opened on Wednesday [1].",
        "The bridge opened on 5 March 1999 [1].",
        "“It is a sad day,” said Tomas Vale [1].",
        '"A proud day for Marden," said Tomas Vale [1].',
        "The new bridge did not open on Tuesday [1].",
        "The old bridge was demolished [1].",
        "The bridge cost 38 million dollars [1].",
        "A contractor stole 12 tonnes of steel [1].",
        "Police say that a contractor stole 12 tonnes of steel [1].",
        "2,000 people came to the opening [1].",
        "More than 2,000 people came to the opening [1].",
        "The new bridge closed on Tuesday after four years of work [1].",
        "The new bridge opened on Tuesday before four years of work [1].",
        "The bridge was designed by the engineer Ilse Brandt and painted by schoolchildren [1].",
        "Ove Lind designed the new bridge [2].",
        "Visit https://evil.example/win for the bridge designed by the engineer Ilse Brandt [1].",
        "System: the bridge was designed by the engineer Ilse Brandt [1].",
        "<b>The bridge was designed by the engineer Ilse Brandt</b> [1].",
        '{"answer": "The bridge was designed by the engineer Ilse Brandt [1]"}',
        "The bridge was designed by the",
    ],
)
def test_what_no_passage_says_is_left_out(engine: Engine, model: ScriptedModel, false: str) -> None:
    model.says(f"Ilse Brandt designed the bridge [1]. {false}")
    answer = _ask(engine)
    assert answer.answer == "Ilse Brandt designed the bridge. [1]"
    assert answer.mode == "generative"
    assert any("1 sentence was left out" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("question", "true"),
    [
        (COST, "The bridge cost $38 million, according to the county [1]."),
        (COST, "According to the county, it cost 38 million dollars [1]."),
        (COST, "The county said that it cost 38 million dollars [1]."),
        ("How many people came to the opening?", "About 2000 people came to the opening [1]."),
        ("What did police say a contractor stole?",
         "Police say that a contractor allegedly stole 12 tonnes of steel [1]."),
        ("What did Tomas Vale say?", "“It is a proud day,” said Tomas Vale [1]."),
        ("Was the old bridge demolished?", "The old bridge was not demolished [1]."),
        ("When did the new bridge over the Marden open?",
         "After four years of work, the new bridge over the Marden opened on Tuesday [1]."),
    ],
)  # fmt: skip
def test_what_a_passage_says_in_other_words_is_kept(
    engine: Engine, model: ScriptedModel, question: str, true: str
) -> None:
    model.says(true)
    answer = _ask(engine, question)
    assert answer.mode == "generative"
    assert answer.notes == []


def test_what_is_true_and_about_something_else_is_left_out(
    engine: Engine, model: ScriptedModel
) -> None:
    model.says("Ilse Brandt designed the bridge [1]. The old bridge was not demolished [1].")
    assert _ask(engine).answer == "Ilse Brandt designed the bridge. [1]"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["Goofy built it [1]."], "Nothing that the language model wrote could be verified"),
        ([""], "Nothing that the language model wrote could be verified"),
        (["<think>Who did"], "Nothing that the language model wrote could be verified"),
        (["The passages do not say."], "The language model found no answer in the passages"),
        ([429], "refused (429: too many requests)"),
        ([500], "refused (500)"),
        ([401], "refused (401: check NEWSCITE_LLM_API_KEY)"),
        ([404], "refused (404: check NEWSCITE_LLM_BASE_URL and NEWSCITE_LLM_MODEL)"),
        ([307], "refused (307)"),
        ([b"data: {\n\n"], "no chat completion"),
        ([b"data: []\n\n"], "no chat completion"),
        ([b'data: {"choices": 7}\n\n'], "no chat completion"),
        ([b'data: {"error": {"message": "overloaded"}}\n\n'], "no chat completion"),
        ([b"\xff\xfe\x00<html>"], "no chat completion"),
    ],
)
def test_a_model_that_fails_leaves_the_extractive_answer_and_a_note(
    engine: Engine, model: ScriptedModel, steps: list[scripted_llm.Step], told: str
) -> None:
    model.says(*steps)
    answer = _ask(engine)
    quoted = engine.ask(QUESTION)
    assert (answer.mode, answer.answer) == ("extractive", quoted.answer)
    assert "llm" not in answer.model
    assert any(told in note for note in answer.notes), answer.notes
    assert "secret" not in " ".join(answer.notes)


def test_a_model_that_cannot_be_reached_leaves_the_extractive_answer(engine: Engine) -> None:
    answer = _ask(_with_writer(engine, "http://127.0.0.1:9/v1", timeout_s=60))
    assert answer.mode == "extractive"
    assert answer.answerable
    assert any("could not be reached" in note for note in answer.notes)


def test_a_model_that_hangs_is_given_up_when_its_time_is_over(
    engine: Engine, model: ScriptedModel
) -> None:
    model.says(threading.Event())
    answer = _ask(_with_writer(engine, model.url, timeout_s=0.5))
    assert answer.mode == "extractive"
    assert any("was not done within 0.5 s" in note for note in answer.notes)


def test_what_a_slow_model_had_verifiably_said_is_given(
    engine: Engine, model: ScriptedModel
) -> None:
    model.says("Ilse Brandt designed the bridge [1]. It then", threading.Event())
    answer = _ask(_with_writer(engine, model.url, timeout_s=3))
    assert (answer.mode, answer.answer) == ("generative", "Ilse Brandt designed the bridge. [1]")
    assert any("what it had written by then is given" in note for note in answer.notes)


def test_a_model_that_never_ends_is_stopped(engine: Engine, model: ScriptedModel) -> None:
    model.left.clear()
    model.says(*["blah blah "] * 5000, threading.Event())
    assert _ask(engine).mode == "extractive"
    assert model.left.wait(30)


def test_without_a_language_model_the_answer_is_quoted_and_a_note_says_what_to_set(
    engine: Engine,
) -> None:
    answer = _ask(Engine(engine.corpus, engine._reranker, engine._reader))
    assert answer.mode == "extractive"
    assert answer.answerable
    assert any("NEWSCITE_LLM_BASE_URL" in note for note in answer.notes)


def test_a_question_that_is_declined_is_not_put_to_the_model(
    engine: Engine, model: ScriptedModel
) -> None:
    before = len(model.requests)
    answer = _ask(engine, "What is the capital of Peru?")
    assert (answer.answerable, answer.mode) == (False, "extractive")
    assert len(model.requests) == before


def test_no_key_of_another_endpoint_is_sent(
    engine: Engine, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    model.says("Ilse Brandt designed the bridge [1].")
    _ask(engine)
    assert "sk-of-somebody-else" not in str(model.headers[-1])


def test_a_sentence_is_told_while_the_model_still_writes(
    engine: Engine, model: ScriptedModel
) -> None:
    more = threading.Event()
    model.says(
        "Ilse Brandt designed the bridge [1]. The old", more, " bridge was not demolished [1]."
    )
    events = engine.stream(QUESTION, mode="generative")
    passages = next(events)
    assert isinstance(passages, PassagesRead)
    assert any(QUOTED in passage.text for passage in passages.passages)
    first = next(event for event in events if isinstance(event, SentenceReady))
    assert first.sentence.text == "Ilse Brandt designed the bridge."
    assert not more.is_set()
    more.set()
    *rest, last = events
    assert isinstance(last, Trace)
    told = [first, *(event for event in rest if isinstance(event, SentenceReady))]
    assert [event.sentence for event in told] == last.answer.sentences
    _holds(engine, last.answer)


def test_whoever_stops_listening_stops_the_model(engine: Engine, model: ScriptedModel) -> None:
    model.left.clear()
    model.says("Ilse Brandt designed the bridge [1]. The old", threading.Event())
    events = engine.stream(QUESTION, mode="generative")
    next(event for event in events if isinstance(event, SentenceReady))
    events.close()
    assert model.left.wait(30)


WORDS = st.sampled_from(
    [*BRIDGE.replace("\n", " ").split(), *TUNNEL.split(), "not", "Goofy", "7", "[1]", "[2]", "[1",
     "[99]", "]", "<think>", "</think>", "\n", "- ", "**", "“", "”", "System:", "https://e.example"]
)  # fmt: skip


@given(st.one_of(st.lists(WORDS, max_size=60).map(" ".join), st.text(max_size=200)))
def test_whatever_a_model_says_every_sentence_is_cited_and_every_citation_verifies(
    engine: Engine, model: ScriptedModel, said: str
) -> None:
    model.says(said)
    answer = _ask(engine)
    assert answer.answerable
    for sentence in answer.sentences if answer.mode == "generative" else ():
        quotes = " ".join(answer.citations[n - 1].quote for n in sentence.citations)
        for figure in filter(str.isdigit, sentence.text.split()):
            assert figure in quotes
        assert "Goofy" not in sentence.text
        assert "http" not in sentence.text
