"""RSS, Atom and RDF feeds, by feedparser: the entries that carry their article's text.

Most feeds only tease: such an entry is refused, with the address of the page that has the text.
Nothing is fetched here. A feed that is no well-formed XML, as not a few are, is read as far as it
goes.
"""

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from ingest.sources.base import KEPT, Source
from ingest.sources.fields import NO_TEXT, article_from
from ingest.sources.html import text_of_html
from ingest.sources.items import Delivered, ElsewhereError, Link, Refused
from ingest.sources.teasers import is_cut
from ingest.sources.times import time_of
from ingest.sources.titles import shorten, title_of_file, without_headline
from ingest.sources.xml_tree import NotWellFormedError, Utf8, elements, recognises
from rag.errors import IngestError
from rag.types import Article

LARGEST = 10_000_000
"""Bytes of a feed."""

_BEGINS_AS_ISO = re.compile(r"[+-]?\d{4}")

LARGEST_BROKEN = 2_000_000
"""Bytes of one that is not well-formed, which takes ten times as long to read."""

SHORTEST_SUMMARY = 400
"""Characters from which a summary can be an article: three sentences are a teaser."""

_ENTRIES = frozenset({"item", "entry"})
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,32};)")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def _items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        reason = f"the feed is larger than {LARGEST // 1_000_000} MB"
        yield Refused(where, reason, raw[:KEPT])
        return
    try:
        entries = _entries_as_sent(raw)
        parsed = _parsed(raw, well_formed=bool(entries))
        if not parsed.entries:
            raise IngestError(f"{NO_TEXT}: the feed has no entries")
    except IngestError as error:
        yield Refused(where, error.reason, raw)
        return
    for number, entry in enumerate(parsed.entries):
        sent = entries[number] if len(entries) == len(parsed.entries) else raw[:KEPT]
        there = (
            f"{where}#{' '.join((entry.get('id') or entry.get('link') or f'{number + 1}').split())}"
        )
        try:
            yield Delivered(_article(entry, parsed.feed, path, there), there)
        except ElsewhereError as error:
            yield Refused(there, error.reason, sent, link=error.link)
        except IngestError as error:
            yield Refused(there, error.reason, sent)


def _place(entry: Any, number: int) -> str:
    return " ".join(str(entry.get("id") or entry.get("link") or number + 1).split())


def _entries_as_sent(raw: bytes) -> list[bytes]:
    """The entries' own bytes, none for a feed that is not well-formed.

    Raises:
        IngestError: the feed could take too long to read.
    """
    try:
        found = elements(io.BytesIO(raw), _ENTRIES)
        return [etree.tostring(entry, encoding="utf-8", with_tail=False) for entry in found]
    except NotWellFormedError as error:
        if len(raw) > LARGEST_BROKEN or error.reason == NO_TEXT:
            raise
        return []


def _parsed(raw: bytes, well_formed: bool) -> Any:
    import feedparser

    content = Utf8(io.BytesIO(raw)).read_all()
    if not well_formed:  # feedparser would make `AT&T;` of `AT&T`
        content = _BARE_AMPERSAND.sub(b"&amp;", content)
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(io.BytesIO(content), response_headers=headers)
    except Exception as error:  # whatever a hostile feed provokes there, it is one file of many
        raise IngestError(f"the feed cannot be read: {error}") from None


def _article(entry: Any, feed: Any, path: Path, where: str) -> Article:
    title = shorten(_plain(entry.get("title_detail"))) or title_of_file(path)
    text, summary = _text(entry, feed)
    fields = _identity(entry, feed) | {
        "title": title,
        "text": without_headline(text, title),
        "summary": summary,
        "authors": [name for author in entry.get("authors", ()) if (name := author.get("name"))],
        "published_at": _time(entry, "published") or _time(entry, "updated"),
        "updated_at": _time(entry, "updated"),
        "expires_at": _time(entry, "expired"),
        "subjects": _subjects(entry),
        "language": _language(entry, feed),
        "source": (entry.get("source") or {}).get("title") or feed.get("title"),
        "provider": feed.get("publisher") or feed.get("title"),
        "usage_terms": entry.get("rights") or feed.get("rights"),
    }
    return article_from({name: value for name, value in fields.items() if value}, where)


def _identity(entry: Any, feed: Any) -> dict[str, Any]:
    """A guid that is no URI is told apart from another feed's by the feed's own address."""
    guid, url = entry.get("id", "").strip(), entry.get("link", "").strip()
    url = url if _URI.match(url) else ""
    if guid and not _URI.match(guid):
        guid = f"{feed['link']}#{guid}" if feed.get("link") and not url else ""
    return {"id": guid, "url": url}


def _text(entry: Any, feed: Any) -> tuple[str, str]:
    """The full text of an entry, and its summary where that is another.

    Raises:
        ElsewhereError: the entry has no more than a teaser of a page.
        IngestError: it has no more than a teaser, and names no page.
    """
    summary = _plain(entry.get("summary_detail"))
    contents = [_plain(content) for content in entry.get("content", ())]
    full = max(contents, key=len, default="")
    if full and not is_cut(full) and full != summary:
        return full, summary
    if len(summary) >= SHORTEST_SUMMARY and not is_cut(summary):
        return summary, ""
    page = entry.get("link")
    reason = (
        "the feed carries only a teaser of this article and not its text; ingest the page itself: "
        f"{page or 'the page that it links to'}"
    )
    raise ElsewhereError(reason, Link(page, _said(entry, feed))) if page else IngestError(reason)


def _said(entry: Any, feed: Any) -> dict[str, object]:
    """What a feed says of an article that it only names."""
    said = {
        "title": shorten(_plain(entry.get("title_detail"))),
        "published_at": _time(entry, "published"),
        "updated_at": _time(entry, "updated"),
        "source": (entry.get("source") or {}).get("title") or feed.get("title"),
    }
    return {name: value for name, value in said.items() if value}


def _plain(detail: Any) -> str:
    """A text construct's text; feedparser says of each whether it is HTML or plain."""
    if not detail or not detail.get("value"):
        return ""
    plain = detail.get("type") == "text/plain" and "<" not in detail["value"]
    return (detail["value"] if plain else text_of_html(detail["value"])).strip()


def _subjects(entry: Any) -> list[str]:
    tags = [tag.get("label") or tag.get("term") for tag in entry.get("tags", ())]
    return list(dict.fromkeys(tag for tag in tags if tag))


def _language(entry: Any, feed: Any) -> str | None:
    given = [detail.get("language") for detail in entry.get("content", ())]
    given += [(entry.get("summary_detail") or {}).get("language"), feed.get("language")]
    return next((language for language in given if language), None)


def _time(entry: Any, name: str) -> datetime | None:
    """A time in UTC: as we read it ourselves or, of the forms that e-mail has, as feedparser does.

    Of what only begins like ISO 8601 feedparser makes a time of its own: 2 March of 2026-02-30.
    """
    given = str(dict.get(entry, name) or "")  # the entry's own get makes up what is missing
    read = time_of(given)
    if isinstance(read, datetime) or read is None or _BEGINS_AS_ISO.match(given.strip()):
        return read if isinstance(read, datetime) else None
    parsed = dict.get(entry, f"{name}_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


SOURCE = Source(
    name="rss",
    suffixes=frozenset({".rss", ".atom", ".rdf"}),
    recognises=recognises(frozenset({"rss", "feed", "RDF"})),
    items=_items,
)
