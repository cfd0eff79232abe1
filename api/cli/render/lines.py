"""Lines: wrapped at a comfortable width, safe for the terminal, and linked where one can click."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.style import Style
from rich.text import Text

INDENT = "  "
BODY = "    "  # of a citation, under its "[1] "
BLANK = Text()
GLUE = "\N{BRAILLE PATTERN BLANK}"
"""A space that no line is broken at, and that is printed as a space."""

_NARROWEST, _WIDEST = 20, 96  # columns; longer lines are hard to read
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_AS_THEY_ARE = "%!#$&'()*+,/:;=?@[]~"  # of the characters that are no letters, in an address


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Prints lines as they are, but for empty ones that follow each other."""
    for line in single_blanks(lines):
        spaced = line.copy()
        spaced.plain = line.plain.replace(GLUE, " ")
        console.print(spaced, soft_wrap=True)


def single_blanks(lines: Iterable[Text]) -> list[Text]:
    """The lines without empty ones that follow each other."""
    every = list(lines)
    return every[:1] + [line for before, line in pairwise(every) if line.plain or before.plain]


def wrapped(console: Console, text: Text, indent: str = "") -> Iterator[Text]:
    """The lines of a text at the console's width, each behind the indent."""
    for line in text.wrap(console, max(1, width(console) - len(indent))):
        line.rstrip()
        yield Text.assemble(indent, line)


def hanging(console: Console, head: Text, text: Text, indent: str) -> Iterator[Text]:
    """A text behind a head on its first line, and behind the indent on the others."""
    first, *others = Text.assemble(head, text).wrap(console, width(console))
    first.rstrip()
    yield first
    if others:
        at = len(first.plain) - len(head.plain)
        rest = text[at:] if at > 0 else text
        yield from wrapped(console, _stripped(rest), indent)


def width(console: Console) -> int:
    """The columns that lines may fill."""
    return min(max(_NARROWEST, console.width), _WIDEST)


def shown(text: str) -> str:
    """The text on one line, as long as before, without what steers a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).replace("\n", " ")


def web_address(url: str | None) -> str | None:
    """The address in ASCII, if it is a whole one of the web (http or https, RFC 3986)."""
    if url is None or any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or not host.isascii():
        return None
    return quote(url, safe=_AS_THEY_ARE)


def linked(text: Text, url: str | None) -> Text:
    """The text as a link to the address (OSC 8, where there is style) if it is one of the web."""
    address = web_address(url)
    if address is not None:
        text.stylize(Style(link=address))
    return text


def _stripped(text: Text) -> Text:
    left = text.copy()
    return left[len(left.plain) - len(left.plain.lstrip()) :] if left.plain.strip() else left
