"""Answers as they come about, over a real server that has a scripted language model to ask."""

import json
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import openai
import pytest
import scripted_llm
from delivered import PLAIN
from newscite_process import Corpus
from scripted_llm import ScriptedModel

QUESTION = "How many boats did the storm at Port Ellery sink?"
ABSENT = "What is the capital of Peru?"
FIRST = "14 boats had been sunk by the storm."


class Event(NamedTuple):
    """A server-sent event."""

    name: str
    data: Any


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_llm.serving() as served:
        yield served


@pytest.fixture(scope="module")
def writing(
    tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[httpx.Client]:
    """A server that holds the article PLAIN and asks the scripted model."""
    configured = {"NEWSCITE_LLM_BASE_URL": model.url, "NEWSCITE_LLM_MODEL": scripted_llm.MODEL}
    corpus = Corpus(tmp_path_factory.mktemp("writing"), configured)
    with (
        corpus.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        assert client.post("/v1/articles", json=PLAIN).status_code == 200
        yield client


def _events(lines: Iterator[str]) -> Iterator[Event]:
    """The events of a stream, by the rules that a browser reads them by."""
    name, data = "message", ""
    for line in lines:
        if line.startswith(":"):
            continue
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data += value
        elif not line and data:
            yield Event(name, json.loads(data))
            name, data = "message", ""
        else:
            assert not line, f"no field of ours: {line!r}"


def _asked(client: httpx.Client, **body: Any) -> list[Event]:
    with client.stream("POST", "/v1/ask", json={"stream": True} | body) as response:
        assert response.status_code == 200, response.read()
        return list(_events(response.iter_lines()))


@pytest.mark.parametrize("mode", ["extractive", "generative"])
def test_passages_sentences_and_the_answer_come_one_after_the_other(
    writing: httpx.Client, model: ScriptedModel, mode: str
) -> None:
    model.says(f"{FIRST[:-1]} [1].")
    events = _asked(writing, question=QUESTION, mode=mode)
    assert [event.name for event in events[:2]] == ["passages", "sentence"]
    assert [event.name for event in events].count("answer") == 1
    answer = events[-1].data
    assert (events[-1].name, answer["mode"]) == ("answer", mode)
    sentences = [event.data for event in events if event.name == "sentence"]
    assert [sentence["text"] for sentence in sentences] == [s["text"] for s in answer["sentences"]]
    for told, kept in zip(sentences, answer["sentences"], strict=True):
        assert [citation["number"] for citation in told["citations"]] == kept["citations"]
        assert all(citation in answer["citations"] for citation in told["citations"])
        for citation in told["citations"]:
            assert PLAIN["text"][citation["start"] : citation["end"]] == citation["quote"]
    read = {passage["passage_id"] for passage in events[0].data["passages"]}
    assert {citation["passage_id"] for citation in answer["citations"]} <= read


def test_the_answer_event_is_what_is_returned_without_streaming(writing: httpx.Client) -> None:
    body = {"question": QUESTION, "include_passages": True}
    streamed = _asked(writing, **body)[-1].data
    whole = writing.post("/v1/ask", json=body).json()
    for answer in (streamed, whole):
        del answer["timings_ms"], answer["request_id"]
    assert streamed == whole


def test_a_sentence_arrives_before_the_model_is_done(
    writing: httpx.Client, model: ScriptedModel
) -> None:
    more = threading.Event()
    model.says(f"{FIRST[:-1]} [1]. The", more, " harbour")
    body = {"question": QUESTION, "mode": "generative", "stream": True}
    with writing.stream("POST", "/v1/ask", json=body) as response:
        events = _events(response.iter_lines())
        first = next(event for event in events if event.name == "sentence")
        assert first.data["text"] == FIRST
        assert not more.is_set()
        more.set()
        assert list(events)[-1].name == "answer"


def test_a_client_that_goes_away_stops_the_model(
    writing: httpx.Client, model: ScriptedModel
) -> None:
    model.left.clear()
    model.says(f"{FIRST[:-1]} [1]. The", threading.Event())
    body = {"question": QUESTION, "mode": "generative", "stream": True}
    with writing.stream("POST", "/v1/ask", json=body) as response:
        next(event for event in _events(response.iter_lines()) if event.name == "sentence")
    assert model.left.wait(60)


def test_a_stream_says_what_it_is_and_that_nobody_is_to_keep_or_collect_it(
    writing: httpx.Client,
) -> None:
    body = {"question": QUESTION, "stream": True}
    with writing.stream("POST", "/v1/ask", json=body) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert response.headers["x-request-id"]
        text = b"".join(response.iter_bytes()).decode("utf-8")
    for block in text.removesuffix("\n\n").split("\n\n"):
        head, data = block.split("\n")
        assert head in {"event: passages", "event: sentence", "event: answer"}
        json.loads(data.removeprefix("data: "))


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        ("text/event-stream", True),
        ("text/event-stream, */*;q=0.1", True),
        ("application/json, text/event-stream", False),
        ("*/*", False),
    ],
)
def test_the_accept_header_asks_for_a_stream_too(
    writing: httpx.Client, accept: str, streams: bool
) -> None:
    response = writing.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": accept})
    assert response.headers["content-type"].startswith("text/event-stream") is streams


def test_what_is_declined_is_streamed_as_an_answer_without_sentences(
    writing: httpx.Client,
) -> None:
    events = _asked(writing, question=ABSENT, mode="generative")
    assert [event.name for event in events] == ["passages", "answer"]
    assert events[-1].data["answerable"] is False


@pytest.mark.parametrize("question", ["", " ", "why " * 600])
def test_a_wrong_question_is_refused_before_a_stream_begins(
    writing: httpx.Client, question: str
) -> None:
    response = writing.post("/v1/ask", json={"question": question, "stream": True})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_model_that_fails_is_no_error_of_the_stream(
    writing: httpx.Client, model: ScriptedModel
) -> None:
    model.says(500)
    events = _asked(writing, question=QUESTION, mode="generative")
    assert {event.name for event in events} == {"passages", "sentence", "answer"}
    answer = events[-1].data
    assert (answer["mode"], answer["answerable"]) == ("extractive", True)
    assert any("refused (500)" in note for note in answer["notes"])


def test_the_language_model_is_a_chat_model_of_its_own(
    writing: httpx.Client, model: ScriptedModel
) -> None:
    model.says(f"{FIRST[:-1]} [1]. The harbour is closed [1].")
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    with openai.OpenAI(
        base_url=f"{writing.base_url}/v1",
        api_key="none is needed",
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    ) as chat:
        names = [listed.id for listed in chat.models.list()]
        assert names == ["newscite", "newscite-generative"]
        whole = chat.chat.completions.create(model=names[1], messages=messages)
        assert whole.choices[0].message.content == f"{FIRST} [1]"
        assert whole.model == names[1]
        pieces = list(chat.chat.completions.create(model=names[1], messages=messages, stream=True))
        said = [piece.choices[0].delta.content or "" for piece in pieces]
        assert "".join(said) == f"{FIRST} [1]"
        quoted = chat.chat.completions.create(model=names[0], messages=messages)
        assert quoted.choices[0].message.content != f"{FIRST} [1]"
