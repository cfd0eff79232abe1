"""What a server does under load, beside what its models alone would take.

    python tests/benchmarks/load.py [--clients 32] [--seconds 60] [--ingest] [--cache]

Ingests the sample corpus, and then:

- floor: answers every gold question in this process and adds up the time that model runs take,
  each on one core. Cores divided by those seconds a question is the most any server could answer.
- load: a real server; `--clients` ask it the gold questions, each the next one as soon as the last
  is answered, for `--seconds`. Prints answers a second and their share of the floor, refused with
  503, failed in another way, p50 and p95; /healthz asked 10 times a second, its p99; and the resident
  memory at each tenth of the time with its slope.
- with `--ingest`: p95 of one client alone, and again while articles are ingested.

The answer cache is off, for every question comes again and again, unless `--cache` is given.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import httpx
import numpy as np

from rag import onnx
from rag.engine import open_engine
from rag.settings import Settings

_SAMPLE = Path(str(files("ingest") / "sample"))
_GOLD = Path(__file__).parents[2] / "eval" / "gold" / "sample.jsonl"
_NEWSCITE = [sys.executable, "-m", "api.cli.main"]
_HEALTH_EVERY_S = 0.1


def main() -> None:
    """Prints the floor and what the server did."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--ingest", action="store_true")
    options.add_argument("--cache", action="store_true")
    given = options.parse_args()
    questions = [json.loads(line)["question"] for line in _GOLD.open(encoding="utf-8")]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _newscite(data, "ingest", str(_SAMPLE))
        floor = _floor(data, questions)
        with _server(data, cached=given.cache) as (url, process):
            _warm(url, questions)
            if given.ingest:
                _beside_ingest(url, questions, given.seconds, Path(folder))
            else:
                _under_load(url, process, questions, given.clients, given.seconds, floor)


def _newscite(data: Path, *arguments: str) -> None:
    subprocess.run(
        [*_NEWSCITE, "--data-dir", str(data), *arguments], check=True, stdout=subprocess.DEVNULL
    )


def _floor(data: Path, questions: list[str]) -> float:
    """The most questions a second that the cores could answer if only models took time."""
    spent: list[float] = []
    forward = onnx.OnnxSession._forward

    def timed(self: onnx.OnnxSession, encoding: object) -> object:
        began = time.thread_time()
        try:
            return forward(self, encoding)  # type: ignore[arg-type]
        finally:
            spent.append(time.thread_time() - began)

    onnx.OnnxSession._forward = timed  # type: ignore[method-assign,assignment]
    try:
        with open_engine(Settings(data_dir=data, threads=1), "benchmark") as engine:
            engine.ask(questions[0])
            spent.clear()
            began = time.process_time()
            for question in questions:
                engine.ask(question)
            whole = time.process_time() - began
    finally:
        onnx.OnnxSession._forward = forward  # type: ignore[method-assign]
    cores = os.cpu_count() or 1
    each = sum(spent) / len(questions)
    print(
        f"{len(questions)} questions: {each * 1000:.0f} ms of model time each, on one core, of "
        f"{whole / len(questions) * 1000:.0f} ms in all; {cores} cores could answer {cores / each:.2f}/s"
    )
    return cores / each


@contextmanager
def _server(data: Path, *, cached: bool) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    environment = os.environ | ({} if cached else {"NEWSCITE_ANSWER_CACHE": "0"})
    command = [*_NEWSCITE, "--data-dir", str(data), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    said = next(line for line in process.stderr if "answers at" in line)
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        yield said.split("answers at ")[1].split()[0], process
    finally:
        process.terminate()
        process.wait()


def _warm(url: str, questions: list[str]) -> None:
    for question in questions[:5]:
        httpx.post(f"{url}/v1/ask", json={"question": question}, timeout=60).raise_for_status()


# -- many clients --------------------------------------------------------------------------------


@dataclass
class _Told:
    """What the clients saw: milliseconds of answers, and how many of other outcomes."""

    answers: list[float] = field(default_factory=list)
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    health: list[float] = field(default_factory=list)


def _under_load(
    url: str,
    process: "subprocess.Popen[str]",
    questions: list[str],
    clients: int,
    seconds: float,
    floor: float,
) -> None:
    told, until = _Told(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask_on, args=(url, questions, number, until, told))
        for number in range(clients)
    ]
    threads.append(threading.Thread(target=_look_after, args=(url, until, told)))
    spent = _cpu_seconds(process.pid), time.process_time()
    for thread in threads:
        thread.start()
    memory = list(_memory(process.pid, seconds))
    for thread in threads:
        thread.join()
    took = seconds + (time.monotonic() - until)
    server, clients_own = _cpu_seconds(process.pid) - spent[0], time.process_time() - spent[1]
    rate = len(told.answers) / took
    p50, p95 = np.percentile(told.answers, [50, 95])
    minutes = np.linspace(0, seconds / 60, len(memory))
    slope = np.polyfit(minutes[len(memory) // 3 :], memory[len(memory) // 3 :], 1)[0]
    print(
        f"{clients} clients, {took:.0f} s: {rate:.2f} answers/s = {rate / floor:.2f} of the floor; "
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; {told.refused} refused with 503, "
        f"{len(told.failed)} failed {sorted(set(told.failed))[:3]}"
    )
    print(
        f"a question took {server / len(told.answers) * 1000:.0f} ms of a core, the clients "
        f"{clients_own / len(told.answers) * 1000:.0f} ms more; all used "
        f"{(server + clients_own) / took / (os.cpu_count() or 1):.0%} of the cores"
    )
    print(f"/healthz: p99 {np.percentile(told.health, 99):.0f} ms of {len(told.health)}")
    print(f"memory: {[round(m) for m in memory]} MiB; after a third {slope:+.1f} MiB a minute")


def _ask_on(url: str, questions: list[str], number: int, until: float, told: _Told) -> None:
    chosen = random.Random(number)
    with httpx.Client(timeout=120) as client:
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                reply = client.post(f"{url}/v1/ask", json={"question": chosen.choice(questions)})
            except httpx.HTTPError as error:
                told.failed.append(type(error).__name__)
                continue
            if reply.status_code == httpx.codes.OK:
                told.answers.append((time.perf_counter() - began) * 1000)
            elif reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                told.refused += 1
                time.sleep(float(reply.headers["Retry-After"]))
            else:
                told.failed.append(str(reply.status_code))


def _look_after(url: str, until: float, told: _Told) -> None:
    with httpx.Client(timeout=30) as client:
        while time.monotonic() < until:
            began = time.perf_counter()
            client.get(f"{url}/healthz").raise_for_status()
            told.health.append((time.perf_counter() - began) * 1000)
            time.sleep(_HEALTH_EVERY_S)


def _cpu_seconds(pid: int) -> float:
    """What a process has used of all cores since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int, seconds: float) -> Iterator[float]:
    """The server's resident MiB at each tenth of the time."""
    for _ in range(10):
        time.sleep(seconds / 10)
        status = Path(f"/proc/{pid}/status").read_text()
        yield next(int(s.split()[1]) for s in status.splitlines() if s.startswith("VmRSS")) / 1024


# -- beside an ingest ----------------------------------------------------------------------------


def _beside_ingest(url: str, questions: list[str], seconds: float, folder: Path) -> None:
    alone = _p95_of_one(url, questions, seconds)
    many = folder / "many.jsonl"
    made = (json.loads(line) for file in sorted(_SAMPLE.rglob("*.jsonl")) for line in file.open())
    articles = list(made)
    chosen = random.Random(5)
    with many.open("w", encoding="utf-8") as out:
        for number in range(2000):
            words = chosen.choice(articles)["text"].split()
            chosen.shuffle(words)
            article = {"id": f"made-{number}", "title": f"Made {number}", "text": " ".join(words)}
            out.write(json.dumps(article) + "\n")
    with many.open("rb") as body:
        httpx.post(
            f"{url}/v1/ingest-jobs", content=body.read(), timeout=60,
            headers={"Content-Type": "application/x-ndjson"},
        ).raise_for_status()  # fmt: skip
    time.sleep(2)
    beside = _p95_of_one(url, questions, seconds)
    print(
        f"one client, p95: {alone:.0f} ms alone, {beside:.0f} ms beside an ingest: {beside / alone:.2f}"
    )


def _p95_of_one(url: str, questions: list[str], seconds: float) -> float:
    told = _Told()
    _ask_on(url, questions, 0, time.monotonic() + seconds, told)
    return float(np.percentile(told.answers, 95))


if __name__ == "__main__":
    main()
