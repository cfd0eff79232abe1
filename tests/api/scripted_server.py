"""A server over real HTTP that answers as a test has it: for what newscite's own is not made to do."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Reply(NamedTuple):
    """A response; without a status the connection is reset in its place."""

    status: int | None
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}
    cut: bool = False  # the connection ends before the body does


class Seen(NamedTuple):
    """A request that came in."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedServer(ThreadingHTTPServer):
    """Gives the replies in their order, and the last one again and again.

    Attributes:
        url: where it answers.
        seen: what it was asked.
    """

    daemon_threads = True

    def __init__(self, replies: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.seen: list[Seen] = []
        self._replies = replies

    def next_reply(self) -> Reply:
        return self._replies[min(len(self.seen), len(self._replies)) - 1]


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def _reply(self) -> None:
        body = self._chunks() if self.headers["Transfer-Encoding"] else self._whole()
        self.server.seen.append(Seen(self.requestline, dict(self.headers), body))
        reply = self.server.next_reply()
        self.close_connection = True
        if reply.status is None:
            return  # nothing was sent
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + reply.cut))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_DELETE = _reply  # noqa: N815  http.server's names

    def _whole(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def scripted(*replies: Reply) -> Iterator[ScriptedServer]:
    """Such a server, answering."""
    with ScriptedServer(replies) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
