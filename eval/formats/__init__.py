"""Published gold in its own files, so that any of it can be asked of newscite.

One small file a format; each says in its docstring how the published files are laid out, where that
is documented, and what becomes of every part. A new format is a module with a `FORMAT` and its line
in FORMATS.
"""

from pathlib import Path

from eval.formats import beir, benchmarkqed, multihop_rag, newscite, realtimeqa, squad
from eval.formats.base import Format, GoldSet
from eval.formats.writing import write_articles, write_gold
from rag.errors import NotFoundError, UsageError

__all__ = ["AUTO", "FORMATS", "Format", "GoldSet", "read_gold_set", "write_articles", "write_gold"]

AUTO = "auto"
"""The format's name that means: whichever recognises the file."""

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (newscite, squad, multihop_rag, beir, realtimeqa, benchmarkqed)
}
"""Every format by its name, in the order in which they are asked whether a file is theirs."""


def read_gold_set(path: Path, format: str = AUTO) -> GoldSet:  # noqa: A002 (the option's name)
    """Reads published gold: a file, or the folder that a format is published as.

    Args:
        path: what to read.
        format: one of FORMATS, or "auto".

    Raises:
        NotFoundError: there is no such path.
        UsageError: there is no such format, no format recognises the path, or an entry is malformed
            (the message names file, entry and field).
    """
    if format != AUTO and format not in FORMATS:
        raise UsageError(
            f"there is no gold format {format!r}; use auto or one of {', '.join(FORMATS)}"
        )
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(f"there is no gold file {path}; check the path") from error
    except OSError as error:
        raise UsageError(f"the gold {path} cannot be read: {error.strerror}") from error
    if format != AUTO:
        return FORMATS[format].read(path)
    for known in FORMATS.values():
        if known.recognises(path):
            return known.read(path)
    if path.suffix == ".jsonl":
        return newscite.FORMAT.read(path)  # ours with a mistake in it: that says line and field
    formats = "; ".join(f"{known.name} ({known.about})" for known in FORMATS.values())
    raise UsageError(
        f"{path} looks like none of the gold formats; name one with --format to be told what is "
        f"missing: {formats}"
    )
