"""What the tests of observing share: a server of a test's own and what it logs and counts."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from delivered import PLAIN
from newscite_process import Corpus, Running

QUESTION = "When did the harbour of Port Ellery reopen?"
_SAMPLE = re.compile(r"^(\w+)(\{[^}]*\})? (\S+)$")


@contextmanager
def serving(folder: Path, env: Mapping[str, str]) -> Iterator[tuple[Running, httpx.Client]]:
    """A real server whose corpus holds the article PLAIN."""
    with (
        Corpus(folder, env).serve() as running,
        httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client,
    ):
        assert client.post("/v1/articles", json=PLAIN).status_code == 200
        yield running, client


def lines(running: Running, **wanted: Any) -> list[dict[str, Any]]:
    """The log's lines, each one JSON document, that have these fields."""
    found = [json.loads(line) for line in running.err.splitlines()]
    return [line for line in found if wanted.items() <= line.items()]


def counted(client: httpx.Client) -> dict[str, float]:
    """Each sample of /metrics, by its name and labels as they are written there."""
    text = client.get("/metrics").text
    found = (_SAMPLE.match(line) for line in text.splitlines() if not line.startswith("#"))
    return {f"{m[1]}{m[2] or ''}": float(m[3]) for m in found if m}
