"""Documents are fetched as their servers ask for it, and pages, feeds and sitemaps become articles."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

import pytest
from news_site import NewsSite, Reply, page, serving

from ingest.fetching import Crawl, open_crawl
from ingest.fetching.client import LARGEST, Client
from ingest.fetching.errors import FetchError
from ingest.fetching.fetching import Fetcher
from ingest.fetching.pacing import Clock, retry_after
from ingest.pipeline import Pipeline
from ingest.sources import Delivered, Refused
from rag.archive import Archive
from rag.archive.fetched import validators
from rag.archive.quarantine import quarantined
from rag.corpus import Corpus
from rag.errors import UsageError
from rag.settings import Settings

TEXT = "A crossing to Tarn island costs six dollars from Monday on, the shipping line said."
STORY = page("Ferry fares rise", TEXT)
TEASER = "<rss version='2.0'><channel><title>Tarn Post</title>{}</channel></rss>"
SITEMAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
INDEX = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"


class Time:
    """Passes only where it is waited for."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 1))
        self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with serving() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def fetcher(time: Time) -> Fetcher:
    return Fetcher(Client(private=True), 1, lambda url: None, time.clock)


@pytest.fixture
def crawl(time: Time, archive: Archive) -> Callable[..., Crawl]:
    """Makes a run over addresses of the archive's."""

    def make(most: int = 100) -> Crawl:
        known = partial(validators, archive.engine)
        return Crawl(Fetcher(Client(private=True), 1, known, time.clock), most, archive)

    return make


def feed(*links: str) -> str:
    return TEASER.format(
        "".join(
            f"<item><title>Item {n}</title><link>{link}</link><description>Cut ...</description>"
            "<pubDate>Wed, 04 Mar 2026 08:00:00 GMT</pubDate></item>"
            for n, link in enumerate(links)
        )
    )


def listed(root: str, *urls: str) -> str:
    kind = "url" if root is SITEMAP else "sitemap"
    return root.format("".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls))


def delivered(items: list[Delivered | Refused]) -> list[Delivered]:
    return [item for item in items if isinstance(item, Delivered)]


def refused(items: list[Delivered | Refused]) -> list[Refused]:
    return [item for item in items if isinstance(item, Refused)]


# -- one document ------------------------------------------------------------------------------


def test_robots_txt_is_asked_first_and_once_and_obeyed(site: NewsSite, fetcher: Fetcher) -> None:
    site.replies["/robots.txt"] = Reply("User-agent: *\nDisallow: /private\n", type="text/plain")
    site.replies |= {"/a": Reply(STORY), "/b": Reply(STORY), "/private/c": Reply(STORY)}
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/b")
    with pytest.raises(FetchError, match=r"robots\.txt") as failure:
        fetcher.fetch(f"{site.url}/private/c")
    assert not failure.value.transient
    assert site.asked == ["/robots.txt", "/a", "/b"]


def test_a_redirect_into_what_robots_txt_forbids_is_refused(
    site: NewsSite, fetcher: Fetcher
) -> None:
    site.replies["/robots.txt"] = Reply("User-agent: *\nDisallow: /private\n")
    site.replies["/a"] = Reply(status=301, headers={"Location": "/private/b"})
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher.fetch(f"{site.url}/a")
    assert "/private/b" not in site.asked


def test_nothing_is_allowed_while_robots_txt_cannot_be_had(
    site: NewsSite, fetcher: Fetcher
) -> None:
    site.replies |= {"/robots.txt": Reply(status=500), "/a": Reply(STORY)}
    with pytest.raises(FetchError, match=r"robots\.txt") as failure:
        fetcher.fetch(f"{site.url}/a")
    assert failure.value.transient
    assert site.asked == ["/robots.txt"]


def test_requests_to_a_host_keep_their_distance(
    site: NewsSite, fetcher: Fetcher, time: Time
) -> None:
    site.replies |= {"/a": Reply(STORY), "/b": Reply(STORY)}
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/b")
    assert time.waits == [1, 1]


def test_a_crawl_delay_is_kept(site: NewsSite, fetcher: Fetcher, time: Time) -> None:
    site.replies["/robots.txt"] = Reply("User-agent: newscite\nCrawl-delay: 7\n")
    site.replies |= {"/a": Reply(STORY), "/b": Reply(STORY)}
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/b")
    assert time.waits == [1, 7]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_asked_again_after_as_long_as_it_says(
    site: NewsSite, fetcher: Fetcher, time: Time, status: int
) -> None:
    site.replies["/a"] = [Reply(status=status, headers={"Retry-After": "9"}), Reply(STORY)]
    assert fetcher.fetch(f"{site.url}/a").body == STORY.encode()
    assert time.waits == [1, 9]


def test_a_host_that_stays_busy_is_left_alone(site: NewsSite, fetcher: Fetcher) -> None:
    site.replies |= {"/a": Reply(status=503), "/b": Reply(STORY)}
    for path in ("/a", "/b"):
        with pytest.raises(FetchError) as failure:
            fetcher.fetch(f"{site.url}{path}")
        assert failure.value.transient
    assert site.asked == ["/robots.txt", "/a", "/a", "/a"]


def test_a_host_that_wants_an_hour_is_not_waited_for(
    site: NewsSite, fetcher: Fetcher, time: Time
) -> None:
    site.replies["/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(FetchError, match="left alone") as failure:
        fetcher.fetch(f"{site.url}/a")
    assert failure.value.transient
    assert sum(time.waits) < 60


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    soon = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)
    assert retry_after(format_datetime(soon)) > 1_000_000
    assert [retry_after(said) for said in (None, "soon", "-5", "9" * 400)][:3] == [0, 0, 0]


def test_a_server_that_is_not_there_is_a_transient_failure(fetcher: Fetcher) -> None:
    with serving() as gone:
        pass
    with pytest.raises(FetchError, match="could not be reached") as failure:
        fetcher.fetch(f"{gone.url}/a")
    assert failure.value.transient


@pytest.mark.parametrize(
    ("status", "transient"), [(404, False), (410, False), (403, False), (500, True), (502, True)]
)
def test_an_error_is_permanent_or_transient(
    site: NewsSite, fetcher: Fetcher, status: int, transient: bool
) -> None:
    site.replies["/a"] = Reply(status=status)
    with pytest.raises(FetchError, match=str(status)) as failure:
        fetcher.fetch(f"{site.url}/a")
    assert failure.value.transient is transient


def test_redirects_are_followed_but_not_in_circles(site: NewsSite, fetcher: Fetcher) -> None:
    site.replies |= {
        "/a": Reply(status=302, headers={"Location": "/b#part"}),
        "/b": Reply(STORY),
        "/circle": Reply(status=307, headers={"Location": "/circle"}),
        "/file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    }
    assert fetcher.fetch(f"{site.url}/a").url == f"{site.url}/b"
    with pytest.raises(FetchError, match="redirected more than"):
        fetcher.fetch(f"{site.url}/circle")
    with pytest.raises(FetchError, match="only http and https"):
        fetcher.fetch(f"{site.url}/file")


@pytest.mark.parametrize("packing", [{"Content-Encoding": "gzip"}, {}])
def test_a_gzip_bomb_costs_no_memory(
    site: NewsSite, crawl: Callable[..., Crawl], packing: dict[str, str]
) -> None:
    bomb = gzip.compress(b"<p>" + b" " * 60_000_000, compresslevel=1)
    site.replies["/a"] = Reply(bomb, headers=packing)
    tracemalloc.start()
    (lost,) = refused(list(crawl().items([f"{site.url}/a"])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than 50 MB" in lost.reason or "cannot be unpacked" in lost.reason
    assert peak < 3 * LARGEST


def test_what_is_no_text_is_refused_by_its_type(site: NewsSite, fetcher: Fetcher) -> None:
    site.replies["/a"] = Reply(b"\x89PNG", type="image/png")
    with pytest.raises(FetchError, match="image/png") as failure:
        fetcher.fetch(f"{site.url}/a")
    assert not failure.value.transient


def test_a_server_that_drips_is_cut_off(site: NewsSite) -> None:
    site.replies["/a"] = Reply(STORY, headers={"Content-Length": "100000"})
    fetcher = Fetcher(Client(private=True, seconds=0.3), 0, lambda _: None, Time().clock)
    with pytest.raises(FetchError) as failure:
        fetcher.fetch(f"{site.url}/a")
    assert failure.value.transient


# -- articles ----------------------------------------------------------------------------------


def test_a_page_is_an_article_that_goes_by_its_address(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    site.replies["/a"] = Reply(STORY)
    (item,) = delivered(list(crawl().items([f"{site.url}/a"], source="Tarn Post")))
    assert (item.article.title, item.article.url) == ("Ferry fares rise", f"{site.url}/a")
    assert item.article.source == "Tarn Post"
    assert TEXT in (item.article.text or "")


def test_a_page_does_not_pass_for_another_sites(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    own = "<link rel='canonical' href='https://other.example/story'></head>"
    site.replies["/a"] = Reply(STORY.replace("</head>", own))
    (item,) = delivered(list(crawl().items([f"{site.url}/a"])))
    assert item.article.url == f"{site.url}/a"


def test_the_teasers_of_a_feed_are_followed_to_their_pages(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    links = [f"{site.url}/a", f"{site.url}/gone"]
    site.replies |= {"/feed": Reply(feed(*links), type="application/rss+xml"), "/a": Reply(STORY)}
    items = list(crawl().items([f"{site.url}/feed"]))
    (item,), (lost,) = delivered(items), refused(items)
    assert item.article.published_at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert item.article.source == "Tarn Post"
    assert TEXT in (item.article.text or "")
    assert (lost.where, lost.transient) == (links[1], False)


def test_an_index_of_sitemaps_is_followed_to_the_pages(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    site.replies |= {
        "/index.xml": Reply(listed(INDEX, f"{site.url}/map.xml.gz"), type="text/xml"),
        "/map.xml.gz": Reply(
            gzip.compress(listed(SITEMAP, f"{site.url}/a").encode()), type="application/gzip"
        ),
        "/a": Reply(STORY),
    }
    (item,) = list(crawl().items([f"{site.url}/index.xml"]))
    assert isinstance(item, Delivered)
    assert item.article.url == f"{site.url}/a"


def test_sitemaps_that_name_each_other_end(site: NewsSite, crawl: Callable[..., Crawl]) -> None:
    site.replies |= {
        "/one.xml": Reply(listed(INDEX, f"{site.url}/two.xml"), type="text/xml"),
        "/two.xml": Reply(
            listed(INDEX, f"{site.url}/one.xml", f"{site.url}/three.xml"), type="text/xml"
        ),
        "/three.xml": Reply(listed(INDEX, f"{site.url}/one.xml"), type="text/xml"),
    }
    items = list(crawl().items([f"{site.url}/one.xml"]))
    assert not delivered(items)
    assert len(site.asked) == 4


def test_a_run_downloads_no_more_than_it_may(site: NewsSite, crawl: Callable[..., Crawl]) -> None:
    links = [f"{site.url}/{n}" for n in range(5)]
    site.replies |= {f"/{n}": Reply(page(f"No {n}", f"{TEXT} {n}")) for n in range(5)}
    site.replies["/feed"] = Reply(feed(*links), type="application/rss+xml")
    items = list(crawl(most=3).items([f"{site.url}/feed"]))
    assert len(delivered(items)) == 2
    (rest,) = refused(items)
    assert rest.transient
    assert "NEWSCITE_FETCH_PAGES" in rest.reason


def test_what_has_not_changed_is_not_downloaded_again(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    site.replies["/a"] = Reply(STORY, headers={"ETag": '"\xe91"'})
    first, again, third = crawl(), crawl(), crawl()
    assert len(list(first.items([f"{site.url}/a"]))) == 1
    assert len(list(again.items([f"{site.url}/a"]))) == 1  # the first was not ingested to its end
    again.remember()
    assert (list(third.items([f"{site.url}/a"])), third.unchanged) == ([], 1)
    site.replies["/a"] = Reply(STORY, headers={"ETag": '"2"'})
    assert len(list(crawl().items([f"{site.url}/a"]))) == 1


def test_a_format_that_is_read_from_files_only_is_refused(
    site: NewsSite, crawl: Callable[..., Crawl]
) -> None:
    site.replies["/a"] = Reply('{"title": "A", "text": "B"}', type="text/plain")
    (lost,) = refused(list(crawl().items([f"{site.url}/a"])))
    assert "Download it" in lost.reason


def test_failures_are_quarantined_with_their_address_and_kind(
    site: NewsSite, crawl: Callable[..., Crawl], mock_corpus: Corpus
) -> None:
    site.replies |= {"/busy": Reply(status=500), "/a": Reply(STORY)}
    urls = [f"{site.url}/{name}" for name in ("gone", "a", "busy")]
    summary = Pipeline(mock_corpus).run(crawl().items(urls))
    assert (summary.added, summary.quarantined) == (1, 2)
    kept = {item.place: item.transient for item in quarantined(mock_corpus.archive.engine)}
    assert kept == {urls[0]: False, urls[2]: True}


def test_nothing_is_fetched_unless_it_was_allowed(settings: Settings, archive: Archive) -> None:
    with pytest.raises(UsageError, match="NEWSCITE_FETCH=true"):
        open_crawl(settings, archive)
