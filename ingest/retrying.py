"""Ingesting anew what was refused: from its address, or from the bytes that were kept of it."""

import hashlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, Field

from ingest.fetching import NOT_FETCHED, Crawl, is_url
from ingest.pipeline import Pipeline
from ingest.sources.base import KEPT, Beginning
from ingest.sources.items import Delivered, Known, Refused
from ingest.sources.packed import unpacked_name
from ingest.sources.reading import read_bytes
from ingest.sources.registry import SOURCES
from ingest.sources.xml_tree import root_name
from ingest.summary import ItemDone, Summary
from rag.archive import Archive
from rag.archive.records import Quarantined
from rag.errors import IngestError, NotFoundError

_PART = re.compile(r"(?P<file>.*?)(?P<part>:\d+|#.*)?", re.DOTALL)
_OF_A_REQUEST = re.compile(r"item \d+")
_TABLES = frozenset({".csv", ".tsv", ".tab", ".parquet"})
_ALONE: frozenset[Known] = frozenset({"newsml-g2", "nitf", "ap", "ninjs", "json", "jsonl"})
_ENTRIES: dict[str, Known] = {"item": "rss", "entry": "rss", "url": "sitemap", "sitemap": "sitemap"}


class Kept(BaseModel):
    """What is still in quarantine after it was tried again."""

    where: str
    reason: str


class RetryReport(Summary):
    """What became of the items. The counts are of the articles that they held."""

    released: list[int] = Field(description="The numbers of the items that are now ingested.")
    kept: list[Kept] = Field(description="Those that are not, and why.")


def chosen(archive: Archive, numbers: Sequence[int], *, transient: bool) -> list[Quarantined]:
    """Items of the quarantine, oldest first.

    Args:
        numbers: which; none: all.
        transient: only those that may succeed as they are.

    Raises:
        NotFoundError: there is no item of one of the numbers.
    """
    items = {item.id: item for item in reversed(archive.quarantined())}
    for number in numbers:
        if number not in items:
            raise NotFoundError(f"there is no item {number} in quarantine")
    wanted = [items[number] for number in dict.fromkeys(numbers)] if numbers else items.values()
    return [item for item in wanted if item.transient or not transient]


def retry(
    archive: Archive, pipeline: Pipeline, items: Sequence[Quarantined], crawl: Crawl | None
) -> RetryReport:
    """Ingests items anew and takes those out of quarantine that succeed.

    One that is refused again stays, with the reason it is refused for now; until the end of the
    run all of them do, so that a crash loses none.

    Args:
        crawl: fetches anew what came from an address; None: nothing is fetched.
    """
    kept: list[Kept] = []
    refused: set[_Key] = set()
    tried: dict[int, _Key] = {}
    failed: set[int] = set()
    given: deque[int] = deque()  # whose the items are that the pipeline has yet to deal with

    def anew() -> Iterator[Delivered | Refused]:
        for item in items:
            raw = archive.quarantined_bytes(item.id)
            try:
                found = _read_anew(item.place, raw, crawl)
            except IngestError as error:
                kept.append(Kept(where=item.place, reason=error.reason))
                continue
            tried[item.id] = _key(item.place, item.reason, raw)
            for each in found:
                given.append(item.id)
                yield each

    def watch(done: ItemDone) -> None:
        number, lost = given.popleft(), done.refused
        if lost is not None:
            failed.add(number)
            refused.add(_key(lost.where, lost.reason, lost.raw))
            kept.append(Kept(where=lost.where, reason=lost.reason))

    summary = pipeline.run(anew(), watch)
    if crawl is not None:
        crawl.remember()
    # Refused for another reason, an item has been kept anew, and its old entry goes all the same.
    for number, key in tried.items():
        if key not in refused:
            archive.release(number)
    places = {entry.where for entry in kept}
    released = [
        item.id
        for item in items
        # Of two at one address only the first is fetched.
        if item.id in tried and item.id not in failed and item.place not in places
    ]
    return RetryReport(**summary.model_dump(), released=released, kept=kept)


@dataclass(frozen=True, slots=True)
class _Key:
    """What an entry of the quarantine is known by."""

    place: str
    reason: str
    digest: bytes


def _key(place: str, reason: str, raw: bytes) -> _Key:
    return _Key(place, reason, hashlib.sha256(raw).digest())


def _read_anew(place: str, raw: bytes, crawl: Crawl | None) -> Iterator[Delivered | Refused]:
    """What can be read of an item now.

    Raises:
        IngestError: it cannot be read by itself; the message says what to do instead.
    """
    if is_url(place) and crawl is not None:
        return crawl.items([place.partition("#")[0]], anew=True)
    if is_url(place) and not raw:
        raise IngestError(NOT_FETCHED)
    split = _PART.fullmatch(place)
    file, part = (split["file"], split["part"]) if split else (place, None)
    instead = "deliver it again" if _OF_A_REQUEST.fullmatch(place) else f"newscite ingest {file}"
    if not raw:
        raise IngestError(f"nothing was kept of it; ingest it again: {instead}")
    if len(raw) == KEPT:
        raise IngestError(f"only its first 64 KB were kept; ingest it again: {instead}")
    if unpacked_name(Path(file)).suffix.lower() in _TABLES and part:
        raise IngestError(f"a row is read by its table's header; ingest that again: {instead}")
    if part is None and not _OF_A_REQUEST.fullmatch(place):
        found = read_bytes(raw, place)
    else:
        name = _format_of_part(raw, Path(file))
        if name is None:
            raise IngestError(
                f"it is a part of which nobody can tell the format; ingest it again: {instead}"
            )
        found = (replace(item, where=place) for item in read_bytes(raw, place, name))
    return found if crawl is None else crawl.follow(found)


def _format_of_part(raw: bytes, file: Path) -> Known | None:
    """The format that a part of a file is read in, if it can be told without the rest of it."""
    beginning = Beginning(raw[:KEPT])
    root = root_name(beginning)
    if root is not None and root[1] in _ENTRIES:
        return _ENTRIES[root[1]]
    suffix = unpacked_name(file).suffix.lower()
    found = next((source for source in SOURCES if source.recognises(beginning)), None) or next(
        (source for source in SOURCES if suffix in source.suffixes), None
    )
    return found.name if found and found.name in _ALONE else None
