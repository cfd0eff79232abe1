"""Runs the real command and the real server as processes of their own, in folders of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "ingest" / "sample"
GOLD = ROOT / "eval" / "gold" / "sample.jsonl"

_COMMAND = (sys.executable, "-m", "api.cli.main")
_PATIENCE_S = 120
_ADDRESS = re.compile(r"newscite answers at (http://\S+)")


@dataclass(frozen=True)
class Ran:
    """A command that has ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What standard output holds, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """All that was printed, with white space folded, since a terminal's width wraps lines."""
        return " ".join((self.out + "\n" + self.err).split())


@dataclass(frozen=True)
class Corpus:
    """A data folder that the command works on, and the home of the user who runs it.

    Attributes:
        folder: holds `data` (the corpus), `home` and `cwd`, where the command is run.
        extra: what the environment has besides.
        wrapper: a command that runs ours, such as a tracer.
    """

    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    wrapper: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def stdout(self) -> Path:
        """What a command that was started, not run, prints to standard output."""
        return self.folder / "stdout.txt"

    @property
    def cwd(self) -> Path:
        return self.folder / "cwd"

    def run(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> Ran:
        """Runs `newscite ARGUMENTS` to its end. Whatever it prints, it is never a traceback."""
        done = subprocess.run(
            self._line(*arguments),
            cwd=self._ready(),
            env=self.environment() | dict(env or {}),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE_S,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> "Running":
        """Starts `newscite ARGUMENTS` and returns at once."""
        cwd = self._ready()
        with self.stdout.open("wb") as sink:
            process = subprocess.Popen(
                self._line(*arguments),
                cwd=cwd,
                env=self.environment() | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        return Running(process, self)

    @contextmanager
    def serve(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None
    ) -> "Iterator[Running]":
        """A server on a free port, answering; it is stopped afterwards."""
        running = self.start("serve", "--port", "0", *arguments, env=env)
        try:
            running.wait_for_address()
            yield running
        finally:
            running.stop()

    def environment(self) -> dict[str, str]:
        """This process's environment without newscite's settings, with a home of its own."""
        ours = ("NEWSCITE_", "XDG_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        own = {
            "HOME": str(self.folder / "home"),
            "NEWSCITE_DATA_DIR": str(self.data),
            "PYTHONPATH": path,
        }
        return kept | own | dict(self.extra)

    def _ready(self) -> Path:
        (self.folder / "home").mkdir(parents=True, exist_ok=True)
        self.cwd.mkdir(exist_ok=True)
        return self.cwd

    def _line(self, *arguments: str | Path) -> list[str]:
        return [*self.wrapper, *_COMMAND, *map(str, arguments)]


class Running:
    """A command that runs until it is stopped.

    Attributes:
        url: where it answers, once `wait_for_address` has returned.
        corpus: what it works on.
    """

    def __init__(self, process: "subprocess.Popen[str]", corpus: Corpus) -> None:
        self.url = ""
        self.process = process
        self.corpus = corpus
        self._lines: list[str] = []
        self._told = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def err(self) -> str:
        """What it has printed to standard error so far."""
        return "".join(self._lines)

    def wait_for_address(self) -> None:
        """Returns when the server says where it answers; fails when it ends or takes too long."""
        self._told.wait(_PATIENCE_S)
        assert self.url, f"the server did not start: {self.err}"

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Sends the process that holds the corpus a signal, as Ctrl-C does; returns the exit code."""
        if self.process.poll() is None:
            owner = self.corpus.data / "corpus.owner"
            holder = json.loads(owner.read_bytes())["pid"] if owner.exists() else self.process.pid
            os.kill(holder, how)
        try:
            code = self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._reader.join(_PATIENCE_S)
            assert self.process.stderr is not None
            self.process.stderr.close()
        assert "Traceback" not in self.err, self.err
        return code

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.append(line)
            if found := _ADDRESS.search(line):
                self.url = found[1]
                self._told.set()
        self._told.set()


@dataclass(frozen=True)
class Ingested:
    """A corpus and what `newscite ingest --json` said when it was filled."""

    corpus: Corpus
    ran: Ran
