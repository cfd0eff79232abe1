"""A browser that only notes which address it was to open."""

from collections.abc import Mapping
from pathlib import Path

_NOTES = '#!/bin/sh\nprintf "%s\\n" "$1" >> "{file}"\n'


class Browser:
    """Named by `BROWSER` in the environment of a command."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "opened.txt"
        program = folder / "browser"
        program.write_text(_NOTES.format(file=self._file), encoding="utf-8")
        program.chmod(0o755)
        self.env: Mapping[str, str] = {"BROWSER": str(program)}

    def opened(self) -> list[str]:
        """The addresses since the last call."""
        if not self._file.exists():
            return []
        addresses = self._file.read_text(encoding="utf-8").splitlines()
        self._file.unlink()
        return addresses
