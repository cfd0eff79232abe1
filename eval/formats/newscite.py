"""Our own gold: JSON Lines, one gold question a line (see `eval.questions`)."""

from pathlib import Path

from eval.formats.base import Format, GoldSet, gold_set, head_of
from eval.questions import read_gold


def _recognises(path: Path) -> bool:
    head = head_of(path)
    return head.opens == "{" and {"question", "answerable"} <= head.keys


def _read(path: Path) -> GoldSet:
    return gold_set(path, read_gold(path))


FORMAT = Format(
    name="newscite",
    about="Our own JSON Lines, one gold question a line",
    recognises=_recognises,
    read=_read,
)
