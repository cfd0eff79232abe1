"""/readyz: 503 names what is not ready, and /healthz asks nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from observing import serving

from api.app import create_app
from rag.settings import Settings


def _checks(told: dict) -> dict[str, bool]:
    return {check["name"]: check["ok"] for check in told["checks"]}


def test_all_is_ready(tmp_path: Path) -> None:
    with serving(tmp_path, {}) as (_, client):
        response = client.get("/readyz")
    assert response.status_code == 200
    assert _checks(response.json()) == dict.fromkeys(
        ("corpus", "models", "chroma", "disk", "ledger"), True
    )


def test_too_little_room_is_named_and_the_command_line_still_finds_the_server(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, {"NEWSCITE_MIN_FREE_BYTES": str(10**18)}) as (running, client):
        response = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
        listed = running.corpus.run("articles", "list")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["type"] == "urn:newscite:problem:not-ready"
    assert [name for name, ok in _checks(told).items() if not ok] == ["disk"]
    assert "NEWSCITE_MIN_FREE_BYTES" in told["detail"]
    assert "Harbour reopens" in listed.out


def test_what_waits_for_chroma_while_nobody_writes_is_named(tmp_path: Path) -> None:
    with serving(tmp_path, {}) as (running, client):
        with closing(sqlite3.connect(running.corpus.data / "archive.db")) as database, database:
            database.execute("UPDATE ledger SET state = 'pending'")
        response = client.get("/readyz")
        metrics = client.get("/metrics").text
    assert response.status_code == 503
    assert [name for name, ok in _checks(response.json()).items() if not ok] == ["ledger"]
    assert 'newscite_ledger_lag{state="pending"} 1.0' in metrics


def test_an_archive_that_cannot_be_read_is_named_without_its_traceback(tmp_path: Path) -> None:
    with (  # noqa: PT012  the traceback is in the log, where it belongs
        pytest.raises(AssertionError, match="Traceback"),
        serving(tmp_path, {}) as (running, client),
    ):
        with closing(sqlite3.connect(running.corpus.data / "archive.db")) as database:
            database.execute("ALTER TABLE articles RENAME TO elsewhere")
        response = client.get("/readyz")
        metrics = client.get("/metrics")
    assert response.status_code == 503
    assert "corpus" in [name for name, ok in _checks(response.json()).items() if not ok]
    assert "Traceback" not in response.text
    assert metrics.status_code == 200
    assert "newscite_corpus_readable 0.0" in metrics.text


def test_a_server_that_is_being_stopped_is_not_ready(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    with TestClient(app) as client:
        assert client.get("/readyz").status_code == 200
        app.state.stopping.begun = True
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["checks"][0] == {
            "name": "server", "ok": False, "detail": "it is being stopped"
        }  # fmt: skip
        assert client.get("/healthz").status_code == 200
