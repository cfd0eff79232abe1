"""The documented proxies, run for real: TLS, events as they come, whose address it was, slow clients."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from checking import ask
from newscite_process import Corpus, Running
from proxies import KINDS, NAME, program, proxy

QUESTION = {"question": "How deep is the well in Hexley?"}
WELL = {"id": "well", "text": "Hexley's new well is 40 metres deep, the council said on Monday."}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """A proxy that is installed here."""
    name: str = request.param
    for needed in (name, "openssl"):
        if program(needed) is None and shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    return name


class Upstream(ThreadingHTTPServer):
    """Sends an event, and the next one only when it is told that the first has come."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Events)
        self.first_has_come = threading.Event()
        self.headers: dict[str, str] = {}


class _Events(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"event: one\n\n")
        self.wfile.flush()
        seen = self.server.first_has_come.wait(10)
        self.wfile.write(b"event: two\n\n" if seen else b"event: held-back\n\n")

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def _upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/chat/completions"])
def test_an_event_is_passed_on_before_the_next_one_is_sent(
    kind: str, path: str, tmp_path: Path
) -> None:
    with (
        _upstream() as server,
        proxy(kind, server.server_address[1], tmp_path) as before,
        before.client() as client,
        client.stream("POST", path, json=QUESTION) as response,
    ):
        lines = response.iter_lines()
        assert next(lines) == "event: one"
        server.first_has_come.set()
        assert [line for line in lines if line] == ["event: two"]


def test_what_a_client_claims_of_its_address_goes_no_further(kind: str, tmp_path: Path) -> None:
    with (
        _upstream() as server,
        proxy(kind, server.server_address[1], tmp_path) as before,
        before.client() as client,
    ):
        server.first_has_come.set()
        client.post("/v1/ask", json=QUESTION, headers={"X-Forwarded-For": "192.0.2.1"})
        assert server.headers["x-forwarded-for"] == "127.0.0.1"
        assert server.headers["x-forwarded-proto"] == "https"
        assert server.headers["host"] == NAME


@pytest.mark.slow
def test_a_real_server_behind_it_is_asked_written_to_and_uploaded_to(
    kind: str, corpus: Corpus, tmp_path: Path
) -> None:
    with (
        corpus.serve(env={"NEWSCITE_HOSTS": NAME}) as running,
        proxy(kind, urlsplit(running.url).port or 0, tmp_path) as before,
        before.client() as client,
    ):
        assert client.post("/v1/articles", json=WELL).json()["added"] == 1
        whole = ask(client, QUESTION["question"])
        streamed = client.post("/v1/ask", json=QUESTION | {"stream": True})
        events = dict(zip(*[iter(_fields(streamed))] * 2, strict=True))
        assert json.loads(events["answer"])["citations"] == whole["citations"]
        upload = client.post(
            "/v1/ingest-jobs", files=[("file", ("a.txt", b"The fair in Ostry drew 410 people."))],
            headers={"Origin": f"https://{NAME}"},
        )  # fmt: skip
        assert upload.status_code == 202, upload.text
        page = client.get("/")
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert page.headers["content-security-policy"]
        too_much = client.post(
            "/v1/articles", content=b" " * 16_500_000, headers={"Content-Type": "application/json"}
        )
        assert too_much.status_code == 413
        assert too_much.headers["content-type"] == "application/problem+json"


def _fields(response: httpx.Response) -> list[str]:
    """The names and data of events, in turn."""
    return [line.partition(": ")[2] for line in response.text.splitlines() if line]


def test_who_does_not_finish_a_header_is_hung_up_on(kind: str, tmp_path: Path) -> None:
    limit = "client_header_timeout" if kind == "nginx" else "read_header"
    with (
        _upstream() as server,
        proxy(kind, server.server_address[1], tmp_path, **{limit: "1s"}) as before,
        before.socket() as slow,
    ):
        slow.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: news.ex")
        said = b""
        while part := slow.recv(4096):  # raises TimeoutError if it is not hung up
            said += part
        assert not server.headers, "it was not passed on"


def test_slow_clients_keep_nobody_else_from_being_answered(server: Running) -> None:
    """Without a proxy they are not hung up on, and cost a connection each."""
    address = urlsplit(server.url)
    slow = [socket.create_connection((address.hostname, address.port)) for _ in range(100)]
    try:
        for each in slow[:50]:
            each.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: local")
        for each in slow[50:]:
            each.sendall(
                b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
            )
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
            assert client.get("/healthz").status_code == 200
            assert ask(client, "Which cartel was designated a terrorist organization?")["sentences"]
    finally:
        for each in slow:
            each.close()
