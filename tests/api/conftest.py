"""A real server over a corpus that the API tests fill, through the API, with articles of their own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

# What runs the command and checks answers is shared with the acceptance tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "acceptance"))

from anyio.from_thread import start_blocking_portal
from awaited import Awaited, Made
from delivered import PLAIN
from newscite_process import Corpus

from api.client import AsyncClient, Client


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Talks to a server whose corpus holds the article PLAIN and what other tests have delivered."""
    with (
        Corpus(tmp_path_factory.mktemp("api")).serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        response = client.post("/v1/articles", json=PLAIN)
        assert response.status_code == 200, response.text
        yield client


@pytest.fixture(params=["sync", "async"])
def made(request: pytest.FixtureRequest) -> Made:
    """Makes a client of either kind, of these arguments."""

    @contextmanager
    def make(*args: Any, **kwargs: Any) -> Iterator[Any]:
        if request.param == "sync":
            with Client(*args, **kwargs) as client:
                yield client
            return
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(AsyncClient(*args, **kwargs)) as client,
        ):
            yield Awaited(client, portal)

    return make
