"""The question log: questions and what was cited for them, kept only where that is switched on.

A file of JSON lines a day (UTC) in `questions/` of the data folder, deleted when its days are over.
docs/operating/seeing.md says what is in it; keep the two in step.
"""

import json
import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from structlog.contextvars import get_contextvars

from rag.events import Trace

FOLDER = "questions"

log = structlog.get_logger()


class QuestionLog:
    """Keeps questions, or only deletes those that are over their time.

    Args:
        folder: the data folder.
        days: for how long a question is kept.
        on: whether any is.
    """

    def __init__(self, folder: Path, days: int, *, on: bool) -> None:
        self._folder = folder / FOLDER
        self._days = days
        self._on = on
        self._pruned: date | None = None
        self._lock = threading.Lock()

    def prune(self) -> None:
        """Deletes what is over its time; cheap when that was done today."""
        today = datetime.now(UTC).date()
        if self._pruned == today:
            return
        self._pruned = today
        for file in self._folder.glob("????-??-??.jsonl"):
            try:
                if date.fromisoformat(file.stem) <= today - timedelta(days=self._days):
                    file.unlink(missing_ok=True)
            except ValueError:  # not ours
                continue

    def answered(self, trace: Trace) -> None:
        """Keeps a question that was answered; failing that, the answer is given all the same."""
        try:
            with self._lock:
                self.prune()
                if self._on:
                    self._write(_entry(trace))
        except OSError as error:
            log.error("the question log cannot be written", reason=error.strerror)

    def _write(self, entry: dict[str, Any]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._folder / f"{datetime.now(UTC).date()}.jsonl"
        line = json.dumps(entry, ensure_ascii=False).encode(errors="replace") + b"\n"
        opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(opened, "ab") as sink:
            sink.write(line)


def _entry(trace: Trace) -> dict[str, Any]:
    answer = trace.answer
    cited = [{"article_id": c.article_id, "version": c.version, "start": c.start, "end": c.end}
             for c in answer.citations]  # fmt: skip
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": get_contextvars().get("request_id"),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "mode": answer.mode,
        "answerable": answer.answerable,
        "confidence": answer.confidence,
        "citations": cited,
        "ms": answer.timings_ms.get("total"),
    }
