"""Titles: made from a file's name, cut from a long heading, taken off a text that repeats them."""

import re
from pathlib import Path

_LONGEST = 300
# A hyphen between digits belongs to a date or a score; any other stands for a space.
_SEPARATORS = re.compile(r"(?<!\d)[-_]+|[-_]+(?!\d)|_+")


def title_of_file(path: Path) -> str:
    """The file's name as words: `venezuela-talks.txt` becomes `Venezuela talks`."""
    words = " ".join(_SEPARATORS.sub(" ", path.stem).split())
    return shorten(words[:1].upper() + words[1:])


def shorten(title: str) -> str:
    """The title on one line and in at most 300 characters, cut at a word where it is longer."""
    title = " ".join(title.split())
    if len(title) <= _LONGEST:
        return title
    cut = title[: _LONGEST - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"


def without_headline(text: str, title: str) -> str:
    """The text less a first line that only repeats the title: a headline is not to be quoted."""
    first, _, rest = text.lstrip().partition("\n")
    return rest.lstrip() if " ".join(first.split()).casefold() == title.casefold() else text
