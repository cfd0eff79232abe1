"""A run's folder: results.json for programs, report.html and report.md for people."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

from eval.journal import PROGRESS
from eval.results import Run
from rag.errors import UsageError

RESULTS = "results.json"
REPORTS = ("report.md", "report.html")
_PART = ".part"
_OURS = {
    PROGRESS, "progress.part", *(name + end for name in (RESULTS, *REPORTS) for end in ("", _PART)),
}  # fmt: skip


def default_folder(gold: Path) -> Path:
    """`runs/<gold stem>-<UTC time>` in the working folder; -2, -3 follows where that is taken."""
    folder = Path("runs") / f"{gold.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    others = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(free for free in chain([folder], others) if not free.exists())


def prepare(folder: Path, gold: Mapping[str, Any]) -> None:
    """Makes the folder, before the questions are asked rather than after.

    A folder that holds a run of the same gold is used again; its files are replaced when the new
    run is done.

    Args:
        folder: the run's folder.
        gold: what will be recorded of the gold.

    Raises:
        UsageError: it holds other files than a run's or a run of other gold, or cannot be made or
            written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OURS)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"the run's folder {folder} cannot be made: {reason}") from error
    if others:
        raise UsageError(
            f"{folder} holds {others[0]!r}, which is no part of a run; "
            "give --out a new folder, an empty one or an earlier run's"
        )
    held = _gold(folder)
    if held and held["sha256"] != gold["sha256"]:
        raise UsageError(
            f"{folder} holds a finished run of other gold questions ({held['file']}); "
            "give --out another folder"
        )
    if not os.access(folder, os.W_OK):
        raise UsageError(f"the run's folder {folder} cannot be written; give --out another")


def _gold(folder: Path) -> dict[str, str] | None:
    """Name and hash of the gold of the finished run in the folder; None where there is no such."""
    try:
        held = json.loads((folder / RESULTS).read_bytes())["config"]["gold"]
        return {"file": str(held["file"]), "sha256": str(held["sha256"])}
    except (OSError, ValueError, LookupError, TypeError):
        return None


def document(run: Run) -> str:
    """The run as results.json has it, byte for byte."""
    return run.model_dump_json(indent=2) + "\n"


def write(folder: Path, run: Run) -> None:
    """Writes results.json and ends the journal; the reports can be made of it at any time.

    Raises:
        UsageError: it cannot be written.
    """
    _write(folder / RESULTS, document(run))
    (folder / PROGRESS).unlink(missing_ok=True)


def write_reports(folder: Path, reports: Mapping[str, str]) -> None:
    """Writes a run's reports by their names; each is whole or not there.

    Args:
        folder: the run's folder, which exists.
        reports: what to write, by the files' names.

    Raises:
        UsageError: one cannot be written.
    """
    for name, text in reports.items():
        _write(folder / name, text)


def _write(file: Path, text: str) -> None:
    part = file.with_name(file.name + _PART)
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{file} cannot be written: {reason}") from error
