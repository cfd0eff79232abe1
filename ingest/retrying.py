"""Ingesting anew what was refused: from its address, or from the bytes that were kept of it."""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, Field

from ingest.fetching import NOT_FETCHED, Crawl, is_url
from ingest.pipeline import Pipeline
from ingest.sources import parquet
from ingest.sources.base import KEPT, Beginning
from ingest.sources.items import Delivered, Format, Known, ReadingOptions, Refused
from ingest.sources.packed import unpacked_name
from ingest.sources.reading import delivered_with, read_bytes
from ingest.sources.registry import SOURCES
from ingest.sources.xml_tree import root_name
from ingest.summary import ItemDone, Summary, Watcher
from rag.archive import Archive
from rag.archive.quarantine import NewQuarantined, content_of, quarantined, release
from rag.errors import IngestError, NotFoundError

_PART = re.compile(r"(?P<file>.*?)(?P<part>:\d+|#.*)?", re.DOTALL)
_OF_A_REQUEST = re.compile(r"item \d+")
_TABLES = frozenset({".csv", ".tsv", ".tab", ".parquet"})
_ALONE: frozenset[Known] = frozenset({"newsml-g2", "nitf", "ap", "ninjs", "json", "jsonl"})
_FETCHED = frozenset({"html", "rss", "sitemap"})
_ENTRIES: dict[str, Known] = {"item": "rss", "entry": "rss", "url": "sitemap", "sitemap": "sitemap"}


class Kept(BaseModel):
    """What is still in quarantine after it was tried again."""

    where: str
    reason: str


class RetryReport(Summary):
    """What became of the items. The counts are of the articles that they held."""

    released: list[int] = Field(description="The numbers of the items that are now ingested.")
    kept: list[Kept] = Field(description="Those that are not, and why.")


def chosen(archive: Archive, numbers: Sequence[int], *, transient: bool) -> list[int]:
    """Numbers of items of the quarantine, each once, oldest first where none are given.

    Args:
        numbers: which; none: all.
        transient: only those that may succeed as they are.

    Raises:
        NotFoundError: there is no item of one of the numbers.
    """
    if not numbers:
        items = quarantined(archive.engine)
        return sorted(item.id for item in items if item.transient or not transient)
    wanted = {number: content_of(archive.engine, number).transient for number in numbers}
    return [number for number, may_succeed in wanted.items() if may_succeed or not transient]


class Retry:
    """Items of the quarantine on their way into the corpus, to be run through a pipeline.

    All stay in quarantine until `release`, so that a crash loses none. One that is refused again
    stays after it too, with the reason it is refused for now.

    Args:
        numbers: which; one that has left the quarantine meanwhile is passed over.
        crawl: fetches anew what came from an address; None: nothing is fetched.
    """

    def __init__(self, archive: Archive, numbers: Iterable[int], crawl: Crawl | None) -> None:
        self._engine = archive.engine
        self._numbers = numbers
        self._crawl = crawl
        self._tried: dict[int, _Key] = {}  # those that have been read to their end
        self._given: deque[int] = deque()  # whose the items are that have yet to be dealt with
        self._failed: set[int] = set()
        self._stay: set[int] = set()
        self._refused: set[_Key] = set()

    def items(self) -> Iterator[Delivered | Refused]:
        """What the pipeline is to ingest."""
        for number in self._numbers:
            try:
                item = content_of(self._engine, number)
            except NotFoundError:
                continue
            for each in self._read(item):
                self._given.append(number)
                yield each
            self._tried[number] = _key(item.place, item.reason, item.raw)

    def watch(self, done: ItemDone) -> None:
        """Takes note of what became of an item; to be called of each, in their order."""
        number, lost = self._given.popleft(), done.refused
        if lost is not None:
            self._failed.add(number)
            if lost.in_quarantine:
                self._stay.add(number)
            else:
                self._refused.add(_key(lost.where, lost.reason, lost.raw))

    def release(self) -> list[int]:
        """Takes out of quarantine what has succeeded; to be called when all is stored.

        Returns:
            The numbers of what has.
        """
        if self._crawl is not None and not self._given:  # what was fetched last may not be in
            self._crawl.remember()
        stay = self._stay.union(self._given)
        over = {
            number: key
            for number, key in self._tried.items()
            if number not in stay and key not in self._refused
        }
        # Refused for another reason, an item has been kept anew, and its old entry goes all the
        # same. Of two at one address only the first is fetched.
        release(self._engine, list(over))
        places = {key.place for key in self._refused}
        return [n for n, key in over.items() if n not in self._failed and key.place not in places]

    def _read(self, item: NewQuarantined) -> Iterator[Delivered | Refused]:
        try:
            yield from _read_anew(item, self._crawl)
        except IngestError as error:
            yield Refused(item.place, error.reason, b"", in_quarantine=True)


def retry(
    archive: Archive,
    pipeline: Pipeline,
    numbers: Sequence[int],
    crawl: Crawl | None,
    watch: Watcher = lambda item: None,
    stopping: Callable[[], bool] = lambda: False,
) -> RetryReport:
    """Ingests items anew and takes those out of quarantine that succeed.

    Args:
        numbers, crawl: see `Retry`.
        watch, stopping: see `Pipeline.run`.
    """
    kept: list[Kept] = []
    anew = Retry(archive, numbers, crawl)

    def watch_both(done: ItemDone) -> None:
        anew.watch(done)
        watch(done)
        if done.refused is not None:
            kept.append(Kept(where=done.refused.where, reason=done.refused.reason))

    summary = pipeline.run(anew.items(), watch_both, stopping=stopping)
    return RetryReport(**summary.model_dump(), released=anew.release(), kept=kept)


@dataclass(frozen=True, slots=True)
class _Key:
    """What an entry of the quarantine is known by."""

    place: str
    reason: str
    digest: bytes


def _key(place: str, reason: str, raw: bytes) -> _Key:
    return _Key(place, reason, hashlib.sha256(raw).digest())


def _read_anew(item: NewQuarantined, crawl: Crawl | None) -> Iterator[Delivered | Refused]:
    """What can be read of an item now, read as it was first.

    Raises:
        IngestError: it cannot be read by itself; the message says what to do instead.
    """
    place, raw, options = item.place, item.raw, ReadingOptions.model_validate(item.options)
    if is_url(place) and crawl is not None:
        wanted = options.format if options.format in _FETCHED else "auto"
        return crawl.items([place.partition("#")[0]], wanted, options.source, anew=True)
    if is_url(place) and not raw:
        raise IngestError(NOT_FETCHED)
    found = _read_kept(place, raw, options)
    if crawl is None:
        return found
    elsewhere = ReadingOptions(source=options.source)
    return (delivered_with(each, elsewhere) for each in crawl.follow(found))


def _read_kept(place: str, raw: bytes, options: ReadingOptions) -> Iterator[Delivered | Refused]:
    """What can be read of an item's bytes.

    Raises:
        IngestError: as `_read_anew`.
    """
    split = _PART.fullmatch(place)
    file, part = (split["file"], split["part"]) if split else (place, None)
    instead = "deliver it again" if _OF_A_REQUEST.fullmatch(place) else f"ingest {file} again"
    if not raw:
        raise IngestError(f"nothing was kept of it; {instead}")
    if len(raw) == KEPT:
        raise IngestError(f"only its first 64 KB were kept; {instead}")
    if options.header is not None:
        return _row_of_csv(place, raw, options, options.header)
    if part and options.format == "parquet":
        row = delivered_with(parquet.row_again(raw, options.naming, place), options)
        return iter([row])
    suffix = unpacked_name(Path(file)).suffix.lower()
    if part and suffix in _TABLES and options.format != "json":
        raise IngestError(f"a row is read by its table's header; {instead}")
    if part is None and not _OF_A_REQUEST.fullmatch(place):
        return read_bytes(raw, place, options)
    name = _format_of_part(raw, Path(file), options.format)
    if name is None:
        raise IngestError(f"it is a part of which nobody can tell the format; {instead}")
    known = options.model_copy(update={"format": name})
    return (replace(each, where=place) for each in read_bytes(raw, place, known))


def _row_of_csv(
    place: str, raw: bytes, options: ReadingOptions, header: str
) -> Iterator[Delivered | Refused]:
    """The article of a row, read below the header of its table; refused, it is the row again."""
    end = "" if header.endswith(("\r", "\n")) else "\n"
    for each in read_bytes(f"{header}{end}".encode() + raw, place, options):
        if isinstance(each, Refused):
            yield replace(each, where=place, raw=raw)
        else:
            yield replace(each, where=place)


def _format_of_part(raw: bytes, file: Path, said: Format) -> Known | None:
    """The format that a part of a file is read in, if it can be told without the rest of it."""
    beginning = Beginning(raw[:KEPT])
    root = root_name(beginning)
    if root is not None and root[1] in _ENTRIES:
        return _ENTRIES[root[1]]
    if said != "auto":
        return said if said in _ALONE else None
    suffix = unpacked_name(file).suffix.lower()
    found = next((source for source in SOURCES if source.recognises(beginning)), None) or next(
        (source for source in SOURCES if suffix in source.suffixes), None
    )
    return found.name if found and found.name in _ALONE else None
