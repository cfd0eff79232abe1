"""What the page is held to in every state: access for all, no sideways scrolling, few bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NOT_THERE, PENTAGON, Visit, needs_a_browser, sync_api

from api.routes import page as page_route

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = needs_a_browser

_TOLL = "How many people died when the Maren Elise sank?"
_MOST_BYTES = 150_000
_ASSETS = Path(page_route.__file__).parents[1] / "page"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FETCHED = """["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
    .map(({ name, transferSize }) => [name, transferSize])"""
_SIZES = {"phone": (360, 740), "desk": (1440, 900)}


def _front(visit: Visit) -> None:
    sync_api.expect(visit.page.locator("#latest")).to_be_visible()


def _narrowing(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?after=2024-01-01")
    visit.page.locator(".filters summary").first.click()
    sync_api.expect(visit.page.locator("[data-list=sources] label").first).to_be_visible()


def _answer(visit: Visit) -> None:
    visit.ask(PENTAGON)
    visit.answered()
    visit.page.locator(".colophon summary").click()


def _thread(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(PENTAGON)}&q=When%20were%20the%20talks%3F")
    sync_api.expect(visit.page.locator(".colophon")).to_have_count(2)


def _refusal(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    visit.answered()


def _failure(visit: Visit) -> None:
    visit.page.route("**/v1/ask", lambda route: route.abort())
    visit.ask(PENTAGON)
    sync_api.expect(visit.page.locator(".notice").first).to_be_visible()


def _proof(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(PENTAGON)}&cite=1")
    sync_api.expect(visit.page.locator("#reader mark")).to_be_visible()


def _story(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q=How%20much%20will%20the%20Alder%20Street%20Bridge%20cost%3F")
    visit.answered()
    visit.page.locator(".story").scroll_into_view_if_needed()
    sync_api.expect(visit.page.locator(".story")).to_contain_text("Sources differ")


def _changes(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(_TOLL)}&cite=1&diff=1")
    sync_api.expect(visit.page.locator("#reader ins").first).to_be_visible()


def _articles(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?view=articles")
    sync_api.expect(visit.page.locator("#view-articles .headline").first).to_be_visible()


def _found(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?view=articles&find=ferry")
    sync_api.expect(visit.page.locator("#view-articles .headline").first).to_be_visible()


def _adding(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?view=add")
    sync_api.expect(visit.page.locator("#view-add")).to_contain_text("articles")


_STATES: dict[str, Callable[[Visit], None]] = {
    "front page": _front,
    "narrowing": _narrowing,
    "answer": _answer,
    "thread": _thread,
    "refusal": _refusal,
    "failure": _failure,
    "proof": _proof,
    "story": _story,
    "changes": _changes,
    "articles": _articles,
    "articles found": _found,
    "adding": _adding,
}


def _violations(found: Any) -> list[str]:
    """Each with the elements it is about, as one reads them in a failure."""
    return [
        f"{one['id']}: {one['help']}: {', '.join(node['html'][:120] for node in one['nodes'])}"
        for one in found.response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", _STATES)
def test_anyone_can_use_it_and_a_phone_never_scrolls_sideways(
    visit: Visit, state: str, scheme: Any
) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    _STATES[state](visit)
    for width, height in _SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert _violations(Axe().run(page)) == []
        assert page.evaluate(_SIDEWAYS) == 0


def test_the_whole_page_is_less_than_150_kb_over_the_wire(visit: Visit) -> None:
    visit.page.wait_for_load_state("networkidle")
    fetched = visit.page.evaluate(_FETCHED)
    served = {urlsplit(address).path.rpartition("/")[2] for address, _ in fetched}
    assert {file.name for file in _ASSETS.iterdir()} - {"index.html", "favicon.svg"} <= served
    assert sum(size for _, size in fetched) < _MOST_BYTES


def test_nothing_of_it_names_another_host() -> None:
    allowed = ("http://www.w3.org/2000/svg",)  # a name, which nobody fetches
    for file in _ASSETS.iterdir():
        text = file.read_text()
        for name in allowed:
            text = text.replace(name, "")
        assert "://" not in text, file.name


def test_no_style_and_no_script_stands_in_the_document() -> None:
    document = (_ASSETS / "index.html").read_text()
    assert "<style" not in document
    assert "style=" not in document
    assert "unsafe-inline" not in document
    assert document.count("<script") == document.count('<script type="module" src="page/')


def test_a_slow_answer_shows_that_it_is_being_worked_on(visit: Visit) -> None:
    held: list[Route] = []

    def hold(route: "Route") -> None:
        held.append(route)

    visit.page.route("**/v1/ask", hold)
    visit.ask(PENTAGON)
    sync_api.expect(visit.answer).to_have_attribute("aria-busy", "true")
    sync_api.expect(visit.answer).to_contain_text("Reading the corpus")
    held[0].continue_()
    visit.answered()
    sync_api.expect(visit.answer).not_to_have_attribute("aria-busy", "true")


def test_all_of_a_question_and_its_proof_is_done_by_keyboard(visit: Visit) -> None:
    page = visit.page
    sync_api.expect(page.locator("#latest")).to_be_visible()
    page.keyboard.press("Tab")
    sync_api.expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    sync_api.expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(PENTAGON)
    page.keyboard.press("Enter")
    visit.answered()
    marker = page.locator(".answer .marker").first
    for _ in range(12):
        if marker.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    sync_api.expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#reader mark")).to_be_focused()
    page.keyboard.press("Escape")
    sync_api.expect(marker).to_be_focused()
