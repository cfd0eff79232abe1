"""JSON-LD goes first: headline, publisher and text as the publisher marked them up."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.html import article
from rag.errors import IngestError
from rag.types import Article

FIRST = "The harbour bridge reopened on Wednesday after eleven weeks of repairs, the trust said."
SECOND = "Workers replaced 48 cables and the lighting of the deck, which dates from 1974."
THIRD = "The repairs cost $41 million, four million more than the council had planned for them."
FOURTH = "A second phase, in which the towers are to be painted, begins in May of next year."
WHOLE = [FIRST, SECOND, THIRD, FOURTH]
URL = "https://calder.example/2026/harbour-bridge"

MENU = '<nav><a href="/">Home</a></nav>'
FOOT = "<footer><p>© 2026 The Calder Post. All rights reserved.</p></footer>"


def page(*data: Any, shown: list[str] | str = WHOLE, head: str = "") -> Article:
    """The article of a page that has JSON-LD, given as it stands or as what it says."""
    scripts = "".join(
        '<script type="application/ld+json">'
        f"{each if isinstance(each, str) else json.dumps(each)}</script>"
        for each in data
    )
    body = shown if isinstance(shown, str) else "".join(f"<p>{part}</p>" for part in shown)
    html = (
        f'<!DOCTYPE html><html lang="en"><head><title>Bridge | Calder Post</title>{head}{scripts}'
        f"</head><body>{MENU}<main><article><h1>Bridge is open</h1>{body}</article></main>{FOOT}"
        "</body></html>"
    )
    return article(html, Path("harbour-bridge.html"), "harbour-bridge.html")


def news(**said: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle"} | said


def test_the_headline_in_json_ld_goes_before_that_of_the_page() -> None:
    assert page(news(headline="Harbour bridge reopens")).title == "Harbour bridge reopens"
    assert page().title in {"Bridge is open", "Bridge"}


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({"headline": "Mayor&#8217;s <em>bridge</em>\n reopens"}, "Mayor’s bridge reopens"),
        ({"name": "Harbour bridge reopens"}, "Harbour bridge reopens"),
        ({"headline": "", "name": "Harbour bridge reopens"}, "Harbour bridge reopens"),
        ({"headline": "Bridge is ..."}, "Bridge is open"),
    ],
)
def test_a_headline_is_one_line_of_plain_text(said: dict[str, Any], title: str) -> None:
    assert page(news(**said), head='<meta property="og:title" content="Bridge is open">').title == (
        title
    )


@pytest.mark.parametrize("said", [7, None, ["a"], {"@value": "a"}, ""])
def test_a_headline_that_is_no_text_is_passed_over(said: object) -> None:
    assert page(news(headline=said)).title == page().title


def test_a_headline_is_no_part_of_the_text() -> None:
    body = "Harbour bridge reopens\n\n" + "\n\n".join(WHOLE)
    found = page(news(headline="Harbour bridge reopens", articleBody=body), shown="<p>...</p>")
    assert found.text == "\n\n".join(WHOLE)


@pytest.mark.parametrize(
    "publisher",
    [
        "The Calder Post",
        {"@type": "Organization", "name": "The Calder Post", "logo": {"@type": "ImageObject"}},
        [{"@type": ["NewsMediaOrganization", "Organization"], "name": "The Calder Post"}],
        {"@id": "https://calder.example/#org"},
    ],
)
def test_the_publisher_is_the_source_however_it_is_nested(publisher: object) -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": "https://calder.example/#site", "name": "Calder online"},
            {"@type": "NewsArticle", "headline": "Bridge is open", "publisher": publisher,
             "sourceOrganization": {"@type": "Organization", "name": "Calder Press Agency"}},
            {"@type": "Organization", "@id": "https://calder.example/#org",
             "name": "The Calder Post"},
        ],
    }  # fmt: skip
    found = page(graph, head='<meta property="og:site_name" content="Calder online">')
    assert (found.source, found.provider) == ("The Calder Post", "Calder Press Agency")


def test_without_a_publisher_the_name_of_the_site_is_the_source() -> None:
    head = '<meta property="og:site_name" content="Calder online">'
    assert page(news(headline="Bridge"), head=head).source == "Calder online"


@pytest.mark.parametrize(
    "kind",
    ["NewsArticle", "https://schema.org/NewsArticle", ["NewsArticle", "Article"], "BlogPosting",
     "ReportageNewsArticle"],
)  # fmt: skip
def test_an_article_of_any_kind_counts(kind: object) -> None:
    assert page({"@type": kind, "headline": "Harbour bridge"}).title == "Harbour bridge"


@pytest.mark.parametrize(
    "data",
    [
        [[news(headline="Harbour bridge")]],
        [{"@graph": [{"@type": "WebPage", "mainEntity": news(headline="Harbour bridge")}]}],
        [{"@type": "BreadcrumbList", "name": "Home"}, news(headline="Harbour bridge")],
        ['{"@type": "NewsArticle", "headline": "Broken', news(headline="Harbour bridge")],
        ['{"@type": "NewsArticle", "headline": "Harbour\nbridge"}'],
    ],
    ids=["list", "graph", "two scripts", "one broken", "line break in a string"],
)
def test_the_article_is_found_wherever_it_stands(data: list[Any]) -> None:
    assert page(*data).title == "Harbour bridge"


def test_of_several_articles_the_one_at_the_pages_address_is_its_own() -> None:
    other = news(
        headline="Ferry strike", url="https://calder.example/2026/ferry", articleBody="x " * 999
    )
    own = news(headline="Harbour bridge", mainEntityOfPage={"@type": "WebPage", "@id": URL + "/"})
    head = f'<link rel="canonical" href="{URL}">'
    found = page([other, own], head=head)
    assert found.title == "Harbour bridge"
    assert found.text == "\n\n".join(WHOLE)
    assert page([other, news(headline="Third")], head=head).title == page(head=head).title


def test_an_article_that_is_described_twice_is_one() -> None:
    stub = news(headline="Harbour bridge")
    full = news(headline="Harbour Bridge", articleBody="\n".join(WHOLE))
    assert page(stub, full, shown="<p>Loading</p>").text == "\n\n".join(WHOLE)


def test_a_page_that_a_script_writes_has_the_text_of_its_json_ld() -> None:
    found = page(news(articleBody="\n\n".join(WHOLE)), shown='<div id="root">Loading ...</div>')
    assert found.text == "\n\n".join(WHOLE)


def test_paragraphs_of_the_page_are_kept_where_json_ld_has_lost_them() -> None:
    found = page(news(articleBody=" ".join(WHOLE)))
    assert found.text == "\n\n".join(WHOLE)


def test_paragraphs_that_the_page_does_not_show_are_those_of_json_ld() -> None:
    found = page(news(articleBody="\n".join(WHOLE)), shown=WHOLE[:2])
    assert found.text == "\n\n".join(WHOLE)


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "</p><p>".join(WHOLE) + "</p>",
        "&lt;p&gt;".join(["", *WHOLE]).replace("&lt;p&gt;", "<br/><br/>"),
        "\r\n".join(WHOLE).replace("$", "&#36;"),
        "\n\n".join(WHOLE).replace("1974", '<a href="/1974">1974</a>'),
    ],
    ids=["paragraphs", "breaks", "entities", "links"],
)
def test_markup_in_json_ld_is_read_as_markup(body: str) -> None:
    found = page(news(articleBody=body), shown="<p>Loading</p>")
    assert [part for part in (found.text or "").split("\n") if part] == WHOLE


@pytest.mark.parametrize(
    "said",
    [
        {"articleBody": " ".join(WHOLE[:1])},
        {"articleBody": " ".join([*WHOLE, *WHOLE, "And so on ..."])},
        {"articleBody": FIRST * 9 + " Read more", "description": FIRST},
        {"articleBody": "Words of its own. " * 40, "description": "Words of its own. " * 40},
        {"articleBody": ["a", "list"]},
        {"articleBody": 7},
        {"articleBody": "x" * 2_000_000},
    ],
    ids=["short", "ellipsis", "read more", "description", "list", "number", "endless"],
)
def test_a_teaser_or_what_is_no_text_is_not_taken_for_the_article(said: dict[str, Any]) -> None:
    assert page(news(**said)).text == "\n\n".join(WHOLE)


def test_a_page_with_a_teaser_alone_is_no_article() -> None:
    html = (
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "articleBody": '
        f'"The bridge ..."}}</script></head><body>{MENU}</body></html>'
    )
    with pytest.raises(IngestError, match="no article could be found"):
        article(html, Path("a.html"), "a.html")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@id", "@type", "name", "url", "@graph", "x"]), inner)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    "@type @id @graph headline name publisher provider author articleBody url mainEntity "
    "mainEntityOfPage articleSection datePublished dateModified description".split()
)


@given(said=st.dictionaries(NAMES, VALUES), more=VALUES)
def test_whatever_is_said_the_page_is_read(said: dict[str, Any], more: object) -> None:
    text = page({"@type": "NewsArticle"} | said, more).text or ""
    assert FIRST in text or text == said.get("articleBody")
