"""A local HTTP server that answers with what a test puts in its mouth."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Response:
    """One response; a body that is no bytes is sent as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One request that came in; its body is read as JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Canned:
    """The server.

    Attributes:
        url: where it answers.
        script: the responses still to be given, in order; when there are none it never answers.
        requests: what was asked of it so far.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.script: list[Response] = []
        self.requests: list[Request] = []

    def says(self, *texts: str, **beside: Any) -> "Canned":
        """Adds chat completions of these texts, with more fields beside them."""
        self.script += [Response(completion(text) | beside) for text in texts]
        return self

    def answers(self, body: Any, status: int = 200, **headers: str) -> "Canned":
        """Adds a response."""
        self.script.append(Response(body, status, headers))
        return self


def completion(text: str | None, **message: Any) -> dict[str, Any]:
    """A chat completion of one message."""
    return {
        "object": "chat.completion",
        "model": "parrot-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text, **message}}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42},
    }


@contextmanager
def serving() -> Iterator[Canned]:
    """Runs the server for as long as the block lasts."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            canned.requests.append(Request(self.command, self.path, dict(self.headers), body))
            if not canned.script:
                over.wait()
                return
            response = canned.script.pop(0)
            given = response.body
            raw = given if isinstance(given, bytes) else json.dumps(given).encode()
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    canned = Canned(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield canned
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
