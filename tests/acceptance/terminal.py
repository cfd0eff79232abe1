"""Runs the real command at a pseudo-terminal, as a person would."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from newscite_process import Corpus

PROMPT = "\n› "
"""What a conversation prints when it waits for a line, after whatever was printed before."""

_PATIENCE_S = 120
_CODES = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>]")
_STYLE = re.compile(rb"\x1b\[[\d;]*m|\x1b\]8;")
_ROWS, _COLUMNS = 40, 80


class Terminal:
    """A command at work at a terminal of 80 columns.

    Attributes:
        process: the command.
    """

    def __init__(self, corpus: Corpus, arguments: tuple[str | Path, ...], env: Mapping[str, str]):
        corpus.cwd.mkdir(parents=True, exist_ok=True)
        (corpus.folder / "home").mkdir(exist_ok=True)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", *map(str, arguments)],
            cwd=corpus.cwd, env=corpus.environment() | {"TERM": "xterm-256color"} | dict(env),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # so that Ctrl-C reaches it
        )  # fmt: skip
        os.close(theirs)
        self._written = b""
        self._read_up_to = 0
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, text: str) -> None:
        """Types it, as keys are pressed."""
        os.write(self._ours, text.encode())

    def ask(self, line: str) -> str:
        """Types a line, and returns what is printed up to the next prompt."""
        self.type(line + "\n")
        return self.until(PROMPT)

    def until(self, wanted: str) -> str:
        """What is printed up to some words, without the codes of colours and cursors."""
        end = time.monotonic() + _PATIENCE_S
        with self._changed:
            while True:
                raw = self._written[self._read_up_to :].decode(errors="ignore")
                told = _CODES.sub("", raw).replace("\r\n", "\n")
                if wanted in told:
                    self._read_up_to = len(self._written)
                    return told
                came = self._changed.wait(max(0, end - time.monotonic()))
                assert came, f"no {wanted!r} in {told!r}"

    def wait_for_keys(self) -> None:
        """Returns when the command reads key by key, as readline does at its prompt.

        Before that the terminal shows what is typed by itself, and a Ctrl-C may be taken note of
        just before the reading begins, which then waits for the next key.
        """
        end = time.monotonic() + _PATIENCE_S
        while termios.tcgetattr(self._ours)[3] & termios.ECHO:
            assert time.monotonic() < end, "nothing reads keys"
            time.sleep(0.01)
        time.sleep(0.3)

    @property
    def styled(self) -> bool:
        """Whether anything that was printed has a colour, a style or a link."""
        return _STYLE.search(self._written) is not None

    def end(self) -> int:
        """Ends the conversation as Ctrl-D does; returns the exit code."""
        self.type("\x04")
        try:
            return self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # the last to write to it has gone
                piece = b""
            with self._changed:
                self._written += piece
                self._changed.notify_all()
            if not piece:
                return


@contextmanager
def at_a_terminal(
    corpus: Corpus, *arguments: str | Path, env: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """`newscite ARGUMENTS` at a terminal, which is ended afterwards if it has not ended itself."""
    terminal = Terminal(corpus, arguments, env or {})
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait(_PATIENCE_S)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
