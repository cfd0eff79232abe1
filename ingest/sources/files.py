"""Finding the files to ingest: what was named, and what lies in the folders that were named."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.sources.packed import unpacked_name
from ingest.sources.registry import SUFFIXES
from rag.errors import NotFoundError


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read, each once, in the order of the paths and sorted within each folder.

    A file named explicitly is always taken. A folder is walked with all its folders; hidden names,
    README files, suffixes we do not read, and links that lead outside the folder or back to where
    the walk has been are passed over. A folder that may not be looked into is itself listed, so
    that reading it says why.

    Raises:
        NotFoundError: a path does not exist.
    """
    found: dict[str, Path] = {}
    for path in paths:
        _must_exist(path)
        for file in _walk(path) if os.path.isdir(path) else [path]:
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _must_exist(path: Path) -> None:
    try:
        path.stat()
    except PermissionError:
        return  # it may well be there; reading it will say what is wrong
    except (OSError, ValueError):
        raise NotFoundError(
            f"there is no file or folder {os.fspath(path)!r}; check the spelling and the folder "
            "you are in"
        ) from None


def _walk(root: Path) -> Iterator[Path]:
    inside = os.path.realpath(root)
    been: set[str] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        if real in been:
            continue
        been.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            yield folder
            continue
        folders = []
        for entry in entries:
            if not _is_wanted(entry, inside):
                continue
            if os.path.isdir(entry):
                folders.append(entry)
            elif _is_readable(entry):
                yield entry
        waiting += reversed(folders)


def _is_wanted(entry: Path, inside: str) -> bool:
    if entry.name.startswith("."):
        return False
    if not os.path.islink(entry):
        return True
    real = os.path.realpath(entry)
    return os.path.exists(real) and os.path.commonpath([real, inside]) == inside


def _is_readable(entry: Path) -> bool:
    return unpacked_name(entry).suffix.lower() in SUFFIXES and not entry.name.upper().startswith(
        "README"
    )
