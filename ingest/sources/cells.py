"""What the cells of tables hold: text with leftovers of markup, lists in a string, dates in words.

A table has one string where JSON has lists and times, and whoever wrote it was often a program that
escaped what it wrote.
"""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape

from rag.errors import IngestError

_TAG = re.compile(
    r"</(p|div|span|h[1-6]|ul|ol|li|a|article|section|strong|em|b|i|td|table|body|html)\s*>"
    r"|<(br|hr|img|p)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrt\"'\\/]))")
_HAS_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[89a-fA-F][0-9a-fA-F])")
_SHORT = {"n": "\n", "r": "\n", "t": "\t"}
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")

_NUMERIC_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})\b(.*)", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\b(.*)", re.DOTALL)
_LONGEST_DATE = 60  # characters
_MONTHS = 12
_DAYS = (
    "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%A %d %B %Y", "%A %B %d %Y", "%a %d %b %Y",
    "%a %b %d %Y", "%d-%b-%Y",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M %z", " %H:%M:%S %z")


def holds_html(text: str) -> bool:
    """Whether a text is written in HTML: it closes an element or breaks a line by one."""
    return _TAG.search(text) is not None


def unwrapped(text: str) -> str:
    """The text without what a program put around it when it wrote a list or a string literal.

    Escapes such as `\\u2019` are resolved only where all of the text was escaped, which shows by
    its being ASCII, and the brackets of a printed list go only from around elements.
    """
    if text.isascii() and _HAS_ESCAPE.search(text):
        text = _ESCAPED.sub(_unescaped, text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    inner = text.strip()
    return inner[1:-1] if inner.startswith("[<") and inner.endswith(">]") else text


def plain(text: str) -> str:
    """A text without elements, with its entities resolved: `Q&amp;A` is `Q&A`."""
    return unescape(text) if _ENTITY.search(text) else text


def names(text: str) -> list[str]:
    """The authors that one string names; a comma parts them only if it cannot part one's name."""
    listed = _listed(text) or _parted(text, r"[;|\n]")
    if len(listed) == 1 and all(" " in part for part in _parted(text, ",")):
        return _parted(text, ",")
    return listed


def keywords(text: str) -> list[str]:
    """The subjects that one string lists."""
    return _listed(text) or _parted(text, r"[;|\n]" if re.search(r"[;|\n]", text) else ",")


def moment(text: str) -> object:
    """A date or time as it is commonly written, as ISO 8601 has it or as a number of seconds.

    Raises:
        IngestError: it is numeric, and day and month could be exchanged.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST_DATE or re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    if match := _YEAR_FIRST.fullmatch(text):
        text = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}{match[4]}"
    elif match := _NUMERIC_DAY.fullmatch(text):
        first, sign, second, year, rest = match.groups()
        if sign == ".":  # written so, the day comes first everywhere
            text = f"{year}-{int(second):02}-{int(first):02}{rest}"
        else:
            text = _in_order(int(first), int(second), year, rest, text)
    text = re.sub(r"(?<=\d)[ ]?(UTC|GMT|Z)$", "+00:00", text)
    for parse in (datetime.fromisoformat, parsedate_to_datetime, _in_words):
        if (found := _parsed(parse, text)) is not None:
            return found.isoformat()
    return text


def _in_order(first: int, second: int, year: str, rest: str, text: str) -> str:
    if first <= _MONTHS and second <= _MONTHS and first != second:
        raise IngestError(
            f"{text!r} may be two different days; write it as {year}-{second:02}-{first:02} or "
            f"{year}-{first:02}-{second:02}"
        )
    day, month = (first, second) if first > _MONTHS else (second, first)
    return f"{year}-{month:02}-{day:02}{rest}"


def _parsed(parse: Callable[[str], datetime], text: str) -> datetime | None:
    try:
        return parse(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_words(text: str) -> datetime:
    """`March 4, 2026`, `4 Mar. 2026 18:30` and the like."""
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text).replace(",", " ").replace(".", " ")
    text = re.sub(r"\bSept\b", "Sep", re.sub(r"\b([ap]) m\b ?", r"\1m", " ".join(text.split())))
    for form in (day + clock for day in _DAYS for clock in _CLOCKS):
        try:
            return datetime.strptime(text, form)  # without a zone it is UTC
        except ValueError:
            continue
    raise ValueError(text)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT.get(match[3], match[3])


def _listed(text: str) -> list[str]:
    """The strings of a list that was printed as JSON or Python print one."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return []
    quoted = [single or double for single, double in _QUOTED.findall(text)]
    return [item.strip() for item in quoted if item.strip()] or _parted(text[1:-1], ",")


def _parted(text: str, by: str) -> list[str]:
    return [part.strip() for part in re.split(by, text) if part.strip()]
