"""From a mapping of fields, as JSON or a front matter gives it, to an Article, or a worded reason.

Forgiving where the meaning is plain (a number as an id, one author as a string, an empty string
for nothing), strict where a guess could mislead (dates above all).
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ingest.cleaning import clean, clean_line, says_something
from rag.errors import IngestError
from rag.types import Article, PubStatus

NO_TEXT = "there is no text to ingest"

_DEEPEST = 32
_LISTS = ("authors", "subjects")
_LINES = ("source", "url", "language", "section", "dateline", "provider")
_CLEANED = dict.fromkeys(_LINES, clean_line) | dict.fromkeys(("usage_terms", "correction"), clean)
_TIMES = ("published_at", "updated_at", "embargoed_until", "expires_at")
_A_TIME = "a date and time such as 2026-03-04T18:30:00Z, or a day such as 2026-03-04"
_EPOCH_FROM = 100_000_000  # seconds: 1973. A smaller number is a year or a day, not a time.
_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\0]")
_MOST_COMPLAINTS = 3
_MOST_SHOWN = 20
_LONGEST_SHOWN = 40


def article_from(data: Mapping[str, object], where: str) -> Article:
    """The article that a mapping of fields describes.

    Args:
        data: the fields of the outward contract; others are kept as the article's extra fields.
        where: what to name in the error: a file and line, or an item of a request.

    Raises:
        IngestError: a field does not hold what it should, or there is neither text nor html
            though the article is not being withdrawn.
    """
    _check_id(data.get("id"), where)
    if _deeper_than(data, _DEEPEST):
        raise IngestError(f"its values are nested more than {_DEEPEST} deep", where)
    fields = {_storable_text(name): _storable(value) for name, value in data.items()}
    known = {
        name: _plain(name, fields.pop(name), where)
        for name in Article.model_fields
        if name in fields
    }
    present = {name: value for name, value in known.items() if value is not None}
    try:
        article = Article.model_validate(fields | present)
    except ValidationError as error:
        raise IngestError(_in_words(error), where) from None
    if article.url:
        _check_url(article.url, where)
    empty = not article.html and not says_something(article.text or "")
    if empty and article.status is not PubStatus.CANCELED:
        raise IngestError(_without_text(known, list(fields)), where)
    return article


def shown_names(names: Sequence[str]) -> str:
    """The names of columns or fields as a message shows them: in quotes, not too many or long."""
    shown = [
        repr(name if len(name) <= _LONGEST_SHOWN else name[: _LONGEST_SHOWN - 1] + "…")
        for name in names[:_MOST_SHOWN]
        if name.strip()
    ]
    more = ["…"] if len(names) > _MOST_SHOWN else []
    return ", ".join(shown + more)


def _without_text(known: Mapping[str, object], others: Sequence[str]) -> str:
    reason = f"{NO_TEXT}: 'text' and 'html' are both missing or empty"
    if {"text", "html"} & known.keys() or not shown_names(others):
        return reason
    return f"{reason}; not read as one: {shown_names(others)}"


def _plain(name: str, value: object, where: str) -> object:
    """A known field's value in the type the article wants; None where it says nothing.

    What is shown beside a quote is cleaned like it: a mark that turns the direction of writing, or
    a terminal's escape, is no part of a name.
    """
    if isinstance(value, str) and not value.strip():
        return None
    if name == "id" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if name in _LISTS:
        several = [value] if isinstance(value, str) else value
        return _clean_lines(several) if isinstance(several, list) else several
    if name in _CLEANED and isinstance(value, str):
        return _CLEANED[name](value) or None
    if name in _TIMES:
        return _time(name, value, where)
    return value


def _clean_lines(values: list[object]) -> list[object]:
    return [clean_line(value) if isinstance(value, str) else value for value in values]


def _time(name: str, value: object, where: str) -> object:
    """A time, unless it is a number too small to be one: `2019` is no 33 minutes past 1970."""
    if isinstance(value, str) and re.fullmatch(r"\d{8}", value.strip()):
        day = value.strip()
        return f"{day[:4]}-{day[4:6]}-{day[6:]}"
    try:
        too_small = float(str(value)) < _EPOCH_FROM
    except ValueError:
        return value
    if too_small:
        raise IngestError(f"field '{name}': {value!r} is not {_A_TIME}", where)
    return value


def _check_id(given: object, where: str) -> None:
    """An id is an address: what cannot be written in one line cannot be asked for either."""
    if isinstance(given, str) and not given.strip().isprintable():
        raise IngestError(f"field 'id': {_shown(given)} holds a character without a shape", where)


def _check_url(url: str, where: str) -> None:
    try:
        urlsplit(url)
    except ValueError as error:
        raise IngestError(f"field 'url': {url!r} is not a URL ({error})", where) from None


def _storable(value: object) -> object:
    """The value with U+FFFD for what a database cannot hold in a string, at any depth."""
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable_text(str(name)): _storable(item) for name, item in value.items()}
    return value


def _storable_text(text: str) -> str:
    return _SURROGATE_OR_NUL.sub("\ufffd", text)


def _deeper_than(value: object, limit: int) -> bool:
    """Whether lists and mappings are nested beyond a limit; itself free of recursion."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | Mapping)
            for inner in (outer if isinstance(outer, list) else outer.values())
        ]
        if not level:
            return False
    return True


def _in_words(error: ValidationError) -> str:
    complaints = error.errors(include_url=False)
    words = "; ".join(map(_complaint, complaints[:_MOST_COMPLAINTS]))
    left = len(complaints) - _MOST_COMPLAINTS
    return f"{words}; and {left} more" if left > 0 else words


def _complaint(detail: ErrorDetails) -> str:
    name, *inside = detail["loc"]
    field = f"field '{name}'" + "".join(f", item {int(part) + 1}" for part in inside)
    kind, value = detail["type"], detail["input"]
    if kind.startswith(("datetime", "date")):
        return f"{field}: {_shown(value)} is not {_A_TIME}"
    if kind == "string_type":
        return f"{field}: should be text, not {_kind(value)}"
    if kind == "list_type":
        return f"{field}: should be a list of texts, not {_kind(value)}"
    if kind == "string_too_long":
        return f"{field}: is longer than {detail['ctx']['max_length']:,} characters"
    if kind == "enum":
        return f"{field}: {_shown(value)} is not one of {', '.join(PubStatus)}"
    return f"{field}: {detail['msg'].removeprefix('Value error, ')}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:79] + "…"  # noqa: PLR2004


def _kind(value: object) -> str:
    """What a value is called in JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
