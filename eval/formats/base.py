"""What a format of published gold is, and the strict reading that all formats share.

A published file is described by pydantic models and read in one step, so every malformed entry is
refused with its file, its place in the file and its field, and none is guessed at.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from gzip import decompress
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.questions import GoldQuestion
from rag.errors import NotFoundError, UsageError
from rag.types import Article

T = TypeVar("T")
_Model = TypeVar("_Model", bound=BaseModel)

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HEAD = 64 * 1024
_KEY = re.compile(r'"(\w+)"\s*:')


class GoldSet(NamedTuple):
    """Published gold in our terms.

    Attributes:
        questions: at least one; their ids differ.
        articles: the texts that the file carries, with ids that differ; none if it carries none.
        notes: what was left out and why, one plain sentence each.
    """

    questions: list[GoldQuestion]
    articles: list[Article]
    notes: list[str]


@dataclass(frozen=True)
class Format:
    """A format of published gold.

    Attributes:
        name: what `--format` calls it.
        about: one line for people.
        recognises: whether a path looks like it, judged by the beginning of its content.
        read: reads the path, or raises UsageError with file, entry and field.
    """

    name: str
    about: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], GoldSet]


class Published(BaseModel):
    """A part of a published file: types are strict, and fields we do not use are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Head(NamedTuple):
    """The beginning of a JSON file: its first character, and the keys seen in its first 64 KiB."""

    opens: str
    keys: frozenset[str]


def head_of(path: Path) -> Head:
    """The head of a file, unpacked if it is gzipped; an empty one for what is no readable file."""
    try:
        with path.open("rb") as file:
            raw = file.read(_HEAD)
        if raw.startswith(_GZIP):
            raw = zlib.decompressobj(wbits=31).decompress(raw, _HEAD)
    except (OSError, zlib.error):
        return Head("", frozenset())
    text = raw.removeprefix(_BYTE_ORDER_MARK).decode(errors="replace").lstrip()
    return Head(text[:1], frozenset(_KEY.findall(text)))


def bytes_of(path: Path) -> bytes:
    """What a file holds, unpacked if it is gzipped, without a byte order mark.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, or its gzip data is damaged.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP):
            raw = decompress(raw)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}; check the path") from error
    except (EOFError, zlib.error) as error:
        raise UsageError(f"{path} is damaged gzip data: {error}; fetch it again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path} cannot be read: {reason}") from error
    return raw.removeprefix(_BYTE_ORDER_MARK)


def parsed(kind: TypeAdapter[T], data: bytes, where: str) -> T:
    """JSON as what it should be.

    Raises:
        UsageError: it is not; the message names `where`, the entry's place and the field.
    """
    try:
        return kind.validate_json(data)
    except ValidationError as error:
        raise _refusal(error, where) from None


def json_lines(kind: TypeAdapter[T], path: Path) -> Iterator[tuple[str, T]]:
    """Each line of a JSON Lines file that is not blank, after the words that say where it is.

    Raises:
        NotFoundError, UsageError: see `bytes_of` and `parsed`.
    """
    for number, line in enumerate(bytes_of(path).splitlines(), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, parsed(kind, line, where)


def made(kind: type[_Model], where: str, **fields: object) -> _Model:
    """A model of ours out of a published entry.

    Raises:
        UsageError: a field is not what ours has to be; the message names `where` and the field.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise _refusal(error, where) from None


def gold_set(
    path: Path,
    questions: Sequence[GoldQuestion],
    articles: Sequence[Article] = (),
    notes: Iterable[str] = (),
) -> GoldSet:
    """The set, once its ids are known to differ.

    Raises:
        UsageError: there is no question (the notes say why), or an id stands twice.
    """
    notes = list(notes)
    if not questions:
        raise UsageError(f"{path} holds no question to ask{''.join(f'; {n}' for n in notes)}")
    for what, ids in (
        ("question", [question.id for question in questions]),
        ("article", [article.id for article in articles]),
    ):
        seen: set[str | None] = set()
        for given in ids:
            if not given or given in seen:
                raise UsageError(f"{path}: id: {given!r} is the id of more than one {what}")
            seen.add(given)
    return GoldSet(list(questions), list(articles), notes)


def _refusal(error: ValidationError, where: str) -> UsageError:
    problem = error.errors(include_url=False)[0]
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "json_invalid":
        return UsageError(f"{where}: this is not JSON: {message.removeprefix('Invalid JSON: ')}")
    field = ".".join(str(part) for part in problem["loc"])
    return UsageError(f"{where}: {f'{field}: ' if field else ''}{message}")
