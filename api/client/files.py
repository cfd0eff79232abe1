"""Files on their way to a server: read from the disk as they are sent, never held in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rag.errors import UsageError

_PIECE = 256 * 1024  # bytes


def found_files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """The files of these paths, of which folders are walked.

    Raises:
        NotFoundError: a path does not exist.
    """
    from ingest.sources import find_files

    each = [paths] if isinstance(paths, str | Path) else paths
    return find_files(Path(path) for path in each)


def parts(
    files: Sequence[Path], boundary: bytes, sent: Callable[[int], None] | None
) -> Iterator[bytes]:
    """The files as multipart/form-data (RFC 7578), a piece at a time.

    Args:
        files: in the order in which they are to be ingested.
        boundary: stands between them.
        sent: called with how many bytes of the files have been sent.

    Raises:
        UsageError: a file cannot be read.
    """
    from ingest.sources.reading import name_of

    so_far = 0
    for file in files:
        name = name_of(file).replace("\\", "\\\\").replace('"', '\\"')
        plain = "".join(char if char.isprintable() else "\ufffd" for char in name)
        yield b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="'
        yield plain.encode() + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        for piece in _pieces(file):
            yield piece
            so_far += len(piece)
            if sent is not None:
                sent(so_far)
        yield b"\r\n"
    yield b"--" + boundary + b"--\r\n"


def _pieces(file: Path) -> Iterator[bytes]:
    from ingest.sources.reading import open_file

    try:
        with open_file(file) as opened:
            while piece := opened.read(_PIECE):
                yield piece
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror or error}; nothing was ingested"
        ) from error
