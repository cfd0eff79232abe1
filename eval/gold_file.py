"""A gold file that is being written: read strictly, added to one safe line at a time, undone."""

import os
import re
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic_core import from_json

from eval.questions import GoldQuestion, read_gold
from eval.squad_text import tokens
from rag.errors import UsageError

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")
_DIGITS = 3  # of the numbers in a new file's ids
_SHOWN = 60  # characters of a line in a message


class GoldFile:
    """Gold questions in a file of ours, which need not be there yet.

    It is read again whenever it has changed, so that it may be edited elsewhere meanwhile.

    Args:
        path: the file; it is made with its first question.

    Raises:
        UsageError: its folder is not there, it cannot be read, a line is not a gold question, or
            its last line is cut off, as by a crash of whatever wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}; make it, or correct the path")
        self._written: list[tuple[GoldQuestion, bytes]] = []
        self._content = self._bytes()
        self._questions = _questions(path, self._content)

    @property
    def questions(self) -> list[GoldQuestion]:
        """The questions of the file as it is now."""
        content = self._bytes()
        if content != self._content:
            self._questions = _questions(self.path, content)
            self._content = content
        return self._questions

    @property
    def written(self) -> list[GoldQuestion]:
        """What was added through this object and not undone, in order."""
        return [question for question, _ in self._written]

    def next_id(self) -> str:
        """The id after the last numbered one: "storm-012" after "storm-011".

        A file without numbered ids begins with its own name: "storm-001" in `storm.jsonl`.
        """
        numbers: dict[str, list[str]] = defaultdict(list)
        prefix = f"{self.path.stem}-"
        for question in self.questions:
            if found := _NUMBERED.fullmatch(question.id):
                prefix = found[1]
                numbers[prefix].append(found[2])
        used = numbers[prefix]
        number = max(map(int, used), default=0) + 1
        return f"{prefix}{number:0{len(used[-1]) if used else _DIGITS}}"

    def asking(self, question: str, as_of: datetime | None) -> str | None:
        """The id of the question that asks the same as of the same moment, if there is one."""
        wording = tokens(question)
        for known in self.questions:
            alone = not known.history
            if alone and known.as_of == as_of and tokens(known.question) == wording:
                return known.id
        return None

    def add(self, question: GoldQuestion) -> None:
        """Adds one line, which is on the disk when this returns; defaults are left out.

        Raises:
            UsageError: it cannot be written; the file is then as it was.
        """
        line = question.model_dump_json(exclude_defaults=True).encode() + b"\n"
        before = self._bytes()
        separator = b"\n" if before and not before.endswith(b"\n") else b""
        try:
            with self.path.open("ab") as file:
                try:
                    file.write(separator + line)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    os.truncate(self.path, len(before))
                    raise
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}") from error
        self._written.append((question, line))

    def undo(self) -> GoldQuestion | None:
        """Takes back the last question that was added through this object.

        Returns:
            The question; None when there is none to take back.

        Raises:
            UsageError: the file no longer ends with it, or cannot be written.
        """
        if not self._written:
            return None
        question, line = self._written[-1]
        content = self._bytes()
        if not content.endswith(line):
            raise UsageError(
                f"{self.path} no longer ends with {question.id}; remove its line in an editor"
            )
        try:
            os.truncate(self.path, len(content) - len(line))
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}") from error
        self._written.pop()
        return question

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UsageError(f"the gold file {self.path} cannot be read: {reason}") from error


def _questions(path: Path, content: bytes) -> list[GoldQuestion]:
    if not content.strip():
        return []
    lines = content.splitlines()
    if not content.endswith(b"\n") and _is_cut_off(lines[-1]):
        beginning = lines[-1][:_SHOWN].decode(errors="replace")
        raise UsageError(
            f"{path}, line {len(lines)}: this last line is cut off, as when writing it was "
            f"interrupted: {beginning!r}; delete it, and ask its question again"
        )
    return read_gold(path)


def _is_cut_off(line: bytes) -> bool:
    """Whether it is the beginning of a JSON value, and not the whole of one."""
    text = line.decode(errors="ignore")  # the cut may go through a character
    try:
        from_json(text)
    except ValueError:
        with suppress(ValueError):
            from_json(text, allow_partial=True)
            return True
    return False
