"""Names of servers: a look-up comes to an end, and a certificate has to be for the name."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from news_site import NewsSite, Reply, page, serving

from ingest.fetching import connecting
from ingest.fetching.client import Client
from ingest.fetching.errors import FetchError
from ingest.fetching.urls import checked_url

STORY = page("Ferry fares rise", "A crossing costs six dollars from Monday on, the line said.")


def at_home(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_look_up_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "_LOOKING_UP_S", 0.05)
    never = threading.Event()

    def hangs(*_: object, **__: object) -> list[object]:
        never.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        with pytest.raises(
            FetchError, match=r"news\.example cannot be resolved \(no answer"
        ) as late:
            Client().get(checked_url("http://news.example/"), {})
    finally:
        never.set()
    assert late.value.transient


def test_a_look_up_takes_no_longer_than_its_document_may() -> None:
    never = threading.Event()

    def hangs(_host: str, _port: int) -> list[str]:
        never.wait()
        return []

    try:
        with pytest.raises(FetchError) as late:
            Client(resolve=hangs, seconds=0.05).get(checked_url("http://news.example/"), {})
    finally:
        never.set()
    assert late.value.transient


def test_a_name_that_does_not_exist_is_a_transient_failure() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchError, match="Name or service not known") as failed:
        Client(resolve=unknown).get(checked_url("http://news.example/"), {})
    assert failed.value.transient


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for news.example that signed itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl command to make a certificate with")
    made = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=A test", "-addext", "subjectAltName=DNS:news.example",
            "-keyout", str(made), "-out", str(made) + ".crt",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + Path(str(made) + ".crt").read_text())
    return made


@pytest.fixture
def site(certificate: Path) -> Iterator[NewsSite]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with serving(tls) as running:
        running.replies["/a"] = Reply(STORY)
        yield running


@pytest.fixture
def client(certificate: Path) -> Client:
    """One that looks up every name at home, and for which the certificate is a known authority's."""
    made = Client(private=True, resolve=at_home)
    made._ssl().load_verify_locations(certificate)
    return made


def url_of(site: NewsSite, host: str) -> str:
    return f"https://{host}:{site.url.rpartition(':')[2]}/a"


def test_a_certificate_for_the_name_is_trusted_whatever_address_was_connected_to(
    site: NewsSite, client: Client
) -> None:
    response = client.get(checked_url(url_of(site, "news.example")), {})
    assert response.body == STORY.encode()


@pytest.mark.parametrize("host", ["other.example", "news.example.other.example", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(
    site: NewsSite, client: Client, host: str
) -> None:
    with pytest.raises(FetchError, match=r"is not trusted: .*mismatch") as refused:
        client.get(checked_url(url_of(site, host)), {})
    assert host in refused.value.reason
    assert not refused.value.transient
    assert site.asked == []


def test_a_certificate_of_no_known_authority_is_refused(site: NewsSite) -> None:
    with pytest.raises(FetchError, match="certificate is not trusted: self-signed") as refused:
        Client(private=True, resolve=at_home).get(checked_url(url_of(site, "news.example")), {})
    assert not refused.value.transient
    assert site.asked == []
