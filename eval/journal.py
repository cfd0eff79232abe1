"""A run's journal: what has been asked so far, so that an interrupted run can go on.

`progress.jsonl` in the run's folder: a line that says which run this is, written anew each time
the run is taken up, and a line for each question that is done. A line that was cut off by the
interruption is passed over and its question asked again.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from eval.configuration import leaves
from eval.results import QuestionResult, RunInfo
from rag.errors import UsageError

PROGRESS = "progress.jsonl"


class Journal:
    """The journal of one run, open for adding to.

    Attributes:
        started_at: when the run was first begun.
        done: the questions that are done, by id.
        resumed: how often the run was taken up again.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        """Opens the folder's journal, or begins one.

        Args:
            folder: the run's folder, which exists.
            identity: what makes it this run, as JSON values: gold, system, corpus.

        Raises:
            UsageError: the journal is of another run.
        """
        self._path = folder / PROGRESS
        self._identity = json.loads(json.dumps(identity))
        self.started_at = datetime.now(UTC)
        self.done: dict[str, QuestionResult] = {}
        self.resumed = 0
        if self._path.exists():
            self._take_up()
        self._file = self._path.open("a", encoding="utf-8", newline="\n")
        self._write({"run": self._identity, "started_at": self.started_at.isoformat()})

    def add(self, result: QuestionResult) -> None:
        """Notes a question as done; on the disk when this returns."""
        self.done[result.id] = result
        self._write({"question": result.model_dump(mode="json")})

    def info(self, run_id: str) -> RunInfo:
        """Which run this is, once every question is done."""
        seconds = sum(result.timings_ms["ask"] for result in self.done.values()) / 1000
        return RunInfo(
            id=run_id,
            started_at=self.started_at,
            seconds=round(seconds, 3),
            resumed=self.resumed,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def _take_up(self) -> None:
        lines = self._path.read_bytes().splitlines()
        records = [record for record in map(_record, lines) if record is not None]
        runs = [record for record in records if "run" in record]
        if not runs:
            self._path.unlink()
            return
        if runs[0]["run"] != self._identity:
            changed = ", ".join(_changes(runs[0]["run"], self._identity))
            raise UsageError(
                f"{self._path.parent} holds an interrupted run of something else ({changed}); "
                "repeat its command to finish it, or give --out another folder"
            )
        self.started_at = datetime.fromisoformat(runs[0]["started_at"])
        self.resumed = len(runs)
        results = [_result(record["question"]) for record in records if "question" in record]
        self.done = {result.id: result for result in results if result is not None}
        # What follows must begin on a line of its own, even if the last one was cut off.
        whole = b"".join(line + b"\n" for line in lines if _record(line) is not None)
        part = self._path.with_suffix(".part")
        part.write_bytes(whole)
        part.replace(self._path)

    def _write(self, record: dict[str, Any]) -> None:
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _result(record: Any) -> QuestionResult | None:
    try:
        return QuestionResult.model_validate(record)
    except ValidationError:  # written by another version of newscite
        return None


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The dotted names of what differs between two identities."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
