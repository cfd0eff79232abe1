"""The protocol at /mcp keeps to the server's keys, limits and queue, and is seen as all else is."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from assistant import over_http
from serving import HeldModels, client, serving, wait_until

from rag.api_keys import new_key

pytestmark = pytest.mark.slow

TOWER = {
    "id": "tower",
    "title": "Tower",
    "text": "The tower of Brill is 61 metres high, a mason said.",
}
QUESTION = {"question": "How high is the tower of Brill?"}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    """A call as it is sent, by a client that says hello to nobody."""
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def post(http: httpx.Client, message: Any, **headers: str) -> httpx.Response:
    """Sends a message as the protocol has it."""
    accepted = {"Accept": "application/json, text/event-stream"}
    return http.post("/mcp", json=message, headers=accepted | headers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that holds the article TOWER, whose server is stopped."""
    made = tmp_path_factory.mktemp("mcp")
    with serving(made) as url, client(url) as http:
        assert http.post("/v1/articles", json=TOWER).status_code == 200
    return made


def test_a_key_is_needed_where_there_are_keys_and_its_scope_has_to_be_ask(folder: Path) -> None:
    made = [new_key(scope, [scope]) for scope in ("ask", "ingest")]
    keys = [kept.as_setting() for _, kept in made]
    with serving(folder, api_keys=keys) as url:
        with client(url) as http:
            unknown = post(http, call("list_sources"))
        with client(url, made[1][0]) as http:
            other = post(http, call("list_sources"))
        with over_http(url, made[0][0]) as assistant:
            assert assistant.given("ask", **QUESTION)["answerable"]
    assert unknown.status_code == 401
    assert unknown.headers["www-authenticate"].startswith("Bearer")
    assert (other.status_code, other.json()["type"]) == (403, "urn:newscite:problem:forbidden")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """A server over it that works on one question at a time and keeps the others waiting."""
    with serving(
        folder, max_concurrency=1, max_queue=1, max_body_bytes=10_000, answer_cache=0,
        question_log=True, cors_origins=["https://desk.example"],
    ) as url:  # fmt: skip
        yield url


def test_a_call_stands_alone_so_that_no_restart_loses_it(url: str) -> None:
    with client(url) as http:
        response = post(http, call("ask", **QUESTION))
    assert response.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in response.headers
    assert response.json()["result"]["structuredContent"]["answerable"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 200), ("{url}", 200), ("https://desk.example", 200), ("https://evil.example", 403)],
)
def test_a_page_of_another_site_may_not_call(url: str, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": origin.format(url=url)}
    with client(url) as http:
        assert post(http, call("list_sources"), **headers).status_code == status


def test_what_is_no_call_is_refused_in_good_order(url: str) -> None:
    with client(url) as http:
        other = http.get("/mcp")
        plain = http.post("/mcp", content="hello")
        large = post(http, call("ask", question="x" * 10_000))
        broken = http.post("/mcp", content="{", headers={"Content-Type": "application/json"})
    assert (other.status_code, other.headers["allow"]) == (405, "POST")
    assert (plain.status_code, large.status_code, broken.status_code) == (415, 413, 400)
    assert "Content-Type: application/json" in plain.json()["detail"]


def test_it_describes_itself_and_so_is_not_in_the_description_of_the_api(url: str) -> None:
    with client(url) as http:
        assert "/mcp" not in http.get("/openapi.json").json()["paths"]


def _counted(http: httpx.Client, name: str) -> float:
    lines = http.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_a_question_is_counted_and_kept_as_any_other_is(url: str, folder: Path) -> None:
    names = ("newscite_answers_total", "newscite_model_runs_total", "newscite_queue_seconds_count")
    with client(url) as http, over_http(url) as assistant:
        before = [_counted(http, name) for name in names]
        answer = assistant.given("ask", **QUESTION)
        after = [_counted(http, name) for name in names]
    assert all(now > then for now, then in zip(after, before, strict=True))
    (log,) = (folder / "questions").glob("*.jsonl")
    assert answer["request_id"] in [
        json.loads(line)["request_id"] for line in log.read_text().splitlines()
    ]


@pytest.fixture
def models() -> Iterator[HeldModels]:
    """The models of this process, to be held."""
    with pytest.MonkeyPatch.context() as patch:
        held = HeldModels(patch)
        yield held
        held.let_go()


class Calling:
    """A question asked in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.result: Any = None
        self._thread = threading.Thread(target=self._ask, args=(url,))
        self._thread.start()

    def _ask(self, url: str) -> None:
        with client(url) as http:
            self.result = post(http, call("ask", **QUESTION)).json()["result"]

    def wait(self) -> Any:
        self._thread.join()
        return self.result


def test_questions_wait_their_turn_and_hold_up_nothing_else(url: str, models: HeldModels) -> None:
    with client(url) as http:
        models.hold()
        working = Calling(url)
        wait_until(lambda: models.running == 1)
        waiting = Calling(url)
        wait_until(lambda: _counted(http, "newscite_queue_waiting") == 1)
        turned_away = post(http, call("ask", **QUESTION)).json()["result"]
        reading = post(http, call("read_article", article_id="tower")).json()["result"]
        assert http.get("/healthz").status_code == 200
        assert models.running == 1
        models.let_go()
    assert turned_away["isError"]
    assert "the server does as much as it can" in turned_away["content"][0]["text"]
    assert reading["structuredContent"]["text"] == TOWER["text"]
    assert [not each.wait()["isError"] for each in (working, waiting)] == [True, True]


def test_who_goes_away_is_not_worked_for(url: str, models: HeldModels) -> None:
    with client(url) as http:
        before = _counted(http, "newscite_answers_total")
        models.hold()
        with pytest.raises(httpx.ReadTimeout):
            http.post("/mcp", json=call("ask", **QUESTION), timeout=1,
                      headers={"Accept": "application/json, text/event-stream"})  # fmt: skip
        wait_until(lambda: models.running == 1)
        models.let_go()
        wait_until(lambda: _counted(http, "newscite_queue_working") == 0)
        assert _counted(http, "newscite_answers_total") == before


def test_a_question_that_takes_too_long_is_stopped(tmp_path: Path, models: HeldModels) -> None:
    with serving(tmp_path, request_timeout_s=1) as url, client(url) as http:
        assert http.post("/v1/articles", json=TOWER).status_code == 200
        models.hold()
        threading.Timer(1.5, models.let_go).start()
        late = post(http, call("ask", **QUESTION)).json()["result"]
    assert late["isError"]
    assert "this took more than the 1 s that it may take" in late["content"][0]["text"]
