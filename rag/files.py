"""What the standard library lacks for files that must survive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Puts the names of a folder's files on the disk, as `os.fsync` does a file's content."""
    if os.name == "posix":  # Windows has no such call, and needs none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
