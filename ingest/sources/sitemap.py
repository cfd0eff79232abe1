"""News sitemaps: lists of pages, told so that they are not taken for the pages themselves.

A sitemap carries an article's address, headline and date and no text, so there is nothing in it
that an answer could cite; each of its entries is refused with the address of the page to ingest.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from ingest.sources.base import Source
from ingest.sources.items import ElsewhereError, Link
from ingest.sources.times import time_of
from ingest.sources.xml_tree import each, local_name, recognises, words
from rag.errors import IngestError

_TITLE = "{*}news/{*}title"
_DATE = "{*}news/{*}publication_date"
_PUBLICATION = "{*}news/{*}publication/{*}name"


def _articles(entry: Any, path: Path, where: str) -> NoReturn:
    page = _place(entry)[1:]
    if not page:
        raise IngestError("a sitemap only names pages, and this entry names none", where)
    if local_name(entry) == "sitemap":
        reason = f"a sitemap index only lists other sitemaps; this one: {page}"
        raise ElsewhereError(reason, Link(page, listing=True))
    title = words(entry.find(_TITLE))
    about = f" ({title})" if title else ""
    said = {
        "title": title,
        "published_at": _published(entry),
        "source": words(entry.find(_PUBLICATION)),
    }
    raise ElsewhereError(
        f"a sitemap names pages and carries no text; ingest the page itself: {page}{about}",
        Link(page, {name: value for name, value in said.items() if value}),
    )


def _published(entry: Any) -> datetime | None:
    time = time_of(words(entry.find(_DATE)))
    return time if isinstance(time, datetime) else None


def _place(entry: Any) -> str:
    return f"#{words(entry.find('{*}loc'))}"


SOURCE = Source(
    name="sitemap",
    suffixes=frozenset({".xml"}),
    recognises=recognises(frozenset({"urlset", "sitemapindex"})),
    items=each(frozenset({"url", "sitemap"}), _articles, _place),
)
