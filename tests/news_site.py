"""A news site of a test's own, on loopback: what it answers is said path by path."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer; one with an ETag is a 304 for whoever has it."""

    body: str | bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"


@dataclass
class NewsSite:
    """Runs as long as `serving` does.

    Attributes:
        url: without a slash at its end.
        replies: what is answered at a path; of several the first first, the last from then on.
        asked: the paths that were asked for, in their order.
    """

    url: str
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def next_reply(self, path: str) -> Reply:
        self.asked.append(path)
        there = self.replies.get(path, Reply(status=404))
        if isinstance(there, Reply):
            return there
        return there.pop(0) if len(there) > 1 else there[0]


def page(title: str, *paragraphs: str) -> str:
    """A page with an article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang='en'><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[NewsSite]:
    """A site with nothing on it, over https if there is what its certificate is in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = site.next_reply(self.path)
            etag = reply.headers.get("ETag")
            known = etag is not None and self.headers.get("If-None-Match") == etag
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(304 if known else reply.status)
            self.send_header("Content-Type", reply.type)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if known else body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        site = NewsSite(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
