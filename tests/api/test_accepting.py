"""Who takes nothing that an address has is told so, and whoever takes some of it is answered."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accepting import takes

ASKED = {"question": "How many boats did the storm sink?"}
CHAT = {
    "model": "newscite",
    "messages": [{"role": "user", "content": ASKED["question"]}],
}
PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "kind", "taken"),
    [
        ("*/*", "application/json", True),
        ("application/*", "application/json", True),
        ("text/*", "application/json", False),
        ("Application/JSON; charset=utf-8", "application/json", True),
        ("application/json;q=0", "application/json", False),
        ("application/json;q=0.001", "application/json", True),
        ("*/*, application/json;q=0.0", "application/json", False),
        ("*/*;q=0, application/*", "application/json", True),
        ("text/html, application/json;v=1;Q=0.5", "application/json", True),
        ("application/json-patch", "application/json", False),
        ("application/json;q=much", "application/json", True),
        (",,;q=0", "application/json", False),
        (BROWSER, "application/json", True),
        (PROMETHEUS, "text/plain", True),
    ],
)
def test_what_is_closest_to_a_type_decides(accepted: str, kind: str, taken: bool) -> None:
    assert takes(accepted, kind) is taken


@given(st.text())
def test_whatever_is_sent_is_read(accepted: str) -> None:
    assert takes(accepted + ",application/json", "application/json")


@pytest.mark.parametrize(
    ("method", "path", "body", "has"),
    [
        ("GET", "/v1/articles", None, "application/json"),
        ("GET", "/healthz", None, "application/json"),
        ("GET", "/metrics", None, "text/plain"),
        ("GET", "/v1/quarantine/1", None, "application/octet-stream"),
        ("POST", "/v1/admin/backup", None, "application/x-tar"),
        ("POST", "/v1/search", {"query": "storm"}, "application/json"),
        ("POST", "/v1/ask", ASKED, "application/json or text/event-stream"),
        ("POST", "/v1/chat/completions", CHAT, "application/json or text/event-stream"),
    ],
)
def test_who_takes_nothing_of_it_is_told_what_there_is(
    client: httpx.Client, method: str, path: str, body: object, has: str
) -> None:
    response = client.request(method, path, json=body, headers={"Accept": "application/xml"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert f"answered as {has}, and not as application/xml" in response.json()["detail"]


@pytest.mark.parametrize("accepted", ["", "*/*", BROWSER, "application/json", "application/*"])
def test_who_takes_it_among_others_is_answered(client: httpx.Client, accepted: str) -> None:
    response = client.get("/v1/articles", headers={"Accept": accepted})
    assert response.status_code == 200


def test_nothing_is_done_for_who_does_not_take_the_answer(client: httpx.Client) -> None:
    article = {"id": "not-taken", "text": "The mill of Ostry burnt down."}
    refused = client.post("/v1/articles", json=article, headers={"Accept": "text/html"})
    assert refused.status_code == 406
    assert client.get("/v1/articles/not-taken").status_code == 404


def test_prometheus_gets_its_metrics_and_a_browser_the_page(client: httpx.Client) -> None:
    assert client.get("/metrics", headers={"Accept": PROMETHEUS}).status_code == 200
    for path in ("/", "/docs", "/page/app.js"):
        assert client.get(path, headers={"Accept": BROWSER}).status_code == 200
