"""/v1/ingest-jobs: files and articles in, worked on in the background, each job reported on."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from newscite_process import Corpus

BRIDGE = "The Alder bridge will close on 9 May for six weeks, the county said."
WELL = "Hexley's second well is 52 metres deep, the parish said."
PATIENCE_S = 120


def finished(client: httpx.Client, posted: httpx.Response) -> dict[str, Any]:
    """The job when it is over."""
    assert posted.status_code == 202, posted.text
    deadline = time.monotonic() + PATIENCE_S
    while True:
        job: dict[str, Any] = client.get(posted.headers["Location"]).json()
        if job["state"] in ("done", "failed", "canceled"):
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def problem(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    return str(response.json()["detail"])


def test_files_of_any_format_are_told_by_their_name_and_content(client: httpx.Client) -> None:
    files = [
        ("file", ("bridge.md", f"---\nid: job-bridge\ntitle: Bridge\n---\n{BRIDGE}\n".encode())),
        ("file", ("well", json.dumps([{"id": "job-well", "text": WELL}]).encode())),
        ("file", ("bad.jsonl", b'{"id": "job-fair", "text": "A fair."}\n{broken\n')),
    ]
    posted = client.post("/v1/ingest-jobs", files=files)
    assert posted.json()["state"] == "queued"
    job = finished(client, posted)
    counts = {name: job[name] for name in ("seen", "added", "quarantined", "total")}
    assert counts == {"seen": 4, "added": 3, "quarantined": 1, "total": 4}
    (failure,) = job["failures"]
    assert failure["where"] == "bad.jsonl:2"
    assert "not valid JSON" in failure["reason"]
    assert [file["name"] for file in job["files"]] == ["bridge.md", "well", "bad.jsonl"]
    assert job["bytes_read"] == job["bytes_total"] == sum(file["bytes"] for file in job["files"])
    assert client.get("/v1/articles/job-bridge").json()["text"] == BRIDGE


def test_the_same_again_changes_nothing(client: httpx.Client) -> None:
    files = [("file", ("twice.jsonl", b'{"id": "job-twice", "text": "It rained in Ostry."}'))]
    assert finished(client, client.post("/v1/ingest-jobs", files=files))["added"] == 1
    again = finished(client, client.post("/v1/ingest-jobs", files=files))
    assert (again["added"], again["unchanged"]) == (0, 1)


def test_articles_line_by_line(client: httpx.Client) -> None:
    lines = f'{{"id": "job-line", "text": "{WELL}"}}\n[1, 2]\n'
    posted = client.post(
        "/v1/ingest-jobs",
        content=lines,
        params={"source": "Hexley Gazette"},
        headers={"Content-Type": "application/x-ndjson"},
    )
    job = finished(client, posted)
    assert (job["seen"], job["added"], job["quarantined"]) == (2, 1, 1)
    assert job["failures"][0]["where"] == "request.jsonl:2"
    assert client.get("/v1/articles/job-line").json()["source"] == "Hexley Gazette"


def test_a_table_is_read_as_it_is_said_to_be(client: httpx.Client) -> None:
    table = b"Kopf,Inhalt,Nr\nRegen,Es regnete in Ostry.,job-kopf\n"
    posted = client.post(
        "/v1/ingest-jobs",
        files=[("file", ("dump", table))],
        params={"format": "csv", "map": "title=Kopf,text=Inhalt,id=Nr"},
    )
    assert finished(client, posted)["added"] == 1
    assert client.get("/v1/articles/job-kopf").json()["title"] == "Regen"


def test_failures_come_page_by_page(client: httpx.Client) -> None:
    broken = [("file", ("broken.jsonl", b'{"id": "b"\n' * 230))]
    job = finished(client, client.post("/v1/ingest-jobs", files=broken))
    assert job["quarantined"] == 230
    where = f"/v1/ingest-jobs/{job['id']}"
    assert [failure["item"] for failure in job["failures"]] == list(range(1, 101))
    last = client.get(where, params={"failures_after": 200}).json()
    assert [failure["item"] for failure in last["failures"]] == list(range(201, 231))


def test_jobs_are_listed_newest_first(client: httpx.Client) -> None:
    ids = []
    for name in ("one", "two"):
        files = [("file", (f"{name}.txt", f"Job {name}.".encode()))]
        ids.append(finished(client, client.post("/v1/ingest-jobs", files=files))["id"])
    listed = client.get("/v1/ingest-jobs", params={"limit": 2}).json()["jobs"]
    assert [job["id"] for job in listed] == ids[::-1]
    assert "no ingest job 'none'" in problem(client.get("/v1/ingest-jobs/none"), 404)


@pytest.mark.parametrize(
    "name", ["../../../../escaped.txt", "/escaped.txt", "..", "C:\\escaped.txt", "a/" * 900 + "b"]
)
def test_a_files_name_is_never_a_path(client: httpx.Client, name: str) -> None:
    body = f"What {len(name)} letters name."
    job = finished(client, client.post("/v1/ingest-jobs", files=[("file", (name, body))]))
    assert (job["state"], job["added"] + job["unchanged"]) == ("done", 1), job


def test_what_is_no_upload_is_told_so(client: httpx.Client) -> None:
    def post(body: bytes, kind: str, status: int = 422) -> str:
        headers = {"Content-Type": kind} if kind else {}
        return problem(client.post("/v1/ingest-jobs", content=body, headers=headers), status)

    assert "application/x-ndjson, not text/csv" in post(b"a,b", "text/csv", 415)
    assert "not a body without a Content-Type" in post(b"a,b", "", 415)
    multipart = "multipart/form-data; boundary=xyz"
    assert "malformed" in post(b"no parts at all", multipart)
    assert "breaks off" in post(
        b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nHalf',
        multipart,
    )
    assert "no file" in post(b"--xyz--\r\n", multipart)
    field = b'--xyz\r\nContent-Disposition: form-data; name="source"\r\n\r\nX\r\n--xyz--\r\n'
    assert "?format=csv&source=" in post(field, multipart)
    long = b"--xyz\r\nX-Long: " + b"a" * 50_000 + b"\r\n\r\n\r\n--xyz--\r\n"
    assert "header size" in post(long, multipart)


def test_a_page_of_another_site_cannot_ingest(client: httpx.Client) -> None:
    files = [("file", ("planted.txt", b"Planted."))]
    posted = client.post("/v1/ingest-jobs", files=files, headers={"Origin": "https://evil.example"})
    assert "evil.example" in problem(posted, 422)


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Path]]:
    """A server that takes little, and its data folder."""
    corpus = Corpus(tmp_path_factory.mktemp("tight"), {"NEWSCITE_MAX_UPLOAD_BYTES": "100000"})
    with (
        corpus.serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        yield client, corpus.data


def test_an_upload_has_its_own_bound_and_leaves_nothing_behind(
    tight: tuple[httpx.Client, Path],
) -> None:
    client, data = tight
    files = [("file", ("big.txt", b"word " * 50_000))]
    assert "NEWSCITE_MAX_UPLOAD_BYTES" in problem(client.post("/v1/ingest-jobs", files=files), 413)
    assert list((data / "jobs").iterdir()) == []


def test_a_body_over_the_bound_of_other_requests_is_taken(client: httpx.Client) -> None:
    line = json.dumps({"id": "job-large", "text": "Short.", "padding": "x" * 100_000}) + "\n"
    posted = client.post(
        "/v1/ingest-jobs",
        content=line * 200,
        headers={"Content-Type": "application/x-ndjson"},
    )
    job = finished(client, posted)
    assert job["bytes_total"] > 16_000_000
    assert (job["added"], job["unchanged"]) == (1, 199)


def test_a_job_is_canceled_while_it_waits_or_is_at_work(client: httpx.Client) -> None:
    lines = "".join(f'{{"id": "cancel-{n}", "text": "Field {n} is dry."}}\n' for n in range(5000))
    headers = {"Content-Type": "application/x-ndjson"}
    at_work = client.post("/v1/ingest-jobs", content=lines, headers=headers)
    waiting = client.post("/v1/ingest-jobs", content=lines, headers=headers)
    deadline = time.monotonic() + PATIENCE_S
    while client.get(at_work.headers["Location"]).json()["seen"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for posted in (waiting, at_work):
        canceled = client.delete(posted.headers["Location"])
        assert (canceled.status_code, canceled.json()["state"]) == (200, "canceled")
        again = client.delete(posted.headers["Location"])
        assert (again.status_code, again.json()["state"]) == (200, "canceled")
    after = [("file", ("after.txt", b"Field 5000 is wet."))]
    assert finished(client, client.post("/v1/ingest-jobs", files=after))["added"] == 1
    over = client.get(at_work.headers["Location"]).json()
    assert over["seen"] < 5000
    assert over["seen"] == over["added"]
    assert over["finished_at"]
    assert 0 < over["bytes_read"] <= over["bytes_total"]
    assert over["seconds_left"] is None
    assert client.get("/v1/articles/cancel-0").status_code == (200 if over["seen"] else 404)
    assert client.get(waiting.headers["Location"]).json()["seen"] == 0


def test_a_job_that_is_over_cannot_be_canceled(client: httpx.Client) -> None:
    files = [("file", ("over.txt", b"It is over in Ostry."))]
    job = finished(client, client.post("/v1/ingest-jobs", files=files))
    where = f"/v1/ingest-jobs/{job['id']}"
    assert "is over (done)" in problem(client.delete(where), 409)
    assert client.get(where).json() == job
    assert "no ingest job 'none'" in problem(client.delete("/v1/ingest-jobs/none"), 404)


def test_an_option_that_there_is_not_is_refused(client: httpx.Client) -> None:
    body = b'{"id": "unknown-option", "text": "It rained."}\n'
    posted = client.post(
        "/v1/ingest-jobs",
        content=body,
        headers={"Content-Type": "application/x-ndjson"},
        params={"soruce": "x"},
    )
    assert posted.status_code == 422
    assert "unknown option soruce; the options are format, source, map" in posted.json()["detail"]
