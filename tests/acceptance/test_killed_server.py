"""kill -9 of a server that is asked, delivered to and told to withdraw: nothing acknowledged is lost.

SERVER_KILLS says how often a server is killed; 50 take a quarter of an hour. With -s the times that
reopening took are printed.
"""

import json
import os
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from newscite_process import Corpus, Running

KILLS = int(os.environ.get("SERVER_KILLS", "2"))
SEED = 20261126
PATIENCE_S = 120
MOCK = {
    "NEWSCITE_EMBEDDING": json.dumps(
        {"class": "llama_index.core.embeddings.MockEmbedding", "embed_dim": 8}
    )
}
PLACES = "Wrexby Ostry Hexley Brandal Corvane Dunmere Elsholt Farrow Galdwick Hollin".split()


def text(number: int) -> str:
    """One sentence, beside names enough of its own that no two articles pass for copies."""
    place = PLACES[number % len(PLACES)]
    chance = random.Random(number)
    names = ("".join(chance.choices("abdefgiklmnoprstuv", k=7)).title() for _ in range(12))
    counted = f"The council of {place} counted {number + 1000} herons on its pond on Monday"
    return f"{counted}, as {', '.join(names)} saw."


def question(number: int) -> str:
    return f"How many herons did the council of {PLACES[number % len(PLACES)]} count?"


@dataclass
class Acknowledged:
    """What the server has said is done, and what it was told without saying so before it died."""

    delivered: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    maybe_withdrawn: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def there(self) -> set[int]:
        return self.delivered - self.withdrawn - self.maybe_withdrawn


class Traffic:
    """Clients that ask, deliver, send jobs and withdraw until the server is gone."""

    def __init__(self, url: str, known: Acknowledged, numbers: "Numbers", seed: int) -> None:
        self._url = url
        self._known = known
        self._numbers = numbers
        self._seed = seed
        kinds = (self._deliver, self._withdraw, self._ask, self._send_a_job)
        self._threads = [threading.Thread(target=self._go_on, args=(kind,)) for kind in kinds]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def _go_on(self, act: object) -> None:
        chance = random.Random(self._seed)
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            while True:
                try:
                    act(client, chance)  # type: ignore[operator]
                except httpx.TransportError:
                    return  # it was killed

    def _deliver(self, client: httpx.Client, chance: random.Random) -> None:
        number = self._numbers.take()
        self._said(client.post("/v1/articles", json={"id": f"a{number}", "text": text(number)}))
        self._known.delivered.add(number)
        time.sleep(chance.uniform(0, 0.02))

    def _withdraw(self, client: httpx.Client, chance: random.Random) -> None:
        there = sorted(self._known.there)
        if there:
            number = chance.choice(there)
            self._known.maybe_withdrawn.add(number)
            if self._said(client.delete(f"/v1/articles/a{number}")).is_success:
                self._known.withdrawn.add(number)
        time.sleep(chance.uniform(0, 0.1))

    def _ask(self, client: httpx.Client, chance: random.Random) -> None:
        gone = set(self._known.withdrawn)
        answer = self._said(
            client.post("/v1/ask", json={"question": question(chance.randrange(10))})
        )
        self._known.wrong += wrong(answer.json(), gone)

    def _send_a_job(self, client: httpx.Client, _chance: random.Random) -> None:
        numbers = [self._numbers.take() for _ in range(20)]
        lines = "\n".join(json.dumps({"id": f"a{n}", "text": text(n)}) for n in numbers)
        headers = {"Content-Type": "application/x-ndjson"}
        self._said(client.post("/v1/ingest-jobs", content=lines, headers=headers))
        self._known.delivered |= set(numbers)  # 202: it will be, whatever happens
        time.sleep(0.3)

    def _said(self, response: httpx.Response) -> httpx.Response:
        if response.is_error and response.status_code not in (404, 410):
            self._known.wrong.append(response.text)
        return response


class Numbers:
    """Each number once, to whatever thread."""

    def __init__(self) -> None:
        self._next = 0
        self._lock = threading.Lock()

    def take(self) -> int:
        with self._lock:
            self._next += 1
            return self._next - 1


def wrong(answer: dict[str, object], withdrawn: set[int]) -> list[str]:
    """The quotes of an answer that are of withdrawn articles or not of their articles' text."""
    citations: list[dict[str, str]] = answer["citations"]  # type: ignore[assignment]
    return [
        str(cited)
        for cited in citations
        if int(cited["article_id"][1:]) in withdrawn
        or cited["quote"] != text(int(cited["article_id"][1:]))
    ]


def wait_for_jobs(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while any(
        job["state"] in ("queued", "running")
        for job in client.get("/v1/ingest-jobs", params={"limit": 100}).json()["jobs"]
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def assert_nothing_is_lost(running: Running, known: Acknowledged) -> None:
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client:
        wait_for_jobs(client)
        for number in sorted(known.delivered | known.maybe_withdrawn):
            status = client.get(f"/v1/articles/a{number}").status_code
            if number in known.withdrawn:
                assert status == 410, f"a{number} was withdrawn"
            elif number in known.maybe_withdrawn:
                assert status in (200, 410), f"a{number} was being withdrawn"
                if status == 410:
                    known.withdrawn.add(number)
            else:
                assert status == 200, f"a{number} was acknowledged"
        known.maybe_withdrawn = set(known.withdrawn)
        for number in range(len(PLACES)):
            answer = client.post("/v1/ask", json={"question": question(number)}).json()
            assert wrong(answer, known.withdrawn) == []


@pytest.mark.slow
def test_a_server_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    corpus, known, numbers = Corpus(tmp_path, MOCK), Acknowledged(), Numbers()
    reopened: list[float] = []
    for kill in range(KILLS):
        began = time.monotonic()
        with corpus.serve() as running:
            reopened.append(time.monotonic() - began)
            assert_nothing_is_lost(running, known)
            with Traffic(running.url, known, numbers, seed=kill):
                time.sleep(chance.uniform(0.3, 3))
                running.process.kill()
                running.process.wait(PATIENCE_S)
        assert known.wrong == [], f"before kill {kill + 1}"
        assert "Traceback" not in running.err
        found = corpus.run("doctor", "--json")
        assert found.code == 0, f"kill {kill + 1}: {found.said}"
    with corpus.serve() as running:
        assert_nothing_is_lost(running, known)
    assert known.withdrawn, "there were withdrawals"
    first, *again = reopened
    print(
        f"\n{KILLS} kills; {len(known.delivered)} acknowledged deliveries, {len(known.withdrawn)} "
        f"withdrawals; first start {first:.1f} s; reopening: median "
        f"{sorted(again)[len(again) // 2]:.1f} s, longest {max(again):.1f} s"
    )
