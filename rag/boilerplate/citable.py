"""Which sentences of an article may be cited: those that are no boilerplate and no heading.

Told by wording (`wording.py`, `lines.py`) and by place: a byline stands at an edge of the text, a
heading alone before a paragraph, and what follows "###" or a footer is one. Where in doubt a
sentence may be cited. docs/boilerplate.md says what this finds and misses.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.boilerplate.lines import (
    is_about,
    is_author,
    is_byline,
    is_contact,
    is_end_mark,
    is_furniture,
    line_places,
)
from rag.boilerplate.wording import invites_or_notifies, is_boilerplate
from rag.remembering import remembered

Place = tuple[int, int]

_LONGEST_LINE = 500  # characters; what is longer is a paragraph, and its sentences are looked at
_NOTICE_WORDS = 80  # of a paragraph that is boilerplate because its first sentence is
_EDGE = 6  # lines at either end of a text, among which bylines stand
_AFTER_END = 0.5  # of a text: the most that may follow the mark of its end
_ABOUT_LINES = 6  # and the most lines that a publisher says of itself
_HEADING_WORDS = 10
_PROSE_WORDS = 8
_FOOTER_WORDS = 12

_ENDED = re.compile(r"[.!?…:;,][\"”’')\]]*$")
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile(r"(?=[^a-z])\w")


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    boilerplate: bool = False
    footer: bool = False  # of the kind that footers begin with

    @property
    def ended(self) -> bool:
        return _ENDED.search(self.text) is not None

    @property
    def prose(self) -> bool:
        return not self.boilerplate and self.ended and len(self.text.split()) >= _PROSE_WORDS

    @property
    def heading(self) -> bool:
        """Whether it looks like one, by itself; a line with figures may be a result."""
        short = len(self.text) <= _LONGEST_LINE and len(self.text.split()) <= _HEADING_WORDS
        bare = not self.ended and not _DIGIT.search(self.text)
        return short and bare and _CAPITAL.match(self.text) is not None


def citable(text: str, sentences: Sequence[Place]) -> tuple[Place, ...]:
    """Those of an article's sentences that may be cited, in their order.

    Args:
        text: the article's whole stored text.
        sentences: spans of it, each within one line.
    """
    starts, boilerplate = _marked(text)

    def may_be(start: int, end: int) -> bool:
        line = bisect_right(starts, start) - 1
        within = line >= 0 and boilerplate[line]
        return not within and not is_boilerplate(text[start:end])

    return tuple(place for place in sentences if may_be(*place))


@remembered
def _marked(text: str) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Where each line of a text that is not blank starts, and whether it is boilerplate."""
    lines = [_Line(start, end, text[start:end]) for start, end in line_places(text)]
    for number, line in enumerate(lines):
        edge = number < _EDGE or number >= len(lines) - _EDGE
        _look_at(line, at_edge=edge)
    if len(lines) > 1 and is_author(lines[-1].text):
        lines[-1].boilerplate = True
    _mark_what_follows_the_end(lines, len(text))
    _mark_footer(lines)
    _mark_headings(lines)
    return tuple(line.start for line in lines), tuple(line.boilerplate for line in lines)


def _look_at(line: _Line, *, at_edge: bool) -> None:
    """Marks a line that is boilerplate by its own wording."""
    text = line.text
    if len(text) > _LONGEST_LINE:
        return
    line.footer = is_contact(text) or (
        len(text.split()) <= _NOTICE_WORDS and invites_or_notifies(text)
    )
    line.boilerplate = line.footer or is_furniture(text) or (at_edge and is_byline(text))


def _mark_what_follows_the_end(lines: Sequence[_Line], length: int) -> None:
    """Marks "###" and what comes after it, and what a publisher says of itself at the end."""
    for number in range(len(lines) - 1, 0, -1):
        line, left = lines[number], len(lines) - number - 1
        ends = is_end_mark(line.text) and length - line.end <= _AFTER_END * length
        if ends or (is_about(line.text) and left <= _ABOUT_LINES):
            for each in lines[number:]:
                each.boilerplate = True


def _mark_footer(lines: Sequence[_Line]) -> None:
    """Marks the short lines among and after those that close a text: addresses, menus."""
    first = len(lines)
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if line.prose or (not line.boilerplate and len(line.text.split()) > _FOOTER_WORDS):
            break
        if line.footer:
            first = number
    for line in lines[first:]:
        line.boilerplate = True


def _mark_headings(lines: Sequence[_Line]) -> None:
    """Marks each line that looks like a heading, stands alone, and has a paragraph after it."""
    for number, line in enumerate(lines[:-1]):
        before = lines[number - 1] if number else None
        alone = before is None or before.boilerplate or before.text[-1] in ".!…\"”’')"
        if line.heading and alone and lines[number + 1].prose:
            line.boilerplate = True
