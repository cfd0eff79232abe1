"""Fetching pages, feeds and sitemaps: only where allowed, politely, from public addresses.

`crawling.py` turns addresses into articles and uses `fetching.py`, which gets one document by the
rules of `robots.py` and `pacing.py` through the guarded connections of `connecting.py`.
"""

from ingest.fetching.crawling import NOT_FETCHED, Crawl, open_crawl
from ingest.fetching.urls import is_url

__all__ = ["NOT_FETCHED", "Crawl", "is_url", "open_crawl"]
