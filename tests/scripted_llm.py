"""An OpenAI-compatible endpoint over real HTTP that says and does what a test puts in its mouth.

For what a real model's server does not do on demand: fail, hang, be slow, lie. What a real one
says is tested with `llama_cpp_server`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "parrot-1"

Step = str | bytes | int | threading.Event
"""Text is said as a chunk, bytes are sent as they are, a number is the HTTP status of a refusal,
and an event is waited for."""


class ScriptedModel:
    """The server.

    Attributes:
        url: what NEWSCITE_LLM_BASE_URL is to be.
        steps: what it does whenever it is asked, in order, or how to tell that from the request.
        requests: the bodies that it was sent.
        headers: the headers that came with them.
        left: set when a client has gone before it was done.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.steps: Sequence[Step] | Callable[[dict[str, Any]], Sequence[Step]] = ()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left = threading.Event()

    def says(self, *steps: Step) -> "ScriptedModel":
        """From now on it does this."""
        self.steps = steps
        return self


def chunk(text: str, finish: str | None = None) -> bytes:
    """One chunk of a streamed completion."""
    body = {
        "id": "c-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    return f"data: {json.dumps(body)}\n\n".encode()


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:  # http.server's name
        model = self.server.model
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model.requests.append(body)
        model.headers.append(dict(self.headers))
        try:
            self._follow(model.steps(body) if callable(model.steps) else model.steps)
        except OSError:
            model.left.set()

    def _follow(self, steps: Sequence[Step]) -> None:
        refused = next((step for step in steps if isinstance(step, int)), None)
        self.send_response(refused or 200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if refused:
            self.wfile.write(b'{"error": {"message": "no, secret-key-17"}}')
            return
        for step in steps:
            if isinstance(step, threading.Event):
                self._wait(step)
            elif not isinstance(step, int):
                self.wfile.write(step if isinstance(step, bytes) else chunk(step))
        self.wfile.write(chunk("", "stop") + b"data: [DONE]\n\n")

    def _wait(self, event: threading.Event) -> None:
        """Waits, and says nothing, but that it is there: so that it notices who leaves."""
        while not (event.wait(0.05) or self.server.over.is_set()):
            self.wfile.write(b": wait\n\n")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.model = ScriptedModel(f"http://127.0.0.1:{self.server_port}/v1")
        self.over = threading.Event()


@contextmanager
def serving() -> Iterator[ScriptedModel]:
    """Runs the server for as long as the block lasts."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.model
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
