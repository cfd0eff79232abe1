"""Web pages: the article, the whole article and nothing but the article."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from ingest.cleaning import clean
from ingest.sources import Delivered, Refused, read
from ingest.sources.html import article, text_of_html
from rag.errors import IngestError
from rag.types import Article

HEAD = """
<title>Harbour bridge reopens after repairs | The Calder Post</title>
<link rel="canonical" href="https://calder.example/2026/harbour-bridge">
<meta property="og:site_name" content="The Calder Post">
<meta property="og:title" content="Harbour bridge reopens after repairs">
<meta name="keywords" content="bridges, Calder">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "The Calder Post"},
{"@type": "NewsArticle", "headline": "Harbour bridge reopens after repairs",
"datePublished": "2026-03-04T18:30:00+01:00", "dateModified": "2026-03-05T08:00:00Z",
"author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Omar Haddad"}],
"articleSection": "Local"}]}</script>
"""
BODY = """
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies to improve your experience. Accept all?</p></div>
<main><article><h1>Harbour bridge reopens after repairs</h1><p class="byline">By Ann Lee</p>
<p>CALDER, March 4 &mdash; The harbour bridge <b>reopened</b> on <a href="/x">Wednesday</a> after
eleven weeks of repairs.</p>
<p>&ldquo;It was worth the wait,&rdquo; said the mayor.<br>She crossed first.</p>
<h2>What was done</h2><p>Workers replaced:</p>
<ul><li>48 cables,</li><li>the deck <em>lighting</em>.</li></ul>
<blockquote><p>We found rust where nobody had looked since 1974.</p></blockquote>
<figure><img src="http://tracker.example/a.jpg" alt="bridge"></figure>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>1974</td><td>$3m</td></tr></table>
<p>The repairs cost $41 million, four million more than had been planned.</p>
<aside class="related"><h3>Read more</h3><ul><li><a href="/1">Ferry strike ends</a></li></ul></aside>
</article><section id="comments"><h3>Comments</h3><div class="comment"><p>joe99: first! great to see
the bridge open again at last folks</p></div></section></main>
<footer><p>&copy; 2026 The Calder Post. All rights reserved.</p></footer>
"""
PARAGRAPH = "<p>The harbour bridge reopened on Wednesday after eleven weeks of repairs.</p>"


def page(head: str = "", body: str = PARAGRAPH, lang: str = "en") -> Article:
    html = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return article(html, Path("harbour-bridge.html"), "harbour-bridge.html")


def test_the_article_is_freed_of_all_that_surrounds_it() -> None:
    assert clean(page(HEAD, BODY).text or "") == (
        "CALDER, March 4 — The harbour bridge reopened on Wednesday after eleven weeks of repairs."
        "\n\n“It was worth the wait,” said the mayor.\nShe crossed first.\n\nWhat was done\n\n"
        "Workers replaced:\n\n48 cables,\nthe deck lighting.\n\n"
        "We found rust where nobody had looked since 1974.\n\nYear; Cost\n1974; $3m\n\n"
        "The repairs cost $41 million, four million more than had been planned."
    )


def test_what_the_page_says_of_itself_fills_the_fields() -> None:
    found = page(HEAD, BODY, "en-GB")
    assert found.title == "Harbour bridge reopens after repairs"
    assert found.source == "The Calder Post"
    assert found.url == "https://calder.example/2026/harbour-bridge"
    assert found.authors == ["Ann Lee", "Omar Haddad"]
    assert found.published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
    assert (found.section, found.language) == ("Local", "en-GB")
    assert found.subjects == ["bridges", "Calder"]


@pytest.mark.parametrize(
    "marked",
    [
        '<meta property="article:published_time" content="2026-03-04T18:30:00+01:00">',
        '<meta itemprop="datePublished" content="2026-03-04T17:30:00Z">',
        '<meta name="date" content="Wed, 04 Mar 2026 18:30:00 +0100">',
        '<time datetime="2026-03-04T17:30">Wednesday</time>',
        '<time datetime="2025-01-01">Old</time><time pubdate datetime="2026-03-04T17:30Z">New</time>',
    ],
)
def test_the_time_of_publication_keeps_its_hour(marked: str) -> None:
    body = marked + PARAGRAPH if marked.startswith("<time") else PARAGRAPH
    head = "" if marked.startswith("<time") else marked
    assert page(head, body).published_at == datetime(2026, 3, 4, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        "<p>The settlement of April 16, 2016 was the first of its kind, the office said.</p>",
        '<time datetime="2020-01-01">a</time><time datetime="2021-01-01">b</time>' + PARAGRAPH,
        '<time datetime="yesterday">a</time>' + PARAGRAPH,
    ],
)
def test_a_date_is_never_guessed(body: str) -> None:
    assert page(body=body).published_at is None


@pytest.mark.parametrize(
    "url", ["/relative", "https://calder.example/", "javascript:alert(1)", "http://[bad", ""]
)
def test_an_address_that_is_not_the_articles_own_is_not_taken(url: str) -> None:
    assert (
        page(f'<base href="https://calder.example"><link rel="canonical" href="{url}">').url is None
    )


@pytest.mark.parametrize("lang", ["", "x" * 50, "en; drop"])
def test_a_language_that_is_none_is_left_out(lang: str) -> None:
    assert page(lang=lang).language is None


def test_a_page_without_a_title_is_named_after_its_file() -> None:
    assert page().title == "Harbour bridge"


def test_paragraphs_of_a_short_page_stay_whole() -> None:
    found = page(
        body="<article><p>One para.</p><p>Two &amp; a <b>half</b>.</p><ul><li>x</ul></article>"
    )
    assert found.text == "One para.\n\nTwo & a half.\n\nx"


def test_a_fragment_is_kept_whole() -> None:
    assert text_of_html("One<p>Two <i>and</i> three.</p><script>x()</script>") == (
        "One\n\nTwo and three."
    )
    assert text_of_html("a<br>b<p hidden>unseen</p><pre>c\n d</pre>") == "a\nb\n\nc\nd"
    assert text_of_html("No tags & no entities") == "No tags & no entities"


@pytest.mark.parametrize("html", ["", "  ", "<!-- nothing -->", "<p></p>", "<html></html>"])
def test_html_without_text_has_none(html: str) -> None:
    assert text_of_html(html) == ""


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    html = '<html><head><meta charset="windows-1254"></head><body><p>İşte böyle şeyler.</p></body>'
    path.write_bytes(html.encode("cp1254"))
    (item,) = read(path)
    assert isinstance(item, Delivered)
    assert item.article.text == "İşte böyle şeyler."


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(IngestError, match="there is no text to ingest: no article could be found"):
        page(body="<nav><a href='/'>Home</a></nav><script>x()</script>")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>" * 100_000 + "Some text.", "nested too deeply"),
        ("<ul><li>" * 20_000 + "Some text.", "nested too deeply"),
        (f'<p class="{"x " * 6_000_000}">Some text.</p>', "larger than 10 MB"),
        ("<p>Text." * 60_000, "more than 50,000 elements"),
    ],
    ids=["divs", "lists", "attribute", "elements"],
)
def test_a_monstrous_page_is_refused_at_once(tmp_path: Path, html: str, reason: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{html}</body></html>")
    (item,) = read(path)
    assert isinstance(item, Refused)
    assert reason in item.reason


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
        '<script type="application/ld+json">{"author": "' + '\\"a ' * 200_000 + "</script>",
        f'<meta name="author" content="{"(" * 500_000}">',
        '<meta name="author" content="((((((((((((((((((((((((">' * 2_000,
        '<script type="application/ld+json">{"@type": ["Article"], "datePublished": 5}</script>',
    ],
    ids=["deep JSON", "broken JSON", "long author", "many authors", "wrong types"],
)
def test_metadata_made_to_hang_the_reader_does_not(head: str) -> None:
    assert (
        page(head).text == "The harbour bridge reopened on Wednesday after eleven weeks of repairs."
    )


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a page must not be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert page(HEAD + '<base href="http://calder.example/">', BODY).text
