"""What the gate adds to a request: no key wanted, a key, and a key among many.

A real server on loopback is asked for what costs nothing beside the gate (GET /v1/models), over one
connection, one request after the other. GET /healthz, which no key is asked for, is the floor.

    python tests/benchmarks/gate.py
"""

import argparse
import logging
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import structlog
import uvicorn

from api.app import create_app
from rag.api_keys import KeyHash, new_key
from rag.archive.keys import add_key
from rag.archive_opening import open_archive
from rag.settings import Settings

_WARM_UP = 200


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a server with these settings, in this process."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(create_app(settings, url), log_config=None))
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.05)
            yield url
        finally:
            server.should_exit = True
            thread.join()


def milliseconds(url: str, path: str, key: str | None, requests: int) -> tuple[float, float]:
    """The median and the 99th percentile of a request's time."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    took = []
    with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
        for number in range(_WARM_UP + requests):
            began = time.perf_counter()
            answer = http.get(path)
            seconds = time.perf_counter() - began
            answer.raise_for_status()
            if number >= _WARM_UP:
                took.append(1000 * seconds)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def measure(name: str, settings: Settings, key: str | None, requests: int) -> None:
    """Prints a line for /healthz and one for /v1/models."""
    with serving(settings) as url:
        for path in ("/healthz", "/v1/models"):
            median, p99 = milliseconds(url, path, key, requests)
            print(f"| {name} | `{path}` | {median:.2f} ms | {p99:.2f} ms |", flush=True)


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--keys", type=int, default=1000)
    asked = parser.parse_args()
    made = [new_key(f"key-{number}", ["ask"]) for number in range(asked.keys)]
    key, kept = made[-1]
    hashes: list[KeyHash] = [one for _, one in made]
    # A line for each request would cost as much as the gate.
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    print("| | asked for | median | p99 |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        measure("no key wanted", Settings(data_dir=data), None, asked.requests)
        for name, some in (("one key", [kept]), (f"{asked.keys:,} keys", hashes[:-1])):
            with open_archive(Settings(data_dir=data)) as archive:
                for one in some:
                    add_key(archive.engine, one, lambda: None)
            measure(name, Settings(data_dir=data), key, asked.requests)
        listed = ",".join(one.as_setting() for one in hashes)
        settings = Settings(data_dir=data, api_keys=listed)  # type: ignore[arg-type]
        measure(f"{asked.keys:,} keys in the settings", settings, key, asked.requests)


if __name__ == "__main__":
    main()
