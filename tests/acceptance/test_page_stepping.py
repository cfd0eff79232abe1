"""The page's reader leads from one citation of an answer to the next, and back."""

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, needs_a_browser, sync_api

pytestmark = needs_a_browser

COST = "How much will the Alder Street Bridge cost?"
JOBS = "How many people will the Lithvane plant in Tarsholm employ?"


def test_the_reader_leads_from_citation_to_citation(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?q={quote(COST)}")
    visit.answered()
    markers = page.locator(".answer .marker")
    quotes = page.locator(".sources blockquote").all_inner_texts()
    markers.first.press("Enter")
    mark, place = page.locator("#reader mark"), page.locator("#reader-place")
    before, after = (
        page.get_by_role("button", name=f"{way} citation") for way in ("Previous", "Next")
    )
    sync_api.expect(mark).to_have_text(quotes[0])
    sync_api.expect(place).to_have_text(f"Citation 1 of {len(quotes)} · Brackwater Sentinel")
    entries = page.evaluate("history.length")
    after.press("Enter")
    sync_api.expect(mark).to_have_text(quotes[1])
    sync_api.expect(mark).to_be_in_viewport()
    sync_api.expect(place).to_contain_text("Citation 2 of")
    sync_api.expect(after).to_be_focused()
    sync_api.expect(page.locator("#announce")).to_contain_text("Citation 2 of")
    sync_api.expect(page.locator("#announce")).to_contain_text(quotes[1])
    assert "cite=1.2" in page.url
    assert page.evaluate("history.length") == entries
    before.press("Enter")
    sync_api.expect(mark).to_have_text(quotes[0])
    sync_api.expect(before).to_be_focused()
    before.press("Enter")  # there is none before it
    sync_api.expect(before).to_be_focused()
    assert "cite=1.1" in page.url
    after.press("Enter")
    sync_api.expect(mark).to_have_text(quotes[1])
    page.keyboard.press("Escape")
    sync_api.expect(markers.nth(1)).to_be_focused()
    assert "cite" not in page.url


def test_of_a_single_citation_the_reader_leads_nowhere(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(JOBS)}&as_of=2025-01-21&cite=1")
    sync_api.expect(visit.page.locator("#reader mark").first).to_be_visible()
    sync_api.expect(visit.page.locator("#reader-place")).to_contain_text("Citation 1 · ")
    sync_api.expect(visit.page.get_by_role("button", name="Next citation")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_anyone_can_go_from_citation_to_citation(visit: Visit, scheme: Any, width: int) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{visit.url}?q={quote(COST)}&cite=1")
    sync_api.expect(page.get_by_role("button", name="Next citation")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.locator("#article .body p").first.select_text()
    sync_api.expect(page.locator(".copy-selected")).to_be_visible()
    beyond = "(reader) => reader.scrollWidth - reader.clientWidth"
    assert page.locator("#reader").evaluate(beyond) == 0
