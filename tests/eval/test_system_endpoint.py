"""JSON over HTTP: what goes wrong is said in words, in the error tree."""

import socket

import pytest
from canned import Canned

from eval.systems.chat import Chat
from eval.systems.endpoint import Endpoint
from rag.errors import HiddenError, NewsciteError, NotFoundError, UsageError

KEY = "sk-secret-1"


@pytest.mark.parametrize("url", ["", "localhost:80", "ftp://host", "http://", "http://host:port"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is not a server's address"):
        Endpoint(url)


def test_nothing_at_the_address_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # free again, and refused, once this is closed
    endpoint = Endpoint(f"http://127.0.0.1:{port}/v1/")
    with pytest.raises(UsageError, match=rf"nothing answers at http://127.0.0.1:{port}/v1 "):
        endpoint.get("/x")
    endpoint.close()


def test_a_server_that_does_not_answer_is_given_up(canned: Canned) -> None:
    endpoint = Endpoint(canned.url, timeout_s=0.05)
    with pytest.raises(NewsciteError, match=r"/x did not answer within 0.05 s"):
        endpoint.get("/x")
    endpoint.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (404, {"type": "urn:newscite:problem:not-found", "detail": "no such id"}, NotFoundError, "no such id"),
        (403, {"type": "urn:newscite:problem:hidden", "detail": "under embargo"}, HiddenError, "under embargo$"),
        (401, {"error": {"message": f"bad key {KEY}"}}, UsageError, r"401: bad key \*\*\*; check the API key"),
        (404, {"error": "no such model"}, UsageError, "404: no such model"),
        (404, b"<html>", UsageError, "404: Not Found"),
        (422, ["?"], UsageError, "422"),
        (429, {"error": {"message": "slower"}}, NewsciteError, "429: slower"),
        (500, {"detail": "a fault"}, NewsciteError, "500: a fault"),
        (200, b"<html>", NewsciteError, "not JSON"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_the_servers_words(
    canned: Canned, status: int, body: object, kind: type[NewsciteError], words: str
) -> None:
    endpoint = Endpoint(canned.answers(body, status).url, KEY)
    with pytest.raises(kind, match=words) as told:
        endpoint.post("/x", {})
    assert type(told.value) is kind
    assert KEY not in str(told.value)
    assert canned.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    endpoint.close()


def test_a_moved_server_says_where_to(canned: Canned) -> None:
    endpoint = Endpoint(canned.answers({}, 308, Location="https://new.example/").url)
    with pytest.raises(UsageError, match=r"moved to https://new\.example/; use that"):
        endpoint.get("/x")
    endpoint.close()


def test_a_password_in_the_address_is_not_shown() -> None:
    endpoint = Endpoint("https://user:secret@host.example:8443/v1/?key=secret")
    assert endpoint.url == "https://host.example:8443/v1"
    endpoint.close()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/openai/v2", "/openai/v2/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
    ],
)
def test_a_chat_is_asked_where_base_urls_usually_lead(
    canned: Canned, path: str, asked: str
) -> None:
    chat = Chat(canned.says("Yes.").url + path, "m")
    said = chat.complete("Be brief.", "Is it?")
    assert (said.text, said.tokens, chat.answers_as) == ("Yes.", 42, "parrot-1")
    request = canned.requests[0]
    assert (request.path, request.body["model"], request.body["temperature"]) == (asked, "m", 0)
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert request.body["seed"] == chat.config()["seed"]
    chat.close()


@pytest.mark.parametrize("body", [{}, {"choices": []}, [], "x", {"choices": [{"text": "old"}]}])
def test_what_is_no_chat_completion_is_said_so(canned: Canned, body: object) -> None:
    chat = Chat(canned.answers(body).url, "m")
    with pytest.raises(NewsciteError, match="no chat completion"):
        chat.complete("", "")
    chat.close()
