"""Sitemaps: they name pages, and every name comes out with what to do about it."""

from pathlib import Path

from ingest.sources import Refused, read

NEWS = Path(__file__).parent / "fixtures" / "sitemap" / "news.xml"


def test_each_page_of_a_news_sitemap_is_named() -> None:
    bridge, ferry = read(NEWS)
    assert isinstance(bridge, Refused)
    assert bridge.where == f"{NEWS}#https://calder.example/2026/harbour-bridge"
    assert bridge.reason == (
        "a sitemap names pages and carries no text; ingest the page itself: "
        "https://calder.example/2026/harbour-bridge (Harbour bridge reopens)"
    )
    assert b"Harbour bridge reopens" in bridge.raw
    assert isinstance(ferry, Refused)
    assert ferry.reason.endswith("https://calder.example/2026/ferry")


def test_a_sitemap_index_is_told_from_a_sitemap(tmp_path: Path) -> None:
    path = tmp_path / "index.xml"
    path.write_text(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://calder.example/news.xml</loc></sitemap></sitemapindex>"
    )
    (found,) = read(path)
    assert isinstance(found, Refused)
    assert found.reason == (
        "a sitemap index only lists other sitemaps; this one: https://calder.example/news.xml"
    )


def test_a_sitemap_without_entries_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.xml"
    path.write_text("<urlset/>")
    (found,) = read(path)
    assert isinstance(found, Refused)
    assert found.reason == "there is no text to ingest: there is no <sitemap> or <url> in it"
