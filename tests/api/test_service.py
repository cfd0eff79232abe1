"""What holds for every route: problems, request ids, headers, health and the API's description."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.settings import Settings

JSON = {"Content-Type": "application/json"}


def _is_a_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "request_id"} <= set(problem)
    assert problem["status"] == status
    assert problem["type"].startswith("urn:newscite:problem:")
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    return problem


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1", 404),
        ("GET", "/page/%2E%2E/app.py", 404),
        ("GET", "/v1/articles/no-such", 404),
        ("GET", "/v1/articles/https%3A%2F%2Fa.example%2F%2Fb%3Fc%3D%27d%27%23%C3%A9", 404),
        ("GET", "/v1/articles/%FF%FE", 404),
        ("GET", "/v1/articles/a%00b", 404),
        ("GET", "/v1/articles/a%0Ab", 404),
        ("GET", "/v1/articles/", 404),
        ("DELETE", "/v1/articles/no-such", 404),
        ("GET", "/v1/ask", 405),
        ("PUT", "/v1/articles/ellery-harbour", 405),
        ("DELETE", "/v1/articles", 405),
        ("POST", "/healthz", 405),
    ],
)
def test_what_is_not_there_is_a_problem(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    problem = _is_a_problem(client.request(method, path), status)
    assert problem["detail"]


def test_a_problem_names_the_unknown_article(client: httpx.Client) -> None:
    problem = client.get("/v1/articles/https%3A%2F%2Fa.example%2F%C3%A9%3Fb").json()
    assert "https://a.example/é?b" in problem["detail"]


def test_405_says_what_is_possible(client: httpx.Client) -> None:
    assert client.get("/v1/ask").headers["allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"question": ', b"question=Who", b"\xff\xfe\x00", b"[" * 50_000, b'{"question": NaN}'],
)
@pytest.mark.parametrize(
    "path",
    ["/v1/ask", "/v1/search", "/v1/articles", "/v1/citations/verify", "/v1/chat/completions"],
)
def test_a_body_that_is_not_json_is_a_problem(client: httpx.Client, path: str, body: bytes) -> None:
    response = client.post(path, content=body, headers=JSON)
    _is_a_problem(response, response.status_code)
    assert response.status_code in (400, 422)


def test_malformed_json_is_told_by_its_place(client: httpx.Client) -> None:
    problem = client.post("/v1/ask", content=b'{"question": }', headers=JSON).json()
    assert problem["errors"][0]["field"] == "body"
    assert "not valid JSON at character 13" in problem["detail"]


def test_a_body_in_another_type_is_a_problem(client: httpx.Client) -> None:
    _is_a_problem(client.post("/v1/ask", data={"question": "Who?"}), 415)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question: is missing, and has to be given"),
        ({"question": " "}, "question: is empty"),
        ({"question": "x" * 10_000}, "question: has 10,000 characters; at most 2,000 are possible"),
        ({"question": "Who?", "modee": "x"}, "modee: there is no such field; /docs lists"),
        ([], "body: has to be a JSON object"),
    ],
)
def test_a_wrong_field_is_told_in_words_that_say_what_to_do(
    client: httpx.Client, body: Any, said: str
) -> None:
    assert said in _is_a_problem(client.post("/v1/ask", json=body), 422)["detail"]


def test_no_body_is_a_problem(client: httpx.Client) -> None:
    _is_a_problem(client.post("/v1/ask"), 422)


def test_a_body_over_the_limit_is_a_problem_announced_or_not(client: httpx.Client) -> None:
    megabyte = b" " * 1_000_000
    announced = client.post("/v1/articles", content=megabyte * 17, headers=JSON)
    assert "16,000,000" in _is_a_problem(announced, 413)["detail"]
    chunked = client.post("/v1/articles", content=iter([megabyte] * 17), headers=JSON)
    _is_a_problem(chunked, 413)
    assert client.get("/healthz").status_code == 200


def test_a_fault_of_ours_is_a_problem_without_its_traceback(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))  # never started, so it has no corpus to ask
    client = TestClient(app, raise_server_exceptions=False)
    response = client.get("/v1/articles", headers={"X-Request-ID": "mine"})
    problem = _is_a_problem(response, 500)
    assert problem["request_id"] == "mine"
    assert "state" not in problem["detail"]


def test_the_client_s_own_request_id_is_given_back(client: httpx.Client) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "trace-42.a_B"})
    assert response.headers["x-request-id"] == "trace-42.a_B"
    answer = client.post(
        "/v1/ask", json={"question": "Who?"}, headers={"X-Request-ID": "trace-43"}
    ).json()
    assert answer["request_id"] == "trace-43"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "é".encode()])
def test_a_request_id_that_is_not_plain_is_replaced(
    client: httpx.Client, given: str | bytes
) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


def test_two_requests_have_two_ids(client: httpx.Client) -> None:
    ids = {client.get("/healthz").headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/v1/articles", "/nothing"])
def test_every_response_protects_its_reader(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert ("default-src 'self';" if path == "/docs" else "default-src 'none';") in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "clipboard" not in headers["permissions-policy"], "the page copies citations"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert ("'unsafe-inline'" in policy) is (path == "/docs")


def test_health_is_told(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["articles"] >= 1
    assert ready["passages"] >= 1
    assert set(ready["models"]) == {"embedding", "reranker", "reader"}


def test_the_page_is_there(client: httpx.Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
def test_a_page_loads_nothing_from_another_host(client: httpx.Client, path: str) -> None:
    html = client.get(path).text
    loaded = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']([^"']+)""", html)
    assert loaded
    for address in loaded:
        assert not re.match(r"//|(?!data:)\w+:", address), address
        if not address.startswith("data:"):
            assert client.get("/" + address.lstrip("/")).status_code == 200, address
    assert "@import" not in html


def test_the_description_has_an_example_and_a_response_for_every_operation(
    client: httpx.Client,
) -> None:
    api = client.get("/openapi.json").json()
    assert {(method, path) for path, methods in api["paths"].items() for method in methods} == {
        ("post", "/v1/admin/backup"),
        ("post", "/v1/admin/reindex"),
        ("get", "/v1/admin/reindex"),
        ("post", "/v1/ask"),
        ("post", "/v1/search"),
        ("post", "/v1/timeline"),
        ("post", "/v1/citations/verify"),
        ("post", "/v1/chat/completions"),
        ("get", "/v1/models"),
        ("get", "/v1/corpus"),
        ("get", "/v1/articles"),
        ("post", "/v1/articles"),
        ("get", "/v1/articles/{article_id}"),
        ("delete", "/v1/articles/{article_id}"),
        ("post", "/v1/ingest-jobs"),
        ("get", "/v1/ingest-jobs"),
        ("get", "/v1/ingest-jobs/{job_id}"),
        ("delete", "/v1/ingest-jobs/{job_id}"),
        ("get", "/v1/quarantine"),
        ("get", "/v1/quarantine/{number}"),
        ("delete", "/v1/quarantine/{number}"),
        ("post", "/v1/quarantine/retry"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    }
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            success = next(code for code in operation["responses"] if code.startswith("2"))
            told = operation["responses"][success]["content"]
            assert all(each.get("schema") or each["itemSchema"] for each in told.values()), (
                f"{method} {path} does not say what it returns"
            )
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]
                    assert response["description"]
            if "requestBody" in operation:
                assert _examples(operation["requestBody"], api), f"{method} {path}: no example"


def test_the_examples_of_the_description_work(client: httpx.Client) -> None:
    api = client.get("/openapi.json").json()
    for path in ("/v1/ask", "/v1/search", "/v1/timeline", "/v1/chat/completions"):
        for example in _examples(api["paths"][path]["post"]["requestBody"], api):
            assert client.post(path, json=example).status_code == 200


def _examples(body: dict[str, Any], api: dict[str, Any]) -> list[Any]:
    content = body["content"].get("application/json") or body["content"]["application/x-ndjson"]
    if "example" in content:
        return [content["example"]]
    name = content["schema"]["$ref"].rsplit("/", 1)[-1]
    examples: list[Any] = api["components"]["schemas"][name].get("examples", [])
    return examples
