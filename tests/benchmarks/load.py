"""What a server does under load, beside what its models alone would take.

    python tests/benchmarks/load.py [--clients 32] [--seconds 60] [--rounds 5] [--ingest] [--cache]

Ingests the sample corpus, and then, in as many rounds as are asked for, since a machine's speed
drifts by more than what is measured:

- floor: answers every gold question in processes of their own, one a core, and adds up the time
  that model runs take. Cores divided by those seconds a question is the most any server could
  answer.
- load: a real server; `--clients` ask it the gold questions, each the next one as soon as the last
  is answered, for `--seconds` in all. Prints answers a second and their share of the floor,
  refused with 503, failed in another way, p50 and p95; /healthz asked 10 times a second, its p99;
  and the resident memory at each tenth of a round with its slope.
- with `--ingest`: p95 of one client alone, and again while articles are ingested.

The answer cache is off, for every question comes again and again, unless `--cache` is given.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.resources import files
from pathlib import Path

import httpx
import numpy as np

from rag import onnx
from rag.engine import open_engine
from rag.settings import Settings

_SAMPLE = Path(str(files("ingest") / "sample"))
_GOLD = Path(__file__).parents[2] / "eval" / "gold" / "sample.jsonl"
_QUESTIONS = [json.loads(line)["question"] for line in _GOLD.open(encoding="utf-8")]
_NEWSCITE = [sys.executable, "-m", "api.cli.main"]
_HEALTH_EVERY_S = 0.1
_CORES = os.cpu_count() or 1


def main() -> None:
    """Prints the floor and what the server did."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--ingest", action="store_true")
    options.add_argument("--cache", action="store_true")
    options.add_argument("--model-time", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.model_time:
        print(json.dumps(_model_time(given.model_time)))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _newscite(data, "ingest", str(_SAMPLE))
        copies = [shutil.copytree(data, Path(folder) / str(core)) for core in range(_CORES)]
        with _server(data, cached=given.cache) as (url, process):
            _warm(url)
            if given.ingest:
                _beside_ingest(url, given.seconds, Path(folder))
                return
            shares = []
            for _ in range(given.rounds):
                floor = _floor(copies)
                rate = _under_load(url, process, given.clients, given.seconds / given.rounds)
                shares.append(rate / floor)
            print(
                f"of what the cores could answer: {sum(shares) / len(shares):.2f}, mean of "
                f"{[round(share, 2) for share in shares]}"
            )


def _newscite(data: Path, *arguments: str) -> None:
    subprocess.run(
        [*_NEWSCITE, "--data-dir", str(data), *arguments], check=True, stdout=subprocess.DEVNULL
    )


def _floor(copies: Sequence[Path]) -> float:
    """The most questions a second that the cores could answer if only models took time.

    All cores are busy with them, as under load: a core that works alone is not as fast.

    Args:
        copies: of the corpus, one a core.
    """
    command = [sys.executable, __file__, "--model-time"]
    busy = [
        subprocess.Popen([*command, str(copy)], stdout=subprocess.PIPE, text=True)
        for copy in copies
    ]
    told = [json.loads(process.communicate()[0]) for process in busy]
    models, whole = (sum(each) / len(copies) for each in zip(*told, strict=True))
    floor = len(copies) / models
    print(
        f"a question takes {models * 1000:.0f} ms of model time, of {whole * 1000:.0f} ms in all in "
        f"a process of its own, {len(copies)} at once: {len(copies)} cores could answer {floor:.2f}/s",
        flush=True,
    )
    return floor


def _model_time(data: Path) -> tuple[float, float]:
    """Seconds that one core takes for the models of a question, and for the question."""
    spent: list[float] = []
    forward = onnx.OnnxSession._forward

    def timed(self: onnx.OnnxSession, encoding: object) -> object:
        began = time.thread_time()
        try:
            return forward(self, encoding)  # type: ignore[arg-type]
        finally:
            spent.append(time.thread_time() - began)

    onnx.OnnxSession._forward = timed  # type: ignore[method-assign,assignment]
    with open_engine(Settings(data_dir=data, threads=1, answer_cache=0), "benchmark") as engine:
        for question in _QUESTIONS[:5]:
            engine.ask(question)
        spent.clear()
        began = time.process_time()
        for question in _QUESTIONS:
            engine.ask(question)
        whole = time.process_time() - began
    return sum(spent) / len(_QUESTIONS), whole / len(_QUESTIONS)


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


def _warm(url: str) -> None:
    for question in _QUESTIONS[:5]:
        httpx.post(f"{url}/v1/ask", json={"question": question}, timeout=60).raise_for_status()


# -- many clients --------------------------------------------------------------------------------


@dataclass
class _Told:
    """What the clients saw: milliseconds of answers, and how many of other outcomes."""

    answers: list[float] = field(default_factory=list)
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    health: list[float] = field(default_factory=list)


def _under_load(url: str, process: "subprocess.Popen[str]", clients: int, seconds: float) -> float:
    """Answers a second."""
    told, until = _Told(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask_on, args=(url, number, until, told))
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
        f"{clients} clients, {took:.0f} s: {rate:.2f} answers/s; "
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; {told.refused} refused with 503, "
        f"{len(told.failed)} failed {sorted(set(told.failed))[:3]}"
    )
    print(
        f"a question took {server / len(told.answers) * 1000:.0f} ms of a core, the clients "
        f"{clients_own / len(told.answers) * 1000:.0f} ms more; all used "
        f"{(server + clients_own) / took / _CORES:.0%} of the cores"
    )
    print(f"/healthz: p99 {np.percentile(told.health, 99):.0f} ms of {len(told.health)}")
    print(f"memory: {[round(m) for m in memory]} MiB; after a third {slope:+.1f} MiB a minute")
    return rate


def _ask_on(url: str, number: int, until: float, told: _Told) -> None:
    """Asks as one client, as lightly as can be: its work is taken from the server's cores."""
    chosen = random.Random(number)
    headers = {"Content-Type": "application/json"}
    connection = HTTPConnection(url.removeprefix("http://"), timeout=120)
    while time.monotonic() < until:
        body = json.dumps({"question": chosen.choice(_QUESTIONS)})
        began = time.perf_counter()
        try:
            connection.request("POST", "/v1/ask", body, headers)
            reply = connection.getresponse()
            reply.read()
        except (OSError, HTTPException) as error:
            told.failed.append(type(error).__name__)
            connection.close()
            continue
        if reply.status == HTTPStatus.OK:
            told.answers.append((time.perf_counter() - began) * 1000)
        elif reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
            told.refused += 1
            time.sleep(float(reply.headers["Retry-After"]))
        else:
            told.failed.append(str(reply.status))
    connection.close()


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


def _beside_ingest(url: str, seconds: float, folder: Path) -> None:
    alone = _p95_of_one(url, seconds)
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
    beside = _p95_of_one(url, seconds)
    print(
        f"one client, p95: {alone:.0f} ms alone, {beside:.0f} ms beside an ingest: {beside / alone:.2f}"
    )


def _p95_of_one(url: str, seconds: float) -> float:
    told = _Told()
    _ask_on(url, 0, time.monotonic() + seconds, told)
    return float(np.percentile(told.answers, 95))


if __name__ == "__main__":
    main()
