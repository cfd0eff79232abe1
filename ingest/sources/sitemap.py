"""News sitemaps: lists of pages, told so that they are not taken for the pages themselves.

A sitemap carries an article's address, headline and date and no text, so there is nothing in it
that an answer could cite; each of its entries is refused with the address of the page to ingest.
"""

from pathlib import Path
from typing import Any, NoReturn

from ingest.sources.base import Source
from ingest.sources.xml_tree import each, local_name, recognises, words
from rag.errors import IngestError

_TITLE = "{*}news/{*}title"


def _articles(entry: Any, path: Path, where: str) -> NoReturn:
    page = _place(entry)[1:] or "no address is given"
    if local_name(entry) == "sitemap":
        raise IngestError(f"a sitemap index only lists other sitemaps; this one: {page}", where)
    title = words(entry.find(_TITLE))
    about = f" ({title})" if title else ""
    raise IngestError(
        f"a sitemap names pages and carries no text; ingest the page itself: {page}{about}", where
    )


def _place(entry: Any) -> str:
    return f"#{words(entry.find('{*}loc'))}"


SOURCE = Source(
    name="sitemap",
    suffixes=frozenset({".xml"}),
    recognises=recognises(frozenset({"urlset", "sitemapindex"})),
    items=each(frozenset({"url", "sitemap"}), _articles, _place),
)
