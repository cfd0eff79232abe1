"""A server is asked by its own name: another one that leads to it is refused (DNS rebinding)."""

from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.errors import ConfigurationError
from rag.settings import Settings, load_settings


def _status(settings: Settings, host: str, *, local: bool) -> int:
    client = TestClient(create_app(settings, local=local))
    return client.get("/healthz", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "",
     "[::1", "a b", "127.1", "0x7f000001"],
)  # fmt: skip
def test_a_server_of_this_machine_refuses_a_foreign_name(settings: Settings, host: str) -> None:
    assert _status(settings, host, local=True) == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "192.0.2.7"]
)
def test_it_answers_to_an_address_and_to_localhost(settings: Settings, host: str) -> None:
    assert _status(settings, host, local=True) == 200


def test_it_answers_to_the_names_it_is_given(settings: Settings) -> None:
    named = settings.model_copy(update={"hosts": "News.example, archive"})
    for local in (True, False):
        assert _status(named, "news.EXAMPLE:443", local=local) == 200
        assert _status(named, "archive.", local=local) == 200
        assert _status(named, "evil.example", local=local) == 421


def test_a_server_that_others_reach_answers_to_any_name_unless_it_is_given_some(
    settings: Settings,
) -> None:
    assert _status(settings, "anything.example", local=False) == 200


def test_the_refusal_is_a_problem_that_names_the_setting(client: httpx.Client) -> None:
    refused = client.get("/v1/articles", headers={"Host": "evil.example"})
    assert refused.status_code == 421
    assert refused.headers["content-type"] == "application/problem+json"
    assert "NEWSCITE_HOSTS" in refused.json()["detail"]
    assert "evil.example" in refused.json()["detail"]
    assert refused.json()["request_id"] == refused.headers["x-request-id"]


@pytest.mark.parametrize("hosts", ["https://news.example", "news.example:80", "a..b", "*", "a/b"])
def test_what_is_no_name_is_refused(
    bare: Path, monkeypatch: pytest.MonkeyPatch, hosts: str
) -> None:
    monkeypatch.setenv("NEWSCITE_HOSTS", hosts)
    with pytest.raises(ConfigurationError, match="NEWSCITE_HOSTS"):
        load_settings()
