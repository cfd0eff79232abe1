"""The names that a corpus' articles go by."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from rag.types import ArticleSummary


class Names:
    """All the names of a corpus' articles: ids, urls and titles.

    Urls are compared without scheme, `www.`, fragment, percent-encoding and superfluous slashes,
    and titles without case and spacing, because gold is often written from another copy of the
    article than the one ingested. Several articles may share a title; the name then means each.

    Attributes:
        ids: all articles' ids.
    """

    def __init__(self, articles: Iterable[ArticleSummary]) -> None:
        self.ids: set[str] = set()
        self._urls: dict[str, set[str]] = {}
        self._titles: dict[str, set[str]] = {}
        for article in articles:
            self.ids.add(article.id)
            if article.url:
                self._urls.setdefault(_folded_url(article.url), set()).add(article.id)
            if article.title:
                self._titles.setdefault(_folded_title(article.title), set()).add(article.id)

    def resolve(self, name: str) -> frozenset[str]:
        """The ids that a name means; an id means itself, a url outranks a title."""
        if name in self.ids:
            return frozenset({name})
        ids = self._urls.get(_folded_url(name)) or self._titles.get(_folded_title(name))
        return frozenset(ids or ())


def _folded_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # not a url at all, such as a title with a bracket
        return url
    path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/")
    return f"{parts.netloc.lower().removeprefix('www.')}{path}?{parts.query}"


def _folded_title(title: str) -> str:
    return " ".join(title.split()).casefold()
