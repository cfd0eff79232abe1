"""No socket leaves loopback during ingest, ask, mcp, serve and eval: Python and the kernel see it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from assistant import over_http, over_stdio
from checking import ask
from newscite_process import GOLD, ROOT, SAMPLE, Corpus

pytestmark = pytest.mark.slow

_GUARD = Path(__file__).parent / "guarded"
_SYSCALLS = "connect,sendto,sendmsg,sendmmsg"
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def _strace() -> tuple[str, ...]:
    """The tracer's command line without its output file; empty where it cannot be used."""
    tracer = shutil.which("strace")
    if tracer is None:
        return ()
    line = (tracer, "-f", "-qq", "--seccomp-bpf", "-e", f"trace={_SYSCALLS}")
    probe = subprocess.run([*line, "-o", os.devnull, "true"], capture_output=True, check=False)
    return line if probe.returncode == 0 else ()


def _guarded(folder: Path, wrapper: tuple[str, ...]) -> Corpus:
    path = os.pathsep.join(filter(None, (str(_GUARD), str(ROOT), os.environ.get("PYTHONPATH"))))
    notes = {"SOCKETS_NOTED_IN": str(folder / "sockets.txt"), "PYTHONPATH": path}
    return Corpus(folder, notes, wrapper)


def _notes(corpus: Corpus) -> list[str]:
    file = Path(corpus.extra["SOCKETS_NOTED_IN"])
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_the_guard_notices_and_refuses_what_leaves(tmp_path: Path) -> None:
    corpus = _guarded(tmp_path, ())
    program = (
        "import socket, contextlib\n"
        "for target in ('192.0.2.1', 'newscite.example'):\n"
        "    with contextlib.suppress(OSError):\n"
        "        socket.create_connection((target, 9), timeout=1)\n"
        "        raise SystemExit('it went through')\n"
        "with contextlib.suppress(OSError):\n"
        "    socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))\n"
        "    raise SystemExit('it went through')\n"
    )
    subprocess.run([sys.executable, "-c", program], env=corpus.environment(), check=True)
    assert [note for note in _notes(corpus) if note.startswith("AWAY")] == [
        "AWAY socket.getaddrinfo '192.0.2.1'",
        "AWAY socket.getaddrinfo 'newscite.example'",
        "AWAY socket.sendto '192.0.2.1'",
    ]


def test_nothing_leaves_loopback_from_ingest_to_eval(tmp_path: Path) -> None:
    tracer = _strace()
    trace = tmp_path / "trace.txt"
    corpus = _guarded(tmp_path, (*tracer, "-A", "-o", str(trace)) if tracer else ())
    gold = tmp_path / "gold.jsonl"
    gold.write_text(GOLD.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    question = "What justification did the Pentagon give?"

    assert corpus.run("ingest", SAMPLE / "wire.jsonl").code == 0
    assert "Cartel of the Suns" in corpus.run("ask", question).said
    with over_stdio(corpus) as assistant:
        assert assistant.given("ask", question=question)["answerable"]
    assert corpus.run("eval", "run", "--gold", gold, "--out", tmp_path / "run").code == 0
    with corpus.serve() as running:
        with httpx.Client(base_url=running.url, timeout=120) as client:
            assert ask(client, question)["answerable"]
            assert client.get("/docs").status_code == 200
        assert corpus.run("ask", question, "--json").json["answerable"]
        with over_http(running.url) as assistant:
            assert assistant.given("ask", question=question)["answerable"]

    notes = _notes(corpus)
    assert any("socket.connect '127.0.0.1'" in note for note in notes), "the hook was at work"
    assert [note for note in notes if not note.startswith("here ")] == []
    if not tracer:
        pytest.skip("seen from Python only: there is no usable strace to watch the kernel with")
    reached = {one or other for one, other in _ADDRESS.findall(trace.read_text(errors="replace"))}
    assert "127.0.0.1" in reached, "the tracer was at work"
    assert {address for address in reached if not address.startswith("127.")} <= {"::1"}
