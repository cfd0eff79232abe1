"""What must be known to repeat a run: versions, machine, command and the gold's hash."""

import os
import platform
import shlex
import sys
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval import intervals
from rag import __version__

_PACKAGES = (
    "onnxruntime", "tokenizers", "numpy", "scipy", "ir_measures", "pytrec-eval-terrier",
    "rapidfuzz", "chromadb", "llama-index-core",
)  # fmt: skip


def surroundings() -> dict[str, Any]:
    """Versions, machine, command and statistics of this process, as JSON values."""
    return {
        "versions": {
            "newscite": __version__,
            "python": platform.python_version(),
            **{name: found for name in _PACKAGES if (found := _version(name))},
        },
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
        },
        "command": shlex.join(["newscite", *sys.argv[1:]]),
        "bootstrap": {
            "level": intervals.LEVEL,
            "resamples": intervals.RESAMPLES,
            "seed": intervals.SEED,
        },
    }


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of all of a folder's files with their names."""
    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    return _digest_of(sorted(file for file in path.rglob("*") if file.is_file()), path)


def _digest_of(files: Sequence[Path], root: Path) -> str:
    whole = sha256()
    for file in files:
        whole.update(file.relative_to(root).as_posix().encode() + b"\0")
        whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name; int8 models round differently on different ones."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
