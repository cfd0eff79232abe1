"""The audit log: every withdrawal, by whom; only ever added to, and readable by its owner alone."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from observing import serving

from rag.audit import FILE, AuditLog, acting
from rag.errors import StorageError


def test_each_way_to_withdraw_is_recorded_once(tmp_path: Path) -> None:
    articles = [{"id": name, "title": name, "text": f"The {name} rose."} for name in "abcd"]
    canceled = {"id": "c", "title": "c", "status": "canceled"}
    with serving(tmp_path, {}) as (running, client):
        client.post("/v1/articles", json=articles)
        for _ in range(2):  # again changes nothing
            client.delete("/v1/articles/a", headers={"X-Request-ID": "r-a"})
        assert running.corpus.run("articles", "withdraw", "b").code == 0
        client.post("/v1/articles", json=canceled, headers={"X-Request-ID": "r-c"})
        line = json.dumps(canceled | {"id": "d"}) + "\n"
        job = client.post(
            "/v1/ingest-jobs", content=line,
            headers={"X-Request-ID": "r-d", "Content-Type": "application/x-ndjson"},
        ).json()["id"]  # fmt: skip
        while client.get(f"/v1/ingest-jobs/{job}").json()["state"] != "done":
            pass
    corpus = running.corpus
    assert corpus.run("articles", "withdraw", "ellery-harbour").code == 0
    told = corpus.run("audit", "--event", "withdrawal", "--json").json
    assert [entry["article_id"] for entry in told] == ["a", "b", "c", "d", "ellery-harbour"]
    assert [entry["by"] for entry in told] == ["request"] * 4 + ["command line"]
    by_id = {entry["article_id"]: entry for entry in told}
    assert [by_id[name]["request_id"] for name in "acd"] == ["r-a", "r-c", "r-d"]
    assert by_id["d"]["job_id"] == job
    assert "ellery-harbour" in corpus.run("audit").out
    assert stat.S_IMODE((corpus.data / FILE).stat().st_mode) == 0o600


def test_a_kill_does_not_wait_for_its_record(tmp_path: Path) -> None:
    with serving(tmp_path, {}) as (running, client):
        (running.corpus.data / FILE).mkdir()
        assert client.delete("/v1/articles/ellery-harbour").status_code == 200
        assert client.get("/v1/articles/ellery-harbour").status_code == 410
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "audit" in ready.text


def test_half_a_line_that_a_power_cut_left_spoils_no_other(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    assert list(log.entries()) == []
    log.record("key created", name="desk")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"at": "2026-')
    log.record("key revoked", name="desk")
    assert [entry["event"] for entry in log.entries()] == ["key created", "key revoked"]


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone may make files for others")
def test_what_root_makes_belongs_to_whom_the_folder_does(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    AuditLog(tmp_path).record("key created", name="desk")
    made = (tmp_path / "audit.jsonl").stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (65534, 65534, 0o600)


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with acting(lambda: {"by": f"writer {number}"}):
            for at in range(20):
                AuditLog(tmp_path).record("key created", at_number=at)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [(entry["by"], entry["at_number"]) for entry in AuditLog(tmp_path).entries()]
    assert sorted(found) == sorted((f"writer {n}", at) for n in range(5) for at in range(20))


def test_a_log_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        AuditLog(tmp_path / "nowhere").record("key created")
