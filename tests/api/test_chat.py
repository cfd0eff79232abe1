"""POST /v1/chat/completions and GET /v1/models, asked by OpenAI's own client over a real server."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

QUESTION = "When did the harbour of Port Ellery reopen?"
ABSENT = "What is the capital of Peru?"


@pytest.fixture(scope="module")
def chat(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"{client.base_url}/v1",
        api_key="none is needed",
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    ) as made:
        yield made


def _user(text: Any) -> list[Any]:
    return [{"role": "user", "content": text}]


def _completion(chat: openai.OpenAI, messages: list[Any], **more: Any) -> Any:
    return chat.chat.completions.create(model="newscite", messages=messages, **more)


def test_the_model_is_listed(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == ["newscite"]


def test_a_completion_is_the_answer_with_its_numbers_and_citations(
    chat: openai.OpenAI, client: httpx.Client
) -> None:
    done = _completion(chat, _user(QUESTION))
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    (choice,) = done.choices
    assert choice.message.content == answer["answer"]
    assert "[1]" in choice.message.content
    assert (choice.message.role, choice.finish_reason) == ("assistant", "stop")
    assert done.citations == answer["citations"]
    assert done.answerable is True
    for citation in done.citations:
        text = client.get(f"/v1/articles/{citation['article_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_without_an_answer_the_text_says_so_and_cites_nothing(chat: openai.OpenAI) -> None:
    done = _completion(chat, _user(ABSENT))
    assert done.choices[0].message.content.startswith("The corpus holds no answer to this.")
    assert (done.answerable, done.citations) == (False, [])


@pytest.mark.parametrize("question", [QUESTION, ABSENT])
def test_a_stream_puts_together_the_same_text_and_ends_with_the_citations(
    chat: openai.OpenAI, question: str
) -> None:
    whole = _completion(chat, _user(question))
    pieces = list(_completion(chat, _user(question), stream=True))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert text == whole.choices[0].message.content
    assert pieces[0].choices[0].delta.role == "assistant"
    assert [p.choices[0].finish_reason for p in pieces] == [None] * (len(pieces) - 1) + ["stop"]
    assert pieces[-1].citations == whole.citations
    assert len({piece.id for piece in pieces}) == 1


def test_a_stream_tells_its_usage_if_asked_to(chat: openai.OpenAI) -> None:
    options = {"include_usage": True}
    *_, last = _completion(chat, _user(QUESTION), stream=True, stream_options=options)
    assert (last.choices, last.usage.total_tokens) == ([], 0)


def test_the_last_user_message_is_the_question_in_whatever_form(chat: openai.OpenAI) -> None:
    alone = _completion(chat, _user(QUESTION)).choices[0].message.content
    talk = [
        {"role": "system", "content": "Answer in French."},
        *_user(ABSENT),
        {"role": "assistant", "content": "I do not know."},
        *_user([{"type": "text", "text": QUESTION}]),
    ]
    assert _completion(chat, talk, temperature=0.2).choices[0].message.content == alone


def _talk(*said: str) -> list[Any]:
    """A conversation: the user first, then the assistant, and so on."""
    return [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_a_follow_up_is_understood_from_the_messages_before_it(
    chat: openai.OpenAI, stream: bool
) -> None:
    first = _completion(chat, _user(QUESTION)).choices[0].message.content
    done = _completion(chat, _talk(QUESTION, first, "Who is its master?"), stream=stream)
    if stream:
        text = "".join(piece.choices[0].delta.content or "" for piece in done)
    else:
        text = done.choices[0].message.content
    understood, _, answer = text.partition("\n\n")
    assert understood == "Understood as: Who is Port Ellery's master?"
    assert "Rosa Quill" in answer
    assert "[1]" in answer


def test_a_talk_goes_on_over_replies_that_say_how_they_were_understood(
    chat: openai.OpenAI,
) -> None:
    said = [QUESTION, _completion(chat, _user(QUESTION)).choices[0].message.content]
    for question in ("Who is its master?", "And how many boats did the storm sink there?"):
        said += [question, _completion(chat, _talk(*said, question)).choices[0].message.content]
    assert said[-1].startswith("Understood as: How many boats did the storm sink")
    assert "14" in said[-1]


def test_a_refusal_before_it_is_no_answer_that_a_follow_up_could_mean(
    chat: openai.OpenAI,
) -> None:
    refusal = "The corpus holds no answer to this. The nearest article is “Rosa Quill resigns”."
    talk = _talk("What is the weather like?", refusal, "How old is she?")
    assert "Quill" not in _completion(chat, talk).choices[0].message.content


def test_a_talk_of_any_length_and_form_is_taken(chat: openai.OpenAI) -> None:
    talk = [*_talk(*["Why? " * 1000, "x" * 30_000] * 30), *_user(QUESTION)]
    talk.insert(3, {"role": "assistant", "content": None})
    alone = _completion(chat, _user(QUESTION)).choices[0].message.content
    assert _completion(chat, talk).choices[0].message.content == alone


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"model": "gpt-4o", "messages": _user(QUESTION)}, 404, "'newscite'"),
        ({"model": "newscite", "messages": []}, 422, "messages"),
        ({"model": "newscite", "messages": _user(" ")}, 422, "the question is empty"),
        ({"model": "newscite", "messages": _user("why " * 600)}, 422, "2,399 characters"),
        ({"model": "newscite", "messages": [{"role": "system", "content": "x"}]}, 422, "user"),
        ({"model": "newscite", "messages": _user([{"type": "image_url"}])}, 422, "text"),
    ],
)
def test_a_wrong_request_is_a_problem_that_the_client_understands(
    chat: openai.OpenAI, body: dict[str, Any], status: int, said: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        chat.chat.completions.create(**body)
    assert caught.value.status_code == status
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "messages",
    [
        [*_user("Who \ud800?")],
        [*_user([{"type": "text", "text": "\udfff"}])],
        [*_user("\ud800 before"), *_user(QUESTION)],
        [*_user(QUESTION), {"role": "assistant", "content": "\ud800"}, *_user(QUESTION)],
    ],
)
def test_half_a_character_is_refused_wherever_it_is_said(
    client: httpx.Client, messages: list[Any]
) -> None:
    body = json.dumps({"model": "newscite", "messages": messages})
    headers = {"Content-Type": "application/json"}
    response = client.post("/v1/chat/completions", content=body, headers=headers)
    assert response.status_code == 422
    assert "half of a surrogate pair" in response.json()["detail"]
