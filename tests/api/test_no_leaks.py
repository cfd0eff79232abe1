"""What may not be shown is shown by no door; an embargo ends, and a right expires, by the clock.

A real server in this process, so that its clock can be moved; nothing runs to lift an embargo.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zlib import crc32

import httpx
import pytest
import uvicorn
from builders import day
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import app as command
from rag import present
from rag.settings import Settings

pytestmark = pytest.mark.slow

NOW = day(10, month=3, year=2031)
BEFORE, AFTER = NOW - timedelta(days=5), NOW + timedelta(days=5)


class Served:
    """The server, its clock, and the command beside it."""

    def __init__(self, http: httpx.Client, settings: Settings) -> None:
        self.http = http
        self.time = NOW
        self._settings = settings

    def deliver(self, *articles: dict[str, Any]) -> None:
        for article in articles:
            response = self.http.post("/v1/articles", json=article)
            assert response.status_code == 200, response.text

    def run(self, *arguments: str) -> str:
        ran = CliRunner().invoke(command, ["--data-dir", str(self._settings.data_dir), *arguments])
        return ran.output


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with socket.create_server(("127.0.0.1", 0)) as bound, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        own = Settings(data_dir=folder / "data")
        server = uvicorn.Server(uvicorn.Config(create_app(own, url), log_config=None))
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.05)
            with httpx.Client(base_url=url, timeout=120, trust_env=False) as http:
                running = Served(http, own)
                patch.setattr(present, "now", lambda: running.time)
                yield running
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def at_noon(served: Served) -> Iterator[Served]:
    yield served
    served.time = NOW


def _fact(place: str) -> str:
    """What is told of a place's vault and of no other; no question holds it."""
    return f"{crc32(place.encode()) % 900_000 + 100_000:,} gold coins"


def _article(place: str, **fields: Any) -> dict[str, Any]:
    told = f"The vault of {place} holds {_fact(place)}, its keeper said. Nobody has counted the silver."
    dates = {"published_at": BEFORE.isoformat(), "updated_at": BEFORE.isoformat()}
    return {"id": f"https://news.example/{place}", "title": f"Vault of {place}", "text": told,
            "source": "Gazette"} | dates | fields  # fmt: skip


def _doors(served: Served, place: str) -> dict[str, Callable[[], str]]:
    """Every way to ask for the article of a place, as what comes back."""
    article_id = f"https://news.example/{place}"
    path = f"/v1/articles/{quote(article_id, safe='')}"
    question = f"How many gold coins does the vault of {place} hold?"
    earlier = {"question": f"Where is the vault of {place}?", "answer": f"It is in {place}."}
    follow_up = "How many gold coins does it hold?"
    times = {"now": {}} | {
        f"as of {name}": {"as_of": moment.isoformat()}
        for name, moment in {
            "then": BEFORE + timedelta(hours=1), "now": NOW, "later": AFTER + timedelta(days=900)
        }.items()
    }  # fmt: skip
    asked = {
        name: {"question": question, "include_passages": True} | at for name, at in times.items()
    }

    def get(where: str) -> Callable[[], str]:
        return lambda: served.http.get(where).text

    def post(where: str, body: dict[str, Any]) -> Callable[[], str]:
        return lambda: served.http.post(where, json=body).text

    def chat(stream: bool) -> Callable[[], str]:
        messages = [{"role": "user", "content": earlier["question"]},
                    {"role": "assistant", "content": earlier["answer"]},
                    {"role": "user", "content": follow_up}]  # fmt: skip
        body = {"model": "newscite", "messages": messages, "stream": stream}
        return post("/v1/chat/completions", body)

    verify = {"article_id": article_id, "quote": f"The vault of {place} holds"}
    return {
        **{f"ask {name}": post("/v1/ask", body) for name, body in asked.items()},
        "ask of it alone": post(
            "/v1/ask", {"question": question, "filters": {"article_ids": [article_id]}}
        ),
        "ask in a stream": post("/v1/ask", asked["now"] | {"stream": True}),
        "ask further": post("/v1/ask", {"question": follow_up, "history": [earlier]}),
        **{f"search {name}": post("/v1/search", {"query": question} | at)
           for name, at in times.items()},
        **{f"timeline {name}": post("/v1/timeline", {"question": question} | at)
           for name, at in times.items()},
        **{f"list {status}": get(f"/v1/articles?limit=200{status}")
           for status in ("", "&status=usable", "&status=withheld", "&status=canceled")},
        "read": get(path),
        "read version 1": get(f"{path}?version=1"),
        "read version 2": get(f"{path}?version=2"),
        "verify": post("/v1/citations/verify", verify),
        "verify version 1": post("/v1/citations/verify", verify | {"version": 1}),
        "chat": chat(stream=False),
        "chat in a stream": chat(stream=True),
        "newscite ask": lambda: served.run("ask", question),
        "newscite search": lambda: served.run("search", question),
        "newscite articles list": lambda: served.run("articles", "list", "--limit", "999"),
        "newscite articles show": lambda: served.run("articles", "show", article_id),
        "newscite articles history": lambda: served.run("articles", "history", article_id),
        "newscite articles export": lambda: served.run("articles", "export"),
    }  # fmt: skip


def _telling(served: Served, place: str) -> set[str]:
    """The doors that tell anything of the article: its fact, its headline or where words stand."""
    told = {name: door() for name, door in _doors(served, place).items()}
    signs = (_fact(place), f"Vault of {place}", '"status":"found"')
    return {name for name, text in told.items() if any(sign in text for sign in signs)}


_OPEN_ONLY = {"read version 2", "list &status=withheld", "list &status=canceled"}


def _all_doors(served: Served, place: str) -> set[str]:
    return set(_doors(served, place)) - _OPEN_ONLY


def test_an_open_article_is_told_by_every_door(at_noon: Served) -> None:
    at_noon.deliver(_article("Abersea"))
    assert _telling(at_noon, "Abersea") == _all_doors(at_noon, "Abersea")


def _later(**fields: Any) -> dict[str, Any]:
    return {"updated_at": (BEFORE + timedelta(days=1)).isoformat()} | fields


@pytest.mark.parametrize(
    ("place", "deliveries"),
    [
        ("Bexmoor", [{"status": "withheld"}]),
        ("Calder", [{"embargoed_until": AFTER.isoformat()}]),
        ("Dunholm", [{"expires_at": NOW.isoformat()}]),
        ("Elmsund", [{}, {"status": "canceled"}]),
        ("Farleigh", [{"status": "canceled"}, {}, _later(correction="It is 12.")]),
        ("Gorsby", [{}, _later(status="withheld")]),
        ("Hexmouth", [{}, _later(embargoed_until=AFTER.isoformat())]),
        ("Iverness", [{}, _later(expires_at=NOW.isoformat())]),
    ],
    ids=["withheld", "embargo", "expired", "killed", "killed before it came", "withheld since",
         "embargo since", "expired since"],
)  # fmt: skip
def test_what_may_not_be_shown_is_told_by_no_door(
    at_noon: Served, place: str, deliveries: list[dict[str, Any]]
) -> None:
    at_noon.deliver(*(_article(place, **fields) for fields in deliveries))
    assert _telling(at_noon, place) == set()


def test_an_embargo_ends_and_a_right_expires_by_the_clock_alone(at_noon: Served) -> None:
    until, over = NOW + timedelta(seconds=1, microseconds=1), NOW + timedelta(days=1)
    bounds = {"embargoed_until": until.isoformat(), "expires_at": over.isoformat()}
    at_noon.deliver(_article("Jarrow", **bounds))
    after: dict[datetime, set[str]] = {}
    for moment in (until - timedelta(microseconds=1), until + timedelta(seconds=1), over):
        at_noon.time = moment
        after[moment] = _telling(at_noon, "Jarrow")
    early, open_, late = after.values()
    # As it stood before the embargo's end, it was not to be seen.
    assert (early, late) == (set(), set())
    assert open_ == _all_doors(at_noon, "Jarrow") - {
        f"{door} as of {time}" for door in ("ask", "search", "timeline") for time in ("then", "now")
    }


def test_a_hidden_copy_is_not_named_as_one(at_noon: Served) -> None:
    held = _article("Kells", embargoed_until=AFTER.isoformat())
    shown = [_article("Kells", id=f"kells-{n}", source=f"Courier {n}") for n in (1, 2)]
    at_noon.deliver(held, *shown)
    question = {"question": "How many gold coins does the vault of Kells hold?"}
    answer = at_noon.http.post("/v1/ask", json=question)
    assert answer.json()["answerable"]
    assert held["id"] not in answer.text
    told = at_noon.http.post("/v1/timeline", json=question)
    assert "kells-1" in told.text
    assert held["id"] not in told.text


def test_by_hand_an_article_is_killed_as_by_its_wire(at_noon: Served) -> None:
    for place, kill in {
        "Lorne": lambda one: at_noon.http.delete(f"/v1/articles/{quote(one, safe='')}"),
        "Morwen": lambda one: at_noon.run("articles", "withdraw", one),
    }.items():
        at_noon.deliver(_article(place), _article(place, **_later()))
        kill(f"https://news.example/{place}")  # type: ignore[no-untyped-call]
        at_noon.deliver(_article(place), _article(place, updated_at=AFTER.isoformat()))
        assert _telling(at_noon, place) == set()


def test_what_was_corrected_is_told_with_the_answer(at_noon: Served) -> None:
    wrong, right = {"updated_at": BEFORE.isoformat()}, _later(correction="It is gold, not silver.")
    last = {"updated_at": NOW.isoformat(), "section": "Local"}
    at_noon.deliver(*(_article("Nairn", **fields) for fields in (wrong, right, last)))
    question = "How many gold coins does the vault of Nairn hold?"
    now = at_noon.http.post("/v1/ask", json={"question": question}).json()
    note = "The article “Vault of Nairn” was corrected: It is gold, not silver."
    assert now["citations"][0]["correction"] == "It is gold, not silver."
    assert now["citations"][0]["corrected_since"] is None
    assert note in now["notes"]
    then = (BEFORE + timedelta(hours=1)).isoformat()
    before = at_noon.http.post("/v1/ask", json={"question": question, "as_of": then}).json()
    (cited,) = {(c["version"], c["correction"], c["corrected_since"]) for c in before["citations"]}
    assert cited == (1, None, "It is gold, not silver.")
    assert any("was corrected after version 1" in told for told in before["notes"])
    message = {"role": "user", "content": question}
    body = {"model": "newscite", "messages": [message]}
    chat = at_noon.http.post("/v1/chat/completions", json=body).json()
    content = chat["choices"][0]["message"]["content"]
    assert content.endswith(f"\n\nCorrections: {note}")
    stream = at_noon.http.post("/v1/chat/completions", json=body | {"stream": True})
    assert "Corrections: The article" in stream.text
    assert "Correction: It is gold" in at_noon.run("ask", question)
    assert "Corrected since: It is gold" in at_noon.run("ask", question, "--as-of", then[:19])
