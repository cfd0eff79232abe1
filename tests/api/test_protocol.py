"""What HTTP asks of a server whatever it serves: HEAD, Allow, content codings, media types."""

import gzip
import json
import re
from typing import Any

import httpx
import pytest
from delivered import PLAIN
from serving import wait_until

GZIP = {"Accept-Encoding": "gzip"}
PLAINLY = {"Accept-Encoding": "identity"}
LONG = {"id": "long", "title": "A long one", "text": "The ferry to Ostry sailed at noon. " * 200}
EVENTS = {"question": "How many boats did the storm sink?", "stream": True}
OF_THE_MOMENT = {"x-request-id", "date"}


@pytest.fixture(scope="module")
def addresses(client: httpx.Client) -> dict[str, set[str]]:
    """Each address of the description, with something that is there, and its methods."""
    client.post("/v1/articles", json=LONG)
    refused = client.post("/v1/articles", json={"id": "hollow", "html": "<p></p>"})
    assert refused.status_code == 422
    lines = json.dumps(PLAIN) + "\n"
    job = client.post(
        "/v1/ingest-jobs", content=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    there = {
        "article_id": "long",
        "number": client.get("/v1/quarantine").json()["items"][0]["id"],
        "job_id": job.json()["id"],
    }
    paths = client.get("/openapi.json").json()["paths"]
    assert len(paths) >= 17
    return {path.format(**there): {m.upper() for m in methods} for path, methods in paths.items()}


@pytest.fixture(scope="module")
def readable(addresses: dict[str, set[str]]) -> list[str]:
    """Whatever can be read by GET: of the API, and of the page and its description."""
    documents = ["/", "/page/app.js", "/docs", "/redoc", "/openapi.json"]
    return [path for path, methods in addresses.items() if "GET" in methods] + documents


def _problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    return told


def test_head_is_answered_like_get_without_a_body_wherever_there_is_get(
    client: httpx.Client, readable: list[str]
) -> None:
    # Their bodies are of the moment: how long they are too, therefore.
    of_the_moment = {"/metrics", "/readyz"}
    for path in readable:
        for packed in (GZIP, PLAINLY):
            whole, head = client.get(path, headers=packed), client.head(path, headers=packed)
            assert (head.status_code, head.content) == (whole.status_code, b""), path
            varying = OF_THE_MOMENT | ({"content-length"} if path in of_the_moment else set())
            named = [
                {name: value for name, value in response.headers.items() if name not in varying}
                for response in (whole, head)
            ]
            assert named[0] == named[1], path
            assert ("content-length" in whole.headers) is ("content-length" in head.headers), path


def test_head_of_what_is_not_there_is_told_by_its_status(client: httpx.Client) -> None:
    head = client.head("/v1/articles/no-such")
    assert (head.status_code, head.content) == (404, b"")
    assert head.headers["content-type"] == "application/problem+json"
    assert client.head("/v1/ask").headers["allow"] == "POST"


def test_a_connection_is_good_for_more_after_head(client: httpx.Client) -> None:
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as again:
        for path in ("/v1/articles/long", "/v1/ask", "/"):
            again.head(path)
            assert again.get("/v1/articles/long").json()["id"] == "long"


def test_a_head_is_seen_as_one_with_its_route(client: httpx.Client) -> None:
    client.head("/v1/articles/long")
    counted = client.get("/metrics").text
    assert re.search(
        r'newscite_requests_total\{method="HEAD",route="/v1/articles/\{article_id:path\}"', counted
    )


def test_a_method_that_an_address_has_not_is_405_and_all_that_it_has_are_named(
    client: httpx.Client, addresses: dict[str, set[str]]
) -> None:
    for path, methods in addresses.items():
        possible = methods | ({"HEAD"} if "GET" in methods else set())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - methods:
            response = client.request(method, path)
            _problem(response, 405)
            assert set(response.headers["allow"].split(", ")) == possible, f"{method} {path}"
    for path in ("/", "/page/app.js", "/docs"):
        response = client.post(path)
        _problem(response, 405)
        assert response.headers["allow"] == "GET, HEAD", path


def test_text_of_some_length_is_packed_for_whoever_takes_it(client: httpx.Client) -> None:
    for path in ("/v1/articles/long", "/", "/page/app.js", "/openapi.json"):
        plain, packed = client.get(path, headers=PLAINLY), client.get(path, headers=GZIP)
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content
        for response in (plain, packed):
            assert "accept-encoding" in response.headers["vary"].lower(), path
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br;q=1.0, GZip; q=0.5", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, identity", False),
        ("identity", False),
        ("", False),
        ("not-gzip-at-all", False),
    ],
)
def test_what_a_client_does_not_take_it_does_not_get(
    client: httpx.Client, accepted: str, packed: bool
) -> None:
    response = client.get("/v1/articles/long", headers={"Accept-Encoding": accepted})
    assert ("content-encoding" in response.headers) is packed


def test_what_is_short_or_packed_already_goes_out_as_it_is(
    client: httpx.Client, addresses: dict[str, set[str]]
) -> None:
    item = next(path for path in addresses if re.fullmatch(r"/v1/quarantine/\d+", path))
    for path in ("/healthz", item):
        assert "content-encoding" not in client.get(path, headers=GZIP).headers
    with client.stream("POST", "/v1/admin/backup", headers=GZIP) as backup:
        assert backup.headers["content-type"] == "application/x-tar"
        assert "content-encoding" not in backup.headers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", EVENTS),
        (
            "/v1/chat/completions",
            {
                "model": "newscite",
                "stream": True,
                "messages": [{"role": "user", "content": EVENTS["question"]}],
            },
        ),
    ],
)
def test_events_are_never_packed(client: httpx.Client, path: str, body: Any) -> None:
    with client.stream("POST", path, json=body, headers=GZIP) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        assert b"data: " in b"".join(response.iter_raw())


def test_the_tag_of_a_packed_page_is_a_weak_one_and_holds(client: httpx.Client) -> None:
    plain = client.get("/page/app.js", headers=PLAINLY).headers["etag"]
    packed = client.get("/page/app.js", headers=GZIP).headers["etag"]
    assert packed == f"W/{plain}"
    for tag in (plain, packed):
        again = client.get("/page/app.js", headers=GZIP | {"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "anything"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/articles", "application/json"),
        ("/v1/ingest-jobs", "application/x-ndjson"),
        ("/v1/ask", "application/json"),
    ],
)
def test_a_packed_body_is_refused_and_told_what_is_taken(
    client: httpx.Client, path: str, kind: str, coding: str
) -> None:
    headers = {"Content-Type": kind, "Content-Encoding": coding}
    response = client.post(path, content=gzip.compress(b'{"id": "packed"}'), headers=headers)
    problem = _problem(response, 415)
    assert "send it as it is" in problem["detail"]
    assert response.headers["accept-encoding"] == "identity"
    assert client.get("/v1/articles/packed").status_code == 404


def test_a_body_said_to_be_as_it_is_is_taken(client: httpx.Client) -> None:
    response = client.post("/v1/articles", json=PLAIN, headers={"Content-Encoding": "identity"})
    assert response.status_code == 200


def test_a_file_that_is_packed_is_a_file_like_others(client: httpx.Client) -> None:
    lines = json.dumps({"id": "from-a-packed-file", "text": "The pond in Ostry froze."}) + "\n"
    file = ("wire.jsonl.gz", gzip.compress(lines.encode()))
    job = client.post("/v1/ingest-jobs", files={"file": file}).json()
    wait_until(lambda: client.get(f"/v1/ingest-jobs/{job['id']}").json()["state"] == "done")
    assert client.get("/v1/articles/from-a-packed-file").status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/ask", "application/x-www-form-urlencoded"),
        ("/v1/ask", "text/plain"),
        ("/v1/ask", None),
        ("/v1/articles", "text/xml"),
        ("/v1/search", "application/x-ndjson"),
        ("/v1/ingest-jobs", "application/json"),
        ("/v1/ingest-jobs", "text/csv"),
        ("/v1/ingest-jobs", None),
    ],
)
def test_a_body_of_another_type_is_refused_and_told_what_is_taken(
    client: httpx.Client, path: str, kind: str | None
) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    problem = _problem(client.post(path, content=b'{"question": "Who?"}', headers=headers), 415)
    assert "application/" in problem["detail"]
    assert (kind or "without") in problem["detail"]


def test_json_of_a_named_kind_is_json(client: httpx.Client) -> None:
    body = json.dumps({"question": "Who said so?"}).encode()
    for kind in ("application/json; charset=utf-8", "application/vnd.newsroom+json"):
        answer = client.post("/v1/ask", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("body", [42, "an article", None, True])
def test_what_is_no_delivery_is_told_what_one_is(client: httpx.Client, body: Any) -> None:
    problem = _problem(client.post("/v1/articles", json=body), 422)
    assert "body: " in problem["detail"]
    assert "dict[" not in problem["detail"]


@pytest.mark.parametrize("written", ["2019", "0", "-1", "1e9", "20190304"])
def test_a_bare_number_is_no_time(client: httpx.Client, written: str) -> None:
    listed = client.get("/v1/articles", params={"after": written})
    assert "after: " in _problem(listed, 422)["detail"]
    for as_of in (written, float(written)):
        asked = client.post("/v1/ask", json={"question": "Who?", "as_of": as_of})
        assert "2026-03-04T08:00:00Z" in _problem(asked, 422)["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "Who?", "stream": 1}),
        ("/v1/ask", {"question": "Who?", "include_passages": "yes"}),
        ("/v1/ask", {"question": "Who?", "max_citations": "3"}),
        ("/v1/search", {"query": "ferry", "limit": True}),
        ("/v1/timeline", {"question": "Which ferry?", "limit": "3"}),
        ("/v1/quarantine/retry", {"numbers": ["1"]}),
    ],
)
def test_what_only_looks_like_the_right_type_is_refused(
    client: httpx.Client, path: str, body: Any
) -> None:
    _problem(client.post(path, json=body), 422)
