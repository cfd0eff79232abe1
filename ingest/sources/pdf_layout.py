"""From the lines that a PDF paints to paragraphs: pages joined, running heads and hyphens gone.

A PDF knows no paragraphs, only where each line stands. A line begins a new one where there is more
room above it than its like have, where the size of the type changes, or where the line above it
ends a sentence early.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_LIGATURES = {0xFB00 + n: letters for n, letters in enumerate("ff fi fl ffi ffl st st".split())}
_EDGE = 3  # lines at the top and the bottom of a page that may be running heads
_PAGE_NUMBER = re.compile(
    r"(page|seite|pagina|página|strana|p\.|-|–|—)?\s*(\d{1,4}|[ivxlc]{1,6})\s*((of|von|/|de|sur|z|ze)\s*\d{1,4})?\s*[-–—]?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_ENDS = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-\xad‐]$")
_BULLET = re.compile(r"\s*([•‣▪■●◦–*]|\(?\w{1,3}[.)])\s")
_MARGIN = 1.6  # sizes of the type: more than there is between two lines of a text
_MORE_ROOM = 1.25  # times the usual distance between two lines
_OTHER_SIZE = 0.08  # of the size of the type
_EARLY = 0.8  # of the usual length of a line
_FIRST_INDENT = 5  # points
_HEADLINE = 1.2  # times the size of the body's type
_MOST_HEADLINE_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: where it begins, in points from the lower left corner, its type's size."""

    x: float
    y: float
    size: float
    text: str


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages' lines without page numbers and what is repeated at the edges of most pages."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for page in edges for key in {_repeated(line) for line in page})
    often = max(2, (len(pages) + 1) // 2)
    return [
        [
            line
            for line in page
            if not (
                line in edge
                and (seen[_repeated(line)] >= often or _PAGE_NUMBER.fullmatch(line.text.strip()))
            )
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def headline(lines: Sequence[Line]) -> str:
    """What the first page says in the largest type, if that is clearly larger than the body's."""
    body = _body_size(lines)
    largest = max((line.size for line in lines), default=0)
    if largest < _HEADLINE * body:
        return ""
    first = next(n for n, line in enumerate(lines) if line.size == largest)
    parts = []
    for line in lines[first:]:
        if abs(line.size - largest) > _OTHER_SIZE * largest:
            break
        parts.append(line.text.strip())
    return " ".join(parts) if len(parts) <= _MOST_HEADLINE_LINES else ""


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The text of the pages as paragraphs."""
    every = [line for page in pages for line in page]
    if not every:
        return []
    known = _words(every)
    room, length = _usual_room(pages), _usual_length(every)
    found: list[str] = []
    above: Line | None = None
    for page in pages:
        for number, line in enumerate(page):
            if above is None or _begins_paragraph(above, line, room, length, first=not number):
                found.append(line.text.strip())
            else:
                found[-1] = _joined(found[-1], line.text.strip(), known)
            above = line
    return [" ".join(paragraph.translate(_LIGATURES).split()) for paragraph in found]


def _edges(page: Sequence[Line]) -> list[Line]:
    """The lines above and below a page's body, whenever they are painted: room parts them from it.

    Without that room a line belongs to the body, however often it is repeated.
    """
    by_height = sorted(page, key=lambda line: -line.y)
    return [*_apart(by_height), *_apart(by_height[::-1])]


def _apart(lines: Sequence[Line]) -> Sequence[Line]:
    """The first few of the lines, up to the room that parts them from those that follow."""
    ends = [
        number
        for number, (outer, inner) in enumerate(pairwise(lines[: _EDGE + 1]), start=1)
        if abs(outer.y - inner.y) > _MARGIN * max(outer.size, inner.size)
    ]
    if ends:  # the first of them: to leave a running head in is better than to lose a sentence
        return lines[: ends[0]]
    return lines if len(lines) <= _EDGE else []


def _repeated(line: Line) -> tuple[str, float]:
    """What is equal in the running heads of two pages: all but the numbers, and the height."""
    return _DIGITS.sub("#", " ".join(line.text.split()).casefold()), round(line.y)


def _body_size(lines: Sequence[Line]) -> float:
    """The size in which most characters are set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _usual_room(pages: Sequence[Sequence[Line]]) -> float:
    """The distance between two lines of the body, in sizes of its type."""
    rooms = [
        (upper.y - lower.y) / upper.size
        for page in pages
        for upper, lower in pairwise(page)
        if upper.size and upper.y > lower.y and _same_size(upper, lower)
    ]
    return median(rooms) if rooms else 1.2


def _usual_length(lines: Sequence[Line]) -> float:
    """The length of a full line, in characters."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(len(lengths) * 0.75)]


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _OTHER_SIZE * max(one.size, other.size)


def _begins_paragraph(above: Line, line: Line, room: float, length: float, first: bool) -> bool:
    text = line.text.strip()
    if not _same_size(above, line) or _BULLET.match(text):
        return True
    ends = _ENDS.search(above.text.rstrip()) is not None
    if first or line.y > above.y:  # the next page or column, where room says nothing
        return ends or not (text[:1].islower() or _HYPHENATED.search(above.text.rstrip()))
    if above.y - line.y > _MORE_ROOM * room * above.size:
        return True
    return ends and (len(above.text.strip()) < _EARLY * length or line.x - above.x > _FIRST_INDENT)


def _words(lines: Sequence[Line]) -> set[str]:
    """The words of a document, hyphenated ones as such, less what stands at a line's end."""
    return {
        word.casefold()
        for line in lines
        for word in re.findall(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*(?=\W)", line.text)
    }


def _joined(text: str, more: str, known: set[str]) -> str:
    """Two lines of a paragraph as one; a hyphen stays where the document has the word so."""
    match = _HYPHENATED.search(text)
    if match is None or not more[:1].islower():
        return f"{text} {more}" if not text.endswith(("-", "‐", "—", "/")) else text + more
    rest = re.match(r"[^\W\d_]+", more)
    tail = rest[0] if rest else ""
    whole, hyphenated = f"{match[1]}{tail}".casefold(), f"{match[1]}-{tail}".casefold()
    if hyphenated in known and whole not in known:
        return text + more
    return text[:-1] + more
