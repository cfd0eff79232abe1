"""From addresses to articles: a page is read, what a feed or sitemap names is followed."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.fetching.client import LARGEST, Client, unpacked
from ingest.fetching.errors import FetchError
from ingest.fetching.fetching import Document, Fetcher
from ingest.fetching.urls import checked_url
from ingest.sources import html
from ingest.sources.base import KEPT, Beginning, Source
from ingest.sources.decoding import decode
from ingest.sources.fields import article_from
from ingest.sources.items import Delivered, Format, Link, ReadingOptions, Refused
from ingest.sources.packed import is_packed
from ingest.sources.reading import delivered_with
from ingest.sources.registry import detect, source_named
from ingest.sources.titles import title_of_file
from rag.archive import Archive
from rag.archive.fetched import Validators, remember, validators
from rag.errors import IngestError, UsageError
from rag.settings import Settings

_LISTINGS = frozenset({"rss", "sitemap"})
_DEEPEST = 2  # an index names sitemaps, a sitemap names pages

_ENOUGH = (
    "the run has downloaded as many documents as NEWSCITE_FETCH_PAGES allows; run it again to go on"
)

NOT_FETCHED = (
    "nothing is fetched unless you allow it; set NEWSCITE_FETCH=true, in the environment or in "
    "newscite.toml, to ingest from addresses"
)


class Crawl:
    """One run over some addresses.

    Args:
        fetcher: gets documents.
        most: how many documents are downloaded; those that have not changed do not count.
        archive: remembers what was ingested.

    Attributes:
        unchanged: how many documents, of those asked for so far, have not changed since last time.
    """

    def __init__(self, fetcher: Fetcher, most: int, archive: Archive) -> None:
        self._fetcher = fetcher
        self._left = most
        self._archive = archive
        self._asked: set[str] = set()
        self._given_out: dict[str, Validators] = {}
        self.unchanged = 0

    def items(
        self,
        urls: Iterable[str],
        format: Format = "auto",  # noqa: A002
        source: str | None = None,
        *,
        anew: bool = False,
    ) -> Iterator[Delivered | Refused]:
        """The articles at some addresses, and what could not be had. Raises nothing.

        Args:
            format: what is at the addresses; `auto` goes by the content.
            source: the publisher of articles that do not name one.
            anew: whether what is there is read even if it has not changed since last time.
        """
        for url in urls:
            for item in self._followed(Link(url), 0, format, anew=anew):
                # What another document only names is not of its format.
                own = format if item.where.partition("#")[0] == url else "auto"
                yield delivered_with(item, ReadingOptions(format=own, source=source))

    def follow(self, items: Iterable[Delivered | Refused]) -> Iterator[Delivered | Refused]:
        """Items that were read from files, with those that only name a document followed to it."""
        for item in items:
            if isinstance(item, Refused) and item.link is not None:
                yield from self._followed(item.link, 1)
            else:
                yield item

    def remember(self) -> None:
        """Notes what need not be downloaded again; to be called once all items are ingested.

        Sooner, and a crash would lose an article that was fetched and not stored yet: its server
        would say from then on that it has not changed.
        """
        remember(self._archive.engine, self._given_out)

    def _followed(
        self, link: Link, depth: int, wanted: Format = "auto", *, anew: bool = False
    ) -> Iterator[Delivered | Refused]:
        try:
            url = str(checked_url(link.url))
            if url in self._asked:
                return
            self._asked.add(url)
            if not self._left:
                raise FetchError(f"not fetched: {_ENOUGH}", transient=True)
            document = self._fetcher.fetch(url, anew=anew)
        except FetchError as error:
            yield Refused(link.url, error.reason, b"", transient=error.transient)
            return
        if document.body is None:
            self.unchanged += 1
            return
        self._left -= 1
        yield from self._read(document, document.body, link, depth, wanted)

    def _read(
        self, document: Document, body: bytes, link: Link, depth: int, wanted: Format
    ) -> Iterator[Delivered | Refused]:
        where = link.url
        try:
            body = _plain(body)
            source = _source(body, document.url, wanted)
            if source.name in _LISTINGS:
                _check_depth(source, link, depth)
                complete = yield from self._listed(source, body, where, depth)
            else:
                yield _page(document, body, link)
                complete = True
        except IngestError as error:
            yield Refused(where, error.reason, body[:KEPT])  # the rest can be fetched again
            return
        if complete and document.validators is not None:
            self._given_out[document.url] = document.validators

    def _listed(
        self, source: Source, body: bytes, where: str, depth: int
    ) -> Generator[Delivered | Refused, None, bool]:
        """What a feed or sitemap has and names; whether none of it has to be tried again."""
        complete = True
        for item in source.items(BytesIO(body), _path(where), where):
            link = item.link if isinstance(item, Refused) else None
            if link is not None and not self._left:
                yield Refused(where, f"it names more than was fetched: {_ENOUGH}", b"", True)
                return False
            for found in self._followed(link, depth + 1) if link else (item,):
                complete = complete and not (isinstance(found, Refused) and found.transient)
                yield found
        return complete


def _plain(body: bytes) -> bytes:
    """The document itself, where it is a gzip file, as sitemaps are.

    Raises:
        FetchError: it is damaged or too large.
    """
    if not is_packed(body):
        return body
    content = unpacked(body)
    if len(content) > LARGEST:
        raise FetchError(f"unpacked it is larger than {LARGEST / 1_000_000:g} MB")
    return content


def _source(body: bytes, url: str, wanted: Format) -> Source:
    """The format of a document.

    Raises:
        IngestError: it is one that is read from files only.
    """
    if wanted != "auto":
        source = source_named(wanted)
    else:
        source = detect(Beginning(body[:KEPT]), _path(url))
    if source.name != "html" and source.name not in _LISTINGS:
        raise IngestError(
            f"it is read as {source.name}, which is not ingested from an address; pages, feeds and "
            "sitemaps are. Download it, and ingest the file"
        )
    return source


def _check_depth(source: Source, link: Link, depth: int) -> None:
    if depth and (not link.listing or depth >= _DEEPEST):
        raise IngestError(f"there should be a page, and there is another {source.name}")


def _page(document: Document, body: bytes, link: Link) -> Delivered:
    """The article of a page, which goes by the page's address.

    Raises:
        IngestError: there is none in it.
    """
    content = decode(body, document.charset or html.declared_encoding(body))
    title = link.fields.get("title") or title_of_file(_path(document.url))
    said = html.fields_of_page(content, str(title))
    url = said.get("url")
    if not isinstance(url, str) or not _of_one_site(url, document.url):
        said["url"] = document.url
    fields = {**link.fields, **_given(said)}
    return Delivered(article_from(fields, link.url), link.url)


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def _of_one_site(url: str, other: str) -> bool:
    """Whether two pages have one host, `www.` apart: only there a page says whose copy it is.

    A page that named another site's article as its own address would replace that article's text.
    """
    one, two = (urlsplit(each).netloc.lower().removeprefix("www.") for each in (url, other))
    return one == two


def _path(url: str) -> Path:
    """What the document would be called as a file."""
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).replace("\0", "")
    return Path(name.replace("/", "-") or "page")


def open_crawl(settings: Settings, archive: Archive) -> Crawl:
    """A run by these settings.

    Args:
        archive: knows what was fetched before.

    Raises:
        UsageError: the settings do not allow fetching.
    """
    if not settings.fetch:
        raise UsageError(NOT_FETCHED)
    client = Client(private=settings.fetch_private)
    fetcher = Fetcher(client, settings.fetch_delay_s, partial(validators, archive.engine))
    return Crawl(fetcher, settings.fetch_pages, archive)
