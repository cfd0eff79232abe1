"""What must be known to repeat a run: versions, code, machine and command."""

import os
import platform
import re
import shlex
import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import eval as eval_package
import rag
from eval import intervals

_CODE = (rag, eval_package)
_SECRETS = re.compile(r"(?<=://)[^/\s@]*@|(?<=\S)\?\S*")  # of a URL: user and password, query

_PACKAGES = (
    "onnxruntime", "tokenizers", "numpy", "scipy", "ir_measures", "pytrec-eval-terrier",
    "rapidfuzz", "chromadb", "llama-index-core",
)  # fmt: skip


def surroundings() -> dict[str, Any]:
    """Versions, machine, command and statistics of this process, as JSON values."""
    return {
        "versions": {
            "newscite": rag.__version__,
            "newscite_code": f"sha256:{_code()}",
            "python": platform.python_version(),
            **{name: found for name in _PACKAGES if (found := _version(name))},
        },
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
        },
        "command": shlex.join(["newscite", *map(_told, sys.argv[1:])]),
        "bootstrap": {
            "level": intervals.LEVEL,
            "resamples": intervals.RESAMPLES,
            "seed": intervals.SEED,
        },
    }


def _code() -> str:
    """The SHA-256 of all that answers and scores, by the files' names and contents."""
    whole = sha256()
    for package in _CODE:
        root = Path(package.__path__[0])
        for file in sorted(root.rglob("*.py")):
            whole.update(f"{root.name}/{file.relative_to(root).as_posix()}\0".encode())
            whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _told(argument: str) -> str:
    """An argument of the command line as a run tells it: a URL without what may be secret."""
    return _SECRETS.sub("", argument) if "://" in argument else argument


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
