"""What the client makes of a server that is busy, breaks off, is redirected or is none of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from awaited import Made
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import Reply, scripted

from api.client import Client, RemoteEngine
from api.client.events import EventReader
from api.schemas import ANSWER_EXAMPLE, SentenceEvent
from rag.errors import (
    BusyError,
    CorpusHeldError,
    NewsciteError,
    NotFoundError,
    StoppingError,
    TooManyRequestsError,
    UnreachableError,
    UsageError,
)
from rag.types import Answer

PAGE = Reply(200, b'{"articles": [], "total": 0, "next_cursor": null}')
REPORT = Reply(200, b'{"job_id": "j", "articles": ["a"], "failures": []}')
ARTICLE = {"id": "a", "text": "It rained."}


def problem(kind: type[NewsciteError], detail: str, **headers: str) -> Reply:
    told = {
        "type": f"urn:newscite:problem:{kind.code}", "title": kind.title, "status": kind.status,
        "detail": detail, "request_id": "r-1",
    }  # fmt: skip
    return Reply(kind.status, json.dumps(told).encode(), headers)


BUSY = problem(BusyError, "it is busy", **{"Retry-After": "0"})
LIMITED = problem(TooManyRequestsError, "too fast", **{"Retry-After": "0"})


@pytest.mark.parametrize("refused", [BUSY, LIMITED], ids=["busy", "limited"])
def test_who_is_told_when_to_come_again_does(made: Made, refused: Reply) -> None:
    with scripted(refused, refused, PAGE) as server, made(server.url) as client:
        assert client.articles().total == 0
    assert len(server.seen) == 3


def test_so_does_a_stream(made: Made) -> None:
    events = Reply(200, f"event: answer\ndata: {json.dumps(ANSWER_EXAMPLE)}\n\n".encode())
    with (
        scripted(BUSY, events) as server,
        made(server.url) as client,
        client.stream("When did the harbour reopen?") as told,
    ):
        assert [type(event) for event in told] == [Answer]
    assert len(server.seen) == 2


def test_but_not_for_ever(made: Made) -> None:
    with (
        scripted(LIMITED) as server,
        made(server.url, retries=2) as client,
        pytest.raises(TooManyRequestsError, match="too fast") as refused,
    ):
        client.articles()
    assert (len(server.seen), refused.value.request_id) == (3, "r-1")


@pytest.mark.parametrize("when", [None, "3600", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "²"])
def test_who_is_not_told_or_told_to_wait_for_too_long_does_not(
    made: Made,
    when: str | None,
) -> None:
    told = {} if when is None else {"Retry-After": when}
    with (
        scripted(problem(StoppingError, "it stops", **told)) as server,
        made(server.url) as client,
        pytest.raises(StoppingError),
    ):
        client.articles()
    assert len(server.seen) == 1


def test_a_delivery_whose_connection_breaks_is_repeated_once_under_its_key(
    made: Made,
) -> None:
    with scripted(Reply(None), REPORT) as server, made(server.url) as client:
        assert client.deliver(ARTICLE).articles == ["a"]
    first, again = server.seen
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"]
    assert first.body == again.body
    with (
        scripted(Reply(None)) as server,
        made(server.url) as client,
        pytest.raises(UnreachableError, match="does not answer"),
    ):
        client.deliver(ARTICLE)
    assert len(server.seen) == 2


def test_each_delivery_has_a_key_of_its_own(made: Made) -> None:
    with scripted(REPORT) as server, made(server.url) as client:
        for _ in range(2):
            client.deliver(ARTICLE)
    assert len({seen.headers["Idempotency-Key"] for seen in server.seen}) == 2


def test_a_file_is_read_anew_when_it_is_sent_again(made: Made, tmp_path: Any) -> None:
    file = tmp_path / "a.txt"
    file.write_text("It rained.")
    with (
        scripted(Reply(None), problem(UsageError, "no")) as server,
        made(server.url) as client,
        pytest.raises(UsageError),
    ):
        client.ingest_files(file)
    first, again = server.seen
    assert first.headers["Content-Type"] == again.headers["Content-Type"]
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"]


def test_what_may_not_be_done_twice_is_not_repeated(made: Made) -> None:
    with (
        scripted(Reply(None)) as server,
        made(server.url) as client,
        pytest.raises(UnreachableError),
    ):
        client.drop_quarantined(7)
    assert len(server.seen) == 1


def test_a_stream_that_breaks_off_is_no_answer(made: Made) -> None:
    told = b'event: passages\ndata: {"standalone_question": null, "passages": []}\n\n'
    for reply in (Reply(200, told), Reply(200, told, cut=True)):
        with (
            scripted(reply) as server,
            made(server.url) as client,
            client.stream("When?") as events,
        ):
            assert next(events).passages == []
            with pytest.raises(UnreachableError, match=r"broke off|does not answer"):
                next(events)


def test_an_error_within_a_stream_is_raised_as_what_it_is(made: Made) -> None:
    body = b"event: error\ndata: " + problem(CorpusHeldError, "it is held").body + b"\n\n"
    with (
        scripted(Reply(200, body)) as server,
        made(server.url) as client,
        client.stream("When?") as events,
        pytest.raises(CorpusHeldError) as raised,
    ):
        next(events)
    assert (str(raised.value), raised.value.request_id) == ("it is held", "r-1")


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(200, b"<html>"), UnreachableError, "does not answer as newscite"),
        (Reply(200, b"[1]"), UnreachableError, "does not answer as newscite"),
        (Reply(200, b"{}", {"Content-Encoding": "gzip"}), UnreachableError, "does not answer"),
        (Reply(404, b"<html>"), UsageError, "answered 404"),
        (Reply(502, b"bad gateway"), NewsciteError, "answered 502"),
        (Reply(502, b'{"type": 7}'), NewsciteError, "answered 502"),
        (Reply(301, b"", {"Location": "https://b"}), UsageError, "sends to https://b; give that"),
        (problem(NotFoundError, "no such thing"), NotFoundError, "no such thing"),
    ],
)
def test_whatever_answers_is_understood_or_named(
    made: Made,
    reply: Reply,
    kind: type[NewsciteError],
    said: str,
) -> None:
    with scripted(reply) as server, made(server.url) as client, pytest.raises(kind, match=said):
        client.job("j")


def test_a_proxy_is_used_but_for_this_machine(
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted(PAGE) as proxy, scripted(PAGE) as server:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with made(server.url) as client:
            client.articles()
        assert (len(server.seen), proxy.seen) == (1, [])
        with made("http://newscite.example") as client:
            client.articles()
    assert proxy.seen[0].line.startswith("GET http://newscite.example/v1/articles?")


def test_the_server_that_holds_the_corpus_is_on_this_machine_whatever_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted(PAGE) as proxy, scripted(PAGE) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with RemoteEngine(server.url.replace("127.0.0.1", "0.0.0.0")) as engine:
            assert engine.articles().total == 0
        assert (len(server.seen), proxy.seen) == (1, [])


def test_a_server_may_stand_below_a_path(made: Made) -> None:
    with scripted(PAGE) as server, made(f"{server.url}/news/") as client:
        client.articles()
    assert server.seen[0].line.startswith("GET /news/v1/articles?")


SENTENCE = {
    "lead": None,
    "text": "It\u2028rained\x85 in Zürich — 🌧.",
    "citations": [],
    "glosses": [],
}
STREAM = (
    f": working\n\nevent: sentence\ndata: {json.dumps(SENTENCE, ensure_ascii=False)}\n\n"
    f"event: later\ndata: 1\n\nevent: answer\r\ndata: {json.dumps(ANSWER_EXAMPLE)}\r\n\r\n"
).encode()


@given(st.lists(st.integers(1, 400), max_size=12))
def test_events_are_the_same_however_they_are_cut(sizes: list[int]) -> None:
    def pieces() -> Iterator[bytes]:
        at = 0
        for size in sizes:
            yield STREAM[at : at + size]
            at += size
        yield STREAM[at:]

    reader = EventReader("http://a")
    sentence, answer = [event for piece in pieces() for event in reader.feed(piece)]
    reader.end()
    assert isinstance(sentence, SentenceEvent)
    assert sentence.text == SENTENCE["text"]
    assert isinstance(answer, Answer)


def test_the_client_is_closed_with_its_context() -> None:
    with scripted(PAGE) as server:
        with Client(server.url) as client:
            client.articles()
        with pytest.raises(RuntimeError, match="closed"):
            client.articles()
