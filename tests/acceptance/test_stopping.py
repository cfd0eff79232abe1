"""A server that is told to stop finishes the answers under way, takes no more, and then ends."""

import json
import signal
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from checking import Json
from newscite_process import Corpus, Running

QUESTION = "What justification did the council give?"
PATIENCE_S = 120
AT_ONCE = 6  # more than are worked on at a time, so that some wait for their turn


def _working(client: httpx.Client) -> int:
    """How many questions the server has taken in, those that wait for a place included."""
    lines = client.get("/metrics").text.splitlines()
    names = ("newscite_queue_working ", "newscite_queue_waiting ")
    return sum(int(float(line.split()[1])) for line in lines if line.startswith(names))


def _together(asking: Callable[[int], Any], number: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=asking, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    return threads


def _ask_many(running: Running, done: list[Json]) -> list[threading.Thread]:
    def ask(which: int) -> None:
        with httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client:
            body = {"question": f"{QUESTION} And what of ward {which}?", "stream": which % 2 == 1}
            response = client.post("/v1/ask", json=body)
            assert response.status_code == 200, response.text
            told = response.text
            if body["stream"]:
                event, data = told.strip().split("\n\n")[-1].split("\n", 1)
                assert event == "event: answer", told
                told = data.removeprefix("data: ")
            done.append(json.loads(told))

    return _together(ask, AT_ONCE)


@pytest.mark.slow
def test_answers_under_way_are_finished_when_a_server_is_stopped(
    a_copy: Callable[[], Corpus],
) -> None:
    done: list[Json] = []
    with a_copy().serve(env={"NEWSCITE_MAX_CONCURRENCY": "1"}) as running:
        with httpx.Client(base_url=running.url, timeout=PATIENCE_S) as client:
            asking = _ask_many(running, done)
            while _working(client) < AT_ONCE - len(done):
                pass
        assert len(done) < AT_ONCE, "some are under way"
        assert running.stop(signal.SIGTERM) == 0
        for thread in asking:
            thread.join(PATIENCE_S)
        assert "Stopped." in running.err
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{running.url}/healthz")
    assert len(done) == AT_ONCE
    assert all(answer["timings_ms"] for answer in done)
