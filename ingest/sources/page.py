"""What a web page says about itself in so many words: address, dates, authors, section, language.

Only what the publisher has marked up is taken. Libraries also guess a date from the running text,
and guess wrong: a press release of 2018 that mentions a settlement of April 2016 is not of 2016.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ingest.sources.linked_data import LinkedData, Node, headline

# Meta tags (Open Graph) and microdata that mean one thing only go before JSON-LD, the looser
# names that sites have made up go after it.
_PUBLISHED = ("article:published_time", "og:article:published_time", "datepublished")
_PUBLISHED_LOOSELY = (
    "og:published_time", "parsely-pub-date", "sailthru.date", "article.published",
    "published-date", "publishdate", "pubdate", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date", "dcterms.date", "citation_publication_date", "date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:article:modified_time", "datemodified")
_UPDATED_LOOSELY = ("og:updated_time", "article.updated", "dcterms.modified", "last-modified")
_LONGEST_URL = 4_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page says of itself; what it does not say is None.

    Attributes:
        linked: the page's article as JSON-LD describes it; empty where it does not.
    """

    title: str | None
    publisher: str | None
    provider: str | None
    url: str | None
    published_at: datetime | None
    updated_at: datetime | None
    authors: list[str]
    section: str | None
    language: str | None
    linked: Node


def page_data(root: Any) -> PageData:
    """Reads a parsed page; what is missing or malformed is None."""
    marked = _marked(root)
    url = _canonical_url(root, marked)
    data = LinkedData(root, url)
    linked = data.articles
    sections = (node.get("articleSection") for node in linked)
    return PageData(
        title=headline(data.own) or None,
        publisher=data.name(data.own, "publisher"),
        provider=data.name(data.own, "sourceOrganization", "provider"),
        url=url,
        published_at=_first_time(
            *(marked.get(name) for name in _PUBLISHED),
            *(node.get("datePublished") for node in linked),
            *(marked.get(name) for name in _PUBLISHED_LOOSELY),
            *_time_elements(root),
        ),
        updated_at=_first_time(
            *(marked.get(name) for name in _UPDATED),
            *(node.get("dateModified") for node in linked),
            *(marked.get(name) for name in _UPDATED_LOOSELY),
        ),
        authors=next((names for node in linked if (names := data.names(node.get("author")))), []),
        section=marked.get("article:section")
        or next((section for section in sections if isinstance(section, str)), None),
        language=_language(root),
        linked=data.own,
    )


def _canonical_url(root: Any, marked: dict[str, str]) -> str | None:
    """The page's own absolute address. A site's front page is the address of no article: taking it
    for one, as careless templates do, would make all the site's articles versions of each other.
    """
    links = (link for link in root.iter("link") if "canonical" in link.get("rel", "").lower())
    urls: list[str] = [*(link.get("href", "").strip() for link in links), marked.get("og:url", "")]
    return next((url for url in urls if len(url) <= _LONGEST_URL and _is_of_a_page(url)), None)


def _is_of_a_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.path.strip("/") or parts.query)


def _marked(root: Any) -> dict[str, str]:
    """Meta tags and microdata by their name in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for element in root.iter("meta", "time"):
        content = element.get("content") or element.get("datetime")
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").lower()
            if name and content:
                found.setdefault(name, content.strip())
    return found


def _time_elements(root: Any) -> list[str | None]:
    """Times marked as that of publication; failing that, the only time of the page."""
    times = list(root.iter("time"))
    marked = [time for time in times if "pubdate" in time.attrib or _is_of_publication(time)]
    return [time.get("datetime") for time in marked or (times if len(times) == 1 else [])]


def _is_of_publication(time: Any) -> bool:
    return re.search(r"publi|posted|entry-date", (time.get("class") or "").lower()) is not None


def _first_time(*candidates: Any) -> datetime | None:
    return next((time for candidate in candidates if (time := _time(candidate))), None)


def _time(value: Any) -> datetime | None:
    """A time in ISO 8601 or as in e-mail (RFC 5322); without a zone it is taken as UTC."""
    if not isinstance(value, str):
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = parse(value.strip())
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
            return time.astimezone(UTC)
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _language(root: Any) -> str | None:
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return language.strip() if _LANGUAGE.fullmatch(language.strip()) else None
