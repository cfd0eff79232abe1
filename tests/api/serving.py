"""A real server in this process, so that a test can look into it and make its models slow."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from rag.onnx import OnnxSession
from rag.settings import Settings

PATIENCE_S = 60


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[str]:
    """The address of a server over the corpus in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        app = create_app(Settings(data_dir=folder, **settings), url)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            assert server.started
            yield url
        finally:
            server.should_exit = True
            thread.join()


def client(url: str, key: str | None = None) -> httpx.Client:
    """Talks to it, with a key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_S, trust_env=False)


def wait_until(true: Any) -> None:
    """Returns once it is; fails when that takes too long."""
    ends = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)


class HeldModels:
    """Model runs that wait until they are let go on.

    Attributes:
        running: how many wait now.
        begun: how many have begun.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.running = self.begun = 0
        self._lock = threading.Lock()
        self._go_on = threading.Event()
        self._go_on.set()
        forward = OnnxSession._forward

        def held(session: OnnxSession, encoding: Any) -> Any:
            with self._lock:
                self.running += 1
                self.begun += 1
            self._go_on.wait()
            with self._lock:
                self.running -= 1
            return forward(session, encoding)

        patch.setattr(OnnxSession, "_forward", held)

    def hold(self) -> None:
        """From now on they wait."""
        self._go_on.clear()

    def let_go(self) -> None:
        """They go on, as all after them."""
        self._go_on.set()
