"""Who may come in: keys, their scopes, what is kept of them, and what of them is ever told."""

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from delivered import PLAIN
from hypothesis import given
from hypothesis import strategies as st
from newscite_process import Corpus, Running
from starlette.routing import Mount, Route

from api.access import keyring
from api.access.scopes import needed_scope
from api.app import create_app
from rag import api_keys
from rag.api_keys import SCOPES, Scope, id_of, is_name, new_key, parse_setting, same
from rag.data_folder import archive_file
from rag.errors import ConfigurationError
from rag.settings import Settings, load_settings

EVERY_ROUTE: dict[tuple[str, str], Scope | None] = {
    ("GET", "/"): None,
    ("GET", "/page"): None,
    ("GET", "/static-offline-docs"): None,
    ("GET", "/docs"): None,
    ("GET", "/docs/oauth2-redirect"): None,
    ("GET", "/redoc"): None,
    ("GET", "/openapi.json"): None,
    ("HEAD", "/openapi.json"): None,
    ("GET", "/healthz"): None,
    ("GET", "/readyz"): None,
    ("GET", "/metrics"): "ask",
    ("POST", "/mcp"): "ask",
    ("POST", "/v1/ask"): "ask",
    ("POST", "/v1/search"): "ask",
    ("POST", "/v1/timeline"): "ask",
    ("POST", "/v1/citations/verify"): "ask",
    ("POST", "/v1/chat/completions"): "ask",
    ("GET", "/v1/models"): "ask",
    ("GET", "/v1/articles"): "ask",
    ("GET", "/v1/corpus"): "ask",
    ("GET", "/v1/articles/{article_id:path}"): "ask",
    ("POST", "/v1/articles"): "ingest",
    ("DELETE", "/v1/articles/{article_id:path}"): "ingest",
    ("POST", "/v1/ingest-jobs"): "ingest",
    ("GET", "/v1/ingest-jobs"): "ingest",
    ("GET", "/v1/ingest-jobs/{job_id}"): "ingest",
    ("DELETE", "/v1/ingest-jobs/{job_id}"): "ingest",
    ("GET", "/v1/quarantine"): "ingest",
    ("GET", "/v1/quarantine/{number}"): "ingest",
    ("DELETE", "/v1/quarantine/{number}"): "ingest",
    ("POST", "/v1/quarantine/retry"): "ingest",
    ("POST", "/v1/admin/backup"): "admin",
    ("POST", "/v1/admin/reindex"): "admin",
    ("GET", "/v1/admin/reindex"): "admin",
}


def _found(routes: Iterable[Any]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in routes:
        if isinstance(route, Route):
            found |= {(method, route.path) for method in route.methods or ()}
        elif isinstance(route, Mount):
            found.add(("GET", route.path))
        else:  # how FastAPI keeps a router that was included
            found |= _found(route.original_router.routes)
    return found


def _routes(tmp_path: Path) -> set[tuple[str, str]]:
    app = create_app(Settings(data_dir=tmp_path))
    described = app.openapi()["paths"].items()
    return _found(app.routes) | {
        (method.upper(), path) for path, methods in described for method in methods
    }


def _plain(routes: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(method, re.sub(r":\w+(?=})", "", path)) for method, path in routes}


def test_every_route_is_in_the_table_of_scopes(tmp_path: Path) -> None:
    assert _plain(_routes(tmp_path)) == _plain(set(EVERY_ROUTE))


def _asked(path: str) -> str:
    """An address that the route answers at."""
    folder = path in ("/page", "/static-offline-docs")
    return path + "/app.js" if folder else path.replace("{", "").replace("}", "")


def test_every_route_needs_its_scope() -> None:
    for (method, path), scope in EVERY_ROUTE.items():
        assert needed_scope(method, _asked(path)) == scope, path


@given(st.sampled_from(["GET", "POST", "DELETE", "PUT"]), st.text(max_size=20))
def test_what_is_not_in_it_needs_admin(method: str, rest: str) -> None:
    assert needed_scope(method, "/v2" + rest) == "admin"
    assert needed_scope(method, "/v1/asking" + rest.replace("/", "")) == "admin"


def test_the_description_tells_the_scope_of_each_operation(tmp_path: Path) -> None:
    api = create_app(Settings(data_dir=tmp_path)).openapi()
    assert set(api["components"]["securitySchemes"]) == {"bearer", "header"}
    assert api["paths"]["/v1/articles"]["post"]["security"][0] == {"bearer": ["ingest"]}
    assert "security" not in api["paths"]["/healthz"]["get"]


@given(st.sets(st.sampled_from(SCOPES), min_size=1))
def test_a_key_in_the_settings_is_read_as_it_was_made(scopes: set[Scope]) -> None:
    key, kept = new_key("desk", scopes)
    read = parse_setting(kept.as_setting())
    assert (read.scopes, read.sha256) == (scopes, hashlib.sha256(key.encode()).hexdigest())
    assert id_of(key) == kept.id
    with pytest.raises(ValueError, match="a key itself stands there") as refused:
        parse_setting(key)
    assert key not in str(refused.value)


@given(st.text())
def test_a_name_can_stand_in_the_settings(name: str) -> None:
    if is_name(name):
        line = new_key(name, ["ask"])[1].as_setting()
        assert parse_setting(line).name == name


def test_hashes_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def comparing(one: str, other: str) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(api_keys.hmac, "compare_digest", comparing)
    assert not same("a" * 64, "a" * 64), "nothing but compare_digest decides"
    assert compared == [("a" * 64, "a" * 64)]
    assert keyring.same is same


def test_a_setting_that_holds_a_key_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, kept = new_key("desk", ["ask"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSCITE_API_KEYS", key)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(tmp_path)
    assert key not in str(refused.value)
    assert "newscite keys create --for-settings" in str(refused.value)
    settings = Settings(data_dir=tmp_path, api_keys=kept.as_setting(), api_key=key)  # type: ignore[arg-type]
    assert key not in repr(settings)
    assert kept.sha256 not in repr(settings)


@dataclass
class Closed:
    """A server that wants a key, and a key of each scope."""

    running: Running
    keys: dict[str, str]

    def http(self, scope: str | None, **headers: str) -> httpx.Client:
        given = {"Authorization": f"Bearer {self.keys[scope]}"} if scope else {}
        return httpx.Client(
            base_url=self.running.url, headers=given | headers, timeout=60, trust_env=False
        )


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    corpus = Corpus(tmp_path_factory.mktemp("closed"))
    set_key, kept = new_key("configured", ["ask"])
    env = {"NEWSCITE_API_KEYS": kept.as_setting(), "NEWSCITE_CORS_ORIGINS": "https://news.example"}
    with corpus.serve(env=env) as running:
        keys = {scope: _made(corpus, scope, scope) for scope in SCOPES}
        closed = Closed(running, keys | {"configured": set_key})
        with closed.http("ingest") as http:
            assert http.post("/v1/articles", json=PLAIN).status_code == 200
        yield closed


def _made(corpus: Corpus, name: str, scope: str) -> str:
    ran = corpus.run("keys", "create", "--name", name, "--scope", scope)
    assert ran.code == 0, ran.err
    key = ran.out.strip()
    assert id_of(key), "standard output holds the key and nothing else"
    return key


def test_without_a_key_nothing_but_the_doors_that_are_open_to_all_answers(closed: Closed) -> None:
    with closed.http(None) as http:
        for (method, path), scope in EVERY_ROUTE.items():
            status = http.request(method, _asked(path)).status_code
            assert (status == 401) == (scope is not None), f"{method} {path}: {status}"


def test_a_refusal_says_how_to_send_a_key(closed: Closed) -> None:
    with closed.http(None) as http:
        refused = http.post("/v1/ask", json={"question": "Who?"})
    assert refused.headers["www-authenticate"] == 'Bearer realm="newscite"'
    assert refused.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer" in refused.json()["detail"]
    with closed.http(None, **{"X-API-Key": "newscite_guess"}) as http:
        refused = http.get("/v1/models")
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize("given", ["Authorization", "X-API-Key"])
@pytest.mark.parametrize("scope", ["ask", "configured"])
def test_a_key_is_taken_from_either_header(closed: Closed, given: str, scope: str) -> None:
    key = closed.keys[scope]
    value = f"bearer {key}" if given == "Authorization" else key
    with closed.http(None, **{given: value}) as http:
        answered = http.get("/v1/models")
    assert answered.status_code == 200
    assert answered.headers["cache-control"] == "private, no-cache"


def test_a_key_does_what_its_scope_says_and_no_more(closed: Closed) -> None:
    def may(scope: str, method: str, path: str, **body: Any) -> bool:
        with closed.http(scope) as http:
            status = http.request(method, path, **body).status_code
        assert status != 401
        return status != 403

    doors: dict[str, Callable[[str], bool]] = {
        "ask": lambda key: may(key, "POST", "/v1/search", json={"query": "x"}),
        "ingest": lambda key: may(key, "POST", "/v1/articles", json=PLAIN),
        "withdraw": lambda key: may(key, "DELETE", "/v1/articles/none-such"),
        "admin": lambda key: may(key, "GET", "/v1/admin/reindex"),
    }
    allowed = {key: {door for door, is_open in doors.items() if is_open(key)} for key in SCOPES}
    assert allowed == {"ask": {"ask"}, "ingest": {"ingest", "withdraw"}, "admin": set(doors)}


def test_what_is_withheld_is_listed_for_those_alone_who_deliver(closed: Closed) -> None:
    withheld = PLAIN | {"id": "held-back", "status": "withheld"}
    both = _made(closed.running.corpus, "both", "ask")
    with closed.http("admin") as admin, closed.http(None, **{"X-API-Key": both}) as ask:
        assert admin.post("/v1/articles", json=withheld).status_code == 200
        assert "held-back" in admin.get("/v1/articles?status=withheld").text
        refused = ask.get("/v1/articles?status=withheld")
        assert refused.status_code == 403
        assert "held-back" not in refused.text
        assert ask.get("/v1/articles?status=usable").status_code == 200


def test_a_key_is_refused_from_the_moment_that_it_is_revoked(closed: Closed) -> None:
    corpus = closed.running.corpus
    key = _made(corpus, "leaver", "ask")
    with closed.http(None, Authorization=f"Bearer {key}") as http:
        assert http.get("/v1/models").status_code == 200
        assert corpus.run("keys", "revoke", "leaver").code == 0
        for _ in range(2):
            assert http.get("/v1/models", headers={"X-Request-ID": "late"}).status_code == 401
    (listed,) = [
        one for one in corpus.run("keys", "list", "--json").json if one["name"] == "leaver"
    ]
    assert listed["revoked"]
    assert listed["scopes"] == ["ask"]
    assert corpus.run("keys", "revoke", "leaver").code == 2
    told = [one for one in corpus.run("audit", "--json").json if one.get("name") == "leaver"]
    events = ["key created", "key revoked", "revoked key used"]
    assert [one["event"] for one in told] == events, "its use is told once in a while"
    assert (told[2]["id"], told[2]["request_id"]) == (listed["id"], "late")
    _made(corpus, "leaver", "ask")  # the name is free again


def test_the_command_line_brings_its_key_to_the_server(closed: Closed) -> None:
    corpus = closed.running.corpus
    without = corpus.run("ask", "How deep is it?")
    assert without.code == 4
    assert "NEWSCITE_API_KEY" in without.said
    weak = corpus.run("articles", "withdraw", "none", env={"NEWSCITE_API_KEY": closed.keys["ask"]})
    assert weak.code == 4
    assert "'ingest'" in weak.said
    strong = {"NEWSCITE_API_KEY": closed.keys["ask"]}
    assert corpus.run("ask", "How deep is it?", "--json", env=strong).code == 0


def test_the_harness_brings_its_key_to_the_server(closed: Closed, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "q", "question": "Who?", "answerable": false}\n')
    line = ("eval", "run", "--gold", gold, "--out", tmp_path / "run",
            "--system", "server", "--url", closed.running.url)  # fmt: skip
    assert closed.running.corpus.run(*line).code != 0
    ran = closed.running.corpus.run(*line, env={"NEWSCITE_API_KEY": closed.keys["ask"]})
    assert ran.code == 0, ran.err


def test_only_the_hash_of_a_key_is_on_the_disk(closed: Closed) -> None:
    with sqlite3.connect(archive_file(Settings(data_dir=closed.running.corpus.data))) as database:
        kept = {row[0] for row in database.execute("SELECT sha256 FROM api_keys")}
    for scope in SCOPES:
        key = closed.keys[scope]
        assert hashlib.sha256(key.encode()).hexdigest() in kept
        secret = key.split("_", 2)[2].encode()
        for file in closed.running.corpus.folder.rglob("*"):
            assert not file.is_file() or secret not in file.read_bytes(), file


def test_no_key_is_ever_told_or_logged(closed: Closed) -> None:
    guess = new_key("guess", ["ask"])[0]
    told = []
    for key in (*closed.keys.values(), guess):
        for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
            with closed.http(None, **headers) as http:
                answers = [
                    http.get("/v1/models"),
                    http.get("/v1/articles/none-such"),
                    http.get("/v1/admin/nothing"),
                    http.post(
                        "/v1/ask", content=b"{", headers={"Content-Type": "application/json"}
                    ),
                    http.post("/v1/ask", json={"question": ""}),
                    http.post("/v1/admin/backup"),
                ]
                told += [str(answer.headers) + answer.text for answer in answers]
    everything = "\n".join(told) + closed.running.err
    for key in (*closed.keys.values(), guess):
        assert key.split("_", 2)[2] not in everything
        assert hashlib.sha256(key.encode()).hexdigest() not in closed.running.err


def test_pages_of_configured_sites_alone_may_use_the_api(closed: Closed) -> None:
    asking = {"Access-Control-Request-Method": "POST",
              "Access-Control-Request-Headers": "authorization, content-type"}  # fmt: skip
    with closed.http(None) as http:
        for site, allowed in {"https://news.example": True, "https://evil.example": False}.items():
            told = http.options("/v1/ask", headers=asking | {"Origin": site})
            assert (told.headers.get("access-control-allow-origin") == site) is allowed
            refused = http.get("/v1/models", headers={"Origin": site})
            assert refused.status_code == 401
            assert ("access-control-allow-origin" in refused.headers) is allowed


def test_by_default_no_site_may(client: httpx.Client) -> None:
    told = client.get("/v1/models", headers={"Origin": "https://news.example"})
    assert not [name for name in told.headers if name.startswith("access-control")]


def test_a_page_of_another_site_cannot_start_anything_on_a_server_without_keys(
    client: httpx.Client,
) -> None:
    for path in ("/v1/admin/backup", "/v1/admin/reindex", "/v1/ingest-jobs"):
        for origin in ("https://evil.example", "null"):
            refused = client.post(path, headers={"Origin": origin})
            assert refused.status_code == 422
            assert "may not write here" in refused.json()["detail"]


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_others_reach_is_refused_without_a_key(
    tmp_path: Path, command: str, host: str
) -> None:
    ran = Corpus(tmp_path).run(command, "--host", host, "--port", "0")
    assert ran.code == 4
    assert "newscite keys create" in ran.said
    assert not (tmp_path / "data" / "chroma").exists(), "nothing was begun"


def test_with_a_key_others_may_reach_it(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    _made(corpus, "desk", "ask")
    with corpus.serve("--host", "0.0.0.0") as running:
        assert httpx.get(f"{running.url}/v1/models", trust_env=False).status_code == 401
        corpus.run("keys", "revoke", "desk")
        assert httpx.get(f"{running.url}/v1/models", trust_env=False).status_code == 401


def test_a_server_is_closed_from_its_first_key_on(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    with corpus.serve() as running:
        assert httpx.get(f"{running.url}/v1/models", trust_env=False).status_code == 200
        ran = corpus.run("keys", "create", "--name", "first", "--scope", "ask")
        assert "From now on" in ran.said
        assert httpx.get(f"{running.url}/v1/models", trust_env=False).status_code == 401


def test_a_key_for_the_settings_is_not_kept(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    ran = corpus.run("keys", "create", "--name", "a", "--scope", "ask", "--for-settings")
    assert id_of(ran.out.strip())
    assert f"a:ask:{hashlib.sha256(ran.out.strip().encode()).hexdigest()}" in ran.said
    assert corpus.run("keys", "list", "--json").json == []


@pytest.mark.parametrize(
    "wrong",
    [("--name", "a b", "--scope", "ask"), ("--name", "a", "--scope", "root"), ("--name", "a")],
)
def test_a_wrong_name_or_scope_is_refused(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    ran = Corpus(tmp_path).run("keys", "create", *wrong)
    assert ran.code == 2
    assert ran.out == ""


def test_no_two_keys_in_force_have_the_same_name(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    _made(corpus, "a", "ask")
    again = corpus.run("keys", "create", "--name", "a", "--scope", "ask")
    assert again.code == 2
    assert json.loads(corpus.run("keys", "list", "--json").out)[0]["name"] == "a"


def test_the_use_of_a_key_is_noted(closed: Closed) -> None:
    with closed.http("ask") as http:
        http.get("/v1/models")
    for _ in range(50):
        listed = {
            one["name"]: one for one in closed.running.corpus.run("keys", "list", "--json").json
        }
        if listed["ask"]["used"]:
            break
        threading.Event().wait(0.1)
    assert listed["ask"]["used"].endswith(":00:00+00:00"), "to the hour"


def test_a_key_that_is_not_made_is_not_recorded(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    _made(corpus, "desk", "ask")
    again = corpus.run("keys", "create", "--name", "desk", "--scope", "ask")
    assert again.code == 2
    assert "there is a key 'desk' already" in again.err
    recorded = [json.loads(line) for line in (corpus.data / "audit.jsonl").read_text().splitlines()]
    (made,) = corpus.run("keys", "list", "--json").json
    assert [(entry["event"], entry["id"]) for entry in recorded] == [("key created", made["id"])]
