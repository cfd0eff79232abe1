"""`newscite ask --open`: the source of a citation in the user's browser, or why not."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from browser import Browser
from newscite_process import Corpus, Running

LAMP = "How many steps does the Skerrow lighthouse have?"
ARTICLES = [
    {"id": "lamp", "title": "Lighthouse opens", "source": "Dale Post", "url": "javascript:alert(1)",
     "text": "The Skerrow lighthouse opened on Friday. The Skerrow lighthouse has 212 steps."},
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def without_addresses(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """An article whose address is none of the web."""
    corpus = Corpus(tmp_path_factory.mktemp("without-addresses"))
    file = corpus.folder / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    assert corpus.run("ingest", file).code == 0
    return corpus


def test_the_address_of_the_citation_asked_for_is_opened(server: Running, browser: Browser) -> None:
    question = "How much will the Alder Street Bridge cost?"
    ran = server.corpus.run("ask", "--open", "2", question, env=browser.env)
    assert ran.code == 0
    assert "$61 million" in ran.out
    address = "https://brackwatersentinel.example/city/alder-bridge-approved"
    assert browser.opened() == [address]
    assert f"Opened {address}" in ran.err


def test_without_an_address_the_servers_page_is_opened_at_the_quote(
    without_addresses: Corpus, browser: Browser
) -> None:
    with without_addresses.serve() as server:
        assert without_addresses.run("ask", LAMP, "--open", env=browser.env).code == 0
        (asked,) = browser.opened()
        narrowed = ("--source", "Dale Post", "--open")
        assert without_addresses.run("ask", LAMP, *narrowed, env=browser.env).code == 0
        (article,) = browser.opened()
    assert asked.startswith(f"{server.url}/?")
    assert dict(parse_qsl(urlsplit(asked).query)) == {"q": LAMP, "cite": "1"}
    assert (
        article == f"{server.url}/?article=lamp&version=1"
    )  # by the question alone it may be another


def test_without_a_server_either_the_article_is_shown_at_the_quote(
    without_addresses: Corpus, browser: Browser
) -> None:
    ran = without_addresses.run("ask", LAMP, "--open", env=browser.env)
    assert ran.code == 0
    assert browser.opened() == []
    assert "no address on the web, and no server is running" in ran.said
    shown = ran.out.split("confidence")[1]
    assert "Lighthouse opens" in shown
    assert "┃ The Skerrow lighthouse opened on Friday." in shown
    assert "^" in shown
