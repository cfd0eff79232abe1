"""Only public addresses are reached, however they are spelt, resolved or redirected to."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpcore
import pytest
from news_site import NewsSite, Reply, page, serving

from ingest.fetching.addresses import is_public
from ingest.fetching.client import Client
from ingest.fetching.connecting import system_resolve
from ingest.fetching.errors import FetchError
from ingest.fetching.fetching import Fetcher
from ingest.fetching.urls import checked_url

PUBLIC = "9.9.9.9"
STORY = page("Ferry fares rise", "A crossing costs six dollars from Monday on, the line said.")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with serving() as running:
        yield running


class Internet:
    """A resolver whose public addresses all lead to one local site; any other is connected to."""

    def __init__(self, site: NewsSite, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}  # to the address of each look-up, the last for good
        self.resolved: list[str] = []
        self.connected: list[str] = []
        port = urlsplit(site.url).port
        connect = httpcore.SyncBackend.connect_tcp

        def to_the_site(backend: Any, host: str, _port: int, *rest: Any) -> Any:
            self.connected.append(host)
            return connect(backend, "127.0.0.1", port, *rest)

        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", to_the_site)

    def resolve(self, host: str, _port: int) -> list[str]:
        answers = self.names[host]
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        self.resolved.append(address)
        return [address]

    def fetcher(self) -> Fetcher:
        return Fetcher(Client(resolve=self.resolve), 0, lambda url: None)


@pytest.fixture
def internet(site: NewsSite, monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(site, monkeypatch)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
        "64:ff9b::7f00:1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_an_address_of_a_special_purpose_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"]
)
def test_an_address_of_a_host_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "127.0.0.1.", "0", "127.0.0.256", "00127.0.0.1", "0x", "1.2.3.4.5",
    ],
)  # fmt: skip
def test_an_oddly_spelt_address_is_refused_even_where_private_ones_are_allowed(host: str) -> None:
    with pytest.raises(FetchError):
        checked_url(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://LOCALHOST/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:0:0:1]/", "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_a_loopback_or_link_local_host_is_refused_with_the_setting_that_allows_it(url: str) -> None:
    fetcher = Fetcher(Client(resolve=system_resolve), 0, lambda _: None)
    with pytest.raises(FetchError, match="NEWSCITE_FETCH_PRIVATE") as refused:
        fetcher.fetch(url)
    assert not refused.value.transient


@pytest.mark.parametrize(
    "url",
    [
        "ftp://news.example/", "file:///etc/passwd", "gopher://news.example/", "http://",
        "http://user:secret@news.example/", "http://news.example\\@127.0.0.1/", "http://a b/",
        "http://news.example:0/", "http://news.example:99999/", "http://[::1", "http://a\n.example/",
        "http://\u2460\u2461\u2466.0.0.1/", "http://news.example/" + "a" * 5000,
    ],
)  # fmt: skip
def test_a_url_that_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        checked_url(url)
    assert "secret" not in refused.value.reason


def test_a_redirect_to_loopback_is_refused_and_not_followed(
    site: NewsSite, internet: Internet
) -> None:
    internet.names = {"news.example": [PUBLIC], "127.0.0.1": ["127.0.0.1"]}
    site.replies["/a"] = Reply(status=302, headers={"Location": "http://127.0.0.1/secret"})
    with pytest.raises(FetchError, match=r"127\.0\.0\.1, which is not on the public Internet"):
        internet.fetcher().fetch("http://news.example/a")
    assert site.asked == ["/robots.txt", "/a"]
    assert set(internet.connected) == {PUBLIC}


def test_a_redirect_of_the_robots_file_to_loopback_is_refused(
    site: NewsSite, internet: Internet
) -> None:
    internet.names = {"news.example": [PUBLIC], "inside.example": ["10.0.0.1"]}
    site.replies["/robots.txt"] = Reply(status=301, headers={"Location": "http://inside.example/"})
    with pytest.raises(FetchError, match=r"10\.0\.0\.1"):
        internet.fetcher().fetch("http://news.example/a")
    assert site.asked == ["/robots.txt"]


def test_a_name_that_turns_to_loopback_between_two_requests_is_refused(
    site: NewsSite, internet: Internet
) -> None:
    internet.names["news.example"] = [PUBLIC, "127.0.0.1"]
    site.replies["/a"] = Reply(STORY)
    with pytest.raises(FetchError, match="not on the public Internet"):
        internet.fetcher().fetch("http://news.example/a")
    assert site.asked == ["/robots.txt"]


def test_the_connection_goes_to_the_very_address_that_was_looked_at(
    site: NewsSite, internet: Internet
) -> None:
    internet.names["news.example"] = [PUBLIC, "8.8.4.4", "127.0.0.1"]
    site.replies["/a"] = Reply(STORY)
    assert internet.fetcher().fetch("http://news.example/a").body == STORY.encode()
    assert internet.connected == internet.resolved == [PUBLIC, "8.8.4.4"]


def test_a_name_with_a_private_address_among_public_ones_is_refused(internet: Internet) -> None:
    client = Client(resolve=lambda host, port: [PUBLIC, "192.168.0.1"])
    with pytest.raises(FetchError, match=r"192\.168\.0\.1"):
        client.get(checked_url("http://news.example/"), {})
    assert internet.connected == []
