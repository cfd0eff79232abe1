"""How often, how much at a time and for how long: what is over a limit is refused politely."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newscite_process import Corpus
from serving import HeldModels, client, serving, wait_until

from api.access import arriving
from api.access.rates import SlidingWindow, Verdict
from rag.rates import Rate, parse_rate

TOWER = {
    "id": "tower",
    "title": "Tower",
    "text": "The tower of Brill is 61 metres high, a mason said.",
}
AT_A_TIME, QUEUE = 2, 1


# A rate.

_STEPS = st.integers(0, 32).map(lambda eighths: eighths / 8)  # so that sums are exact


@given(
    st.integers(1, 5),
    st.integers(1, 10),
    st.lists(st.tuples(st.sampled_from("ab"), _STEPS), max_size=60),
)
def test_no_span_of_time_ever_holds_more_than_the_rate(
    requests: int, seconds: int, steps: list[tuple[str, float]]
) -> None:
    window, now = SlidingWindow(Rate(requests, seconds)), 0.0
    times: dict[str, list[float]] = {"a": [], "b": []}
    for caller, step in steps:
        now += step
        verdict = window.hit(caller, now)
        recent = [t for t in times[caller] if t > now - seconds]
        assert verdict.allowed is (len(recent) < requests), "nor is anyone refused without need"
        if verdict.allowed:
            times[caller].append(now)
            recent.append(now)
        assert verdict.left == requests - len(recent)
        assert verdict.wait_s >= 1
        asked = window.wait_s(caller, now)
        assert asked == (None if verdict.left else verdict.wait_s), "and to ask counts nothing"
        if not verdict.allowed:
            later = SlidingWindow(Rate(requests, seconds))
            for at in recent:
                later.hit(caller, at)
            assert later.hit(caller, now + verdict.wait_s).allowed, "Retry-After is long enough"


def test_callers_without_number_take_no_memory_without_bound() -> None:
    window = SlidingWindow(Rate(1, 3600), callers=3)
    for caller in range(1000):
        assert window.hit(str(caller), 0.0) == Verdict(allowed=True, left=0, wait_s=3600)
    assert len(window._times) == 3


@pytest.mark.parametrize("text", ["60/minute", "1/second", "5 / hour", "9/Day"])
def test_a_rate_is_so_many_in_a_unit_of_time(text: str) -> None:
    assert parse_rate(text).requests == int(text[0] if text[1] != "0" else text[:2])


@pytest.mark.parametrize("text", ["", "60", "0/minute", "60/fortnight", "-1/minute", "1.5/minute"])
def test_anything_else_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="60/minute"):
        parse_rate(text)


def test_who_asks_too_often_is_told_when_to_ask_again(tmp_path: Path) -> None:
    with serving(tmp_path, rate_limit="3/day") as url, client(url) as http:
        answers = [http.get("/v1/models") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == [
            "r=2", "r=1", "r=0", "r=0"
        ]  # fmt: skip
        assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=86400'
        assert 86_000 < int(answers[3].headers["retry-after"]) <= 86_400
        assert answers[3].json()["type"] == "urn:newscite:problem:too-many-requests"
        assert "retry-after" not in answers[0].headers
        assert http.get("/healthz").status_code == 200
        assert http.get("/v1/ingest-jobs/none").status_code == 404, "how far a job is costs nothing"


def test_each_key_has_a_rate_of_its_own(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    keys = [
        corpus.run("keys", "create", "--name", name, "--scope", "ask").out.strip() for name in "ab"
    ]
    with serving(corpus.data, rate_limit="1/day") as url:
        for key in keys:
            with client(url, key) as http:
                assert [http.get("/v1/models").status_code for _ in range(2)] == [200, 429]
        with client(url) as http:  # and a key is not found out faster than that
            assert [http.get("/v1/models").status_code for _ in range(2)] == [401, 429]


def test_a_command_waits_for_its_turn(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    file = tmp_path / "tower.jsonl"
    file.write_text(json.dumps(TOWER))
    with corpus.serve(env={"NEWSCITE_RATE_LIMIT": "1/second"}):
        for _ in range(3):
            ran = corpus.run("ingest", file, "--json")
            assert ran.code == 0, ran.err
        assert ran.json["unchanged"] == 1


# Places for questions, and their time.


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldModels]:
    models = HeldModels(monkeypatch)
    yield models
    models.let_go()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    with serving(tmp_path) as url, client(url) as http:
        assert http.post("/v1/articles", json=TOWER).status_code == 200
    return tmp_path


def _question(number: int = 0) -> dict[str, Any]:
    return {"question": f"How high is the tower of Brill number {number}?"}


def test_so_many_are_worked_on_a_few_wait_and_the_rest_are_sent_away(
    corpus: Path, models: HeldModels
) -> None:
    limits = {"max_concurrency": AT_A_TIME, "max_queue": QUEUE, "threads": 1}
    with (
        serving(corpus, **limits) as url,
        client(url) as http,
        ThreadPoolExecutor(AT_A_TIME + QUEUE) as threads,
    ):
        models.hold()
        asked = [
            threads.submit(http.post, "/v1/ask", json=_question(number))
            for number in range(AT_A_TIME + QUEUE)
        ]
        wait_until(lambda: models.running == AT_A_TIME)
        over = http.post("/v1/ask", json=_question(99))
        while over.status_code != 503:  # those that were asked first may not have come yet
            over = http.post("/v1/ask", json=_question(99))
        assert int(over.headers["retry-after"]) >= 1
        assert over.headers["content-type"] == "application/problem+json"
        assert over.json()["type"] == "urn:newscite:problem:busy"
        assert models.running == AT_A_TIME, "the one that waits is not worked on"
        # Whatever needs no model goes on meanwhile.
        assert http.get("/healthz").status_code == 200
        assert http.get("/v1/articles/tower").status_code == 200
        models.let_go()
        assert [one.result().status_code for one in asked] == [200] * len(asked)
        assert http.post("/v1/ask", json=_question()).status_code == 200, (
            "the places are free again"
        )


def test_health_is_told_while_every_thread_is_taken(corpus: Path, models: HeldModels) -> None:
    limits = {"max_concurrency": 60, "max_queue": 0}
    with (
        serving(corpus, **limits) as url,
        client(url) as http,
        ThreadPoolExecutor(60) as threads,
        httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_connections=60)) as many,
    ):
        models.hold()
        asked = [threads.submit(many.post, "/v1/search", json={"query": f"{n}"}) for n in range(60)]
        wait_until(lambda: models.running >= 60)
        assert http.get("/healthz").status_code == 200
        assert http.get("/v1/articles/tower").status_code == 200
        models.let_go()
        assert {one.result().status_code for one in asked} == {200}


def test_work_that_takes_too_long_is_stopped(corpus: Path, models: HeldModels) -> None:
    with serving(corpus, request_timeout_s=3, max_concurrency=1) as url, client(url) as http:
        models.hold()
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(http.post, "/v1/ask", json=_question())
            wait_until(lambda: models.running == 1)
            begun = models.begun
            time.sleep(3.1)
            models.let_go()
            late = asked.result()
        assert late.status_code == 504
        assert late.json()["type"] == "urn:newscite:problem:timed-out"
        assert "NEWSCITE_REQUEST_TIMEOUT_S" in late.json()["detail"]
        assert models.begun == begun, "no model runs after that"
        assert http.post("/v1/ask", json=_question()).status_code == 200, (
            "the next one has its time"
        )


def test_work_that_nobody_waits_for_is_stopped(corpus: Path, models: HeldModels) -> None:
    for stream in (False, True):
        with serving(corpus, max_concurrency=1, answer_cache=0) as url, client(url) as http:
            models.hold()
            with _connection(url) as leaving:
                leaving.sendall(_raw(json.dumps(_question() | {"stream": stream}).encode()))
                wait_until(lambda: models.running == 1)
                begun = models.begun
            for _ in range(3):  # the server has seen it go by then
                assert http.get("/healthz").status_code == 200
            models.let_go()
            wait_until(lambda: models.running == 0)
            assert http.get("/healthz").status_code == 200
            assert models.begun == begun, "no model runs after that"
            assert http.post("/v1/ask", json=_question()).status_code == 200, "its place is free"


def test_who_goes_while_waiting_gives_the_turn_up(corpus: Path, models: HeldModels) -> None:
    with serving(corpus, max_concurrency=1, max_queue=1) as url, client(url) as http:
        models.hold()
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(http.post, "/v1/ask", json=_question())
            wait_until(lambda: models.running == 1)
            with _connection(url) as leaving:
                leaving.sendall(_raw(json.dumps(_question(1)).encode()))
                wait_until(lambda: http.post("/v1/ask", json=_question(2)).status_code == 503)
            models.let_go()
            assert first.result().status_code == 200
        assert http.post("/v1/ask", json=_question(3)).status_code == 200


def test_a_delivery_that_nobody_waits_for_is_finished(corpus: Path, models: HeldModels) -> None:
    with serving(corpus, max_concurrency=1, request_timeout_s=0.2) as url, client(url) as http:
        models.hold()
        article = json.dumps(TOWER | {"id": "mill", "text": "The mill of Brill has 4 sails."})
        with _connection(url) as leaving:
            leaving.sendall(_raw(article.encode(), "/v1/articles"))
            wait_until(lambda: models.running == 1)
        models.let_go()
        wait_until(lambda: http.get("/v1/articles/mill").status_code == 200)


def test_a_body_that_stops_arriving_ends_the_request(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving.KeepsArriving.__init__, "__defaults__", (0.3,))
    with serving(corpus) as url, _connection(url) as slow:
        slow.settimeout(30)
        slow.sendall(_raw(b'{"question": "Half')[:-5])
        assert slow.recv(1000).startswith(b"HTTP/1.1 4")


def _connection(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(url).port or 0))


def _raw(body: bytes, path: str = "/v1/ask") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
