"""WARC, the archives of web crawls such as CC-News (ISO 28500): one article a page, in a stream.

Of the records, the successful responses that are HTML count; pictures, stylesheets, requests and
the like are passed over. A page without an article, such as a site's front page, is no fault of
the archive: such pages are refused together, in one item at the end that lists their addresses.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from ingest.sources import html
from ingest.sources.base import KEPT, Source
from ingest.sources.decoding import decode
from ingest.sources.fields import NO_TEXT, article_from
from ingest.sources.items import Delivered, Refused
from ingest.sources.titles import title_of_file
from rag.errors import IngestError
from rag.types import Article

_HTML = re.compile(r"(text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHUNKED = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(;[^\r\n]{0,200})?\r\n")
_GZIP = b"\x1f\x8b"
_OK = 200
_LONGEST_ID = 200  # characters
_CUT_SHORT = "the record is damaged or cut short: it holds less than it says"


class _NoArticleError(IngestError):
    """A page that is none of an article."""


def _items(file: BinaryIO, path: Path, where: str) -> Iterator[Delivered | Refused]:
    head = file.read(KEPT)
    file.seek(0)
    articles = refused = 0
    others: list[str] = []
    for record in _records(file):
        if isinstance(record, IngestError):
            refused += 1
            yield Refused(where, record.reason, b"")
            continue
        place = f"{where}#{(record.record_id or 'unnamed')[:_LONGEST_ID]}"
        page = b""
        try:
            page = _page(record)
            if page:
                article = _article(page, record, place)
                articles += 1
                yield Delivered(article, place)
        except _NoArticleError:
            others.append(_uri(record))
        except IngestError as error:
            refused += 1
            yield Refused(place, error.reason, page[:KEPT])
    if others:
        yield _without_article(others, where)
    elif not articles + refused:
        yield Refused(where, f"{NO_TEXT}: the archive holds no web page", head)


def _records(file: BinaryIO) -> Iterator[Any]:
    """The responses of an archive; what is between two records is passed over.

    An IngestError in their place says that the rest cannot be read.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    try:
        yield from ArchiveIterator(
            file, record_types=WarcRecordType.response, parse_http=False, quirks_mode=True
        )
    except (OSError, ValueError) as error:
        yield IngestError(f"the archive is damaged and was read no further: {error}")


def _page(record: Any) -> bytes:
    """The page in a record; empty if it is none.

    Raises:
        IngestError: the record is damaged, or the page too large.
    """
    uri = _uri(record)
    if uri and not uri.startswith(("http://", "https://")):
        return b""
    try:
        record.parse_http()
    except (OSError, ValueError):
        raise IngestError(_CUT_SHORT) from None
    headers = record.http_headers
    if not uri or headers is None:
        raise IngestError(_CUT_SHORT)
    if headers.status_code != _OK or not _HTML.match(_header(headers, "Content-Type")):
        return b""
    wanted = record.content_length
    payload: bytes = record.reader.read(html.LARGEST + 1)
    if len(payload) < min(wanted, html.LARGEST + 1):
        raise IngestError(_CUT_SHORT)
    return _decoded(payload, headers)


def _decoded(payload: bytes, headers: Any) -> bytes:
    """The payload without its transfer and content encodings, if the crawler left them on it.

    Raises:
        IngestError: they are damaged, or in one that is not known.
    """
    from fastwarc import stream_io

    stream: Any = io.BytesIO(payload)
    start = payload
    encodings = _header(headers, "Transfer-Encoding") + "," + _header(headers, "Content-Encoding")
    try:
        for encoding in (name.strip().lower() for name in encodings.split(",")):
            if encoding == "chunked" and _CHUNKED.match(start):
                stream = stream_io.ChunkedReader(stream)
                start = stream_io.ChunkedReader(io.BytesIO(payload)).read(2)
            elif encoding in ("gzip", "x-gzip") and start.startswith(_GZIP):
                stream = stream_io.GzipReader(stream)
            elif encoding == "br":
                stream = stream_io.BrotliReader(stream)
        page: bytes = stream.read(html.LARGEST + 1)
    except (OSError, ValueError) as error:
        raise IngestError(f"the page's encoding is damaged: {error}") from None
    if len(page) > html.LARGEST:
        raise IngestError(f"the page is larger than {html.LARGEST // 1_000_000} MB")
    return page


def _article(page: bytes, record: Any, place: str) -> Article:
    """The article in a page.

    When the page was crawled is no date of publication, and is kept as `crawled_at`.

    Raises:
        IngestError: the page cannot be read.
        _NoArticleError: it can, and there is no article in it.
    """
    uri = _uri(record)
    if _is_front_page(uri):
        raise _NoArticleError(html.NO_PAGE)
    content = decode(page, record.http_charset or html.declared_encoding(page))
    try:
        said = html.fields_of_page(content, _title(uri))
    except IngestError as error:
        if error.reason == html.NO_PAGE:
            raise _NoArticleError(error.reason) from None
        raise
    fields = {
        "url": uri,
        "crawled_at": record.headers.get("WARC-Date"),
        "warc_truncated": record.headers.get("WARC-Truncated"),
    } | {name: value for name, value in said.items() if value}
    return article_from({name: value for name, value in fields.items() if value}, place)


def _uri(record: Any) -> str:
    """The address that was crawled; WARC/1.0 had it in angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<> ")


def _header(headers: Any, name: str) -> str:
    return (headers.get(name) or "").strip()


def _is_front_page(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return not parts.path.strip("/") and not parts.query


def _title(uri: str) -> str:
    """A title for a page without one: the last words of its address."""
    words = unquote(uri.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2])
    return title_of_file(Path(words.replace("\0", "") or "page"))


def _without_article(addresses: list[str], where: str) -> Refused:
    pages = "1 page holds" if len(addresses) == 1 else f"{len(addresses):,} pages hold"
    raw = "\n".join(addresses).encode("utf-8", "replace")[:KEPT]
    return Refused(where, f"{pages} no article; the first is {addresses[0][:_LONGEST_ID]}", raw)


SOURCE = Source(
    name="warc",
    suffixes=frozenset({".warc"}),
    recognises=lambda beginning: beginning.raw.startswith(b"WARC/"),
    items=_items,
    binary=True,
)
