"""report.html as a reader uses it: from the disk, by mouse and keyboard, large and small.

Needs Playwright and a Chromium on PATH; skips without them.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import report_fakes as fakes

from eval.report import html
from eval.report.wording import slug
from eval.stages import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PATIENCE_MS = 30_000
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_CHROMIUM is None, reason=f"no browser on PATH (any of {_NAMES})"),
]


@dataclass
class Visit:
    """A report in a browser, and what it asked for and complained of."""

    page: "Page"
    address: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        found: list[str] = self.page.eval_on_selector_all(
            "#questions tr.row", "lines => lines.map(line => line.dataset.id)"
        )
        return found

    def row(self, identity: str) -> "sync_api.Locator":
        return self.page.locator(f'#questions tr.row[data-id="{identity}"]')

    def inside(self, identity: str) -> "sync_api.Locator":
        """The question's row, opened."""
        self.row(identity).locator(".open").click()
        return self.page.locator("#questions tr.inside")


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "report.html"
    path.write_text(html(fakes.every_kind()), encoding="utf-8")
    return path


@pytest.fixture
def visits(browser: "Browser") -> Iterator[Open]:
    """Opens a report at a hash; every visit must stay silent and ask for nothing else."""
    made: list[Visit] = []

    def open_(path: Path, at: str = "", width: int = 1280) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        visit = Visit(page, path.as_uri())
        page.on("request", lambda request: visit.requested.append(request.url))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.goto(visit.address + at)
        made.append(visit)
        return visit

    yield open_
    for visit in made:
        kept = [url for url in visit.requested if not url.startswith("data:")]
        assert {url.partition("#")[0] for url in kept} == {visit.address}
        assert visit.complaints == []
        visit.page.context.close()


@pytest.fixture
def visit(visits: Open, report: Path) -> Visit:
    return visits(report)


def test_the_headline_stands_first_and_the_questions_are_all_there(visit: Visit) -> None:
    assert visit.page.locator("h1").inner_text() == "7 of 17 questions came out right"
    assert len(visit.ids) == 18
    assert visit.page.locator("#questions output").inner_text() == "18 questions"


def test_a_question_opens_by_keyboard_and_escape_closes_it(visit: Visit) -> None:
    button = visit.row("right").locator(".open")
    button.focus()
    visit.page.keyboard.press("Enter")
    sync_api.expect(button).to_have_attribute("aria-expanded", "true")
    sync_api.expect(visit.page.locator("tr.inside mark")).to_be_visible()
    visit.page.keyboard.press("Escape")
    sync_api.expect(visit.page.locator("tr.inside")).to_have_count(0)
    sync_api.expect(button).to_be_focused()
    visit.page.keyboard.press("ArrowDown")
    sync_api.expect(visit.row("two-sources").locator(".open")).to_be_focused()


def test_an_opened_question_shows_the_quote_in_its_article_and_the_gold_words_in_it(
    visit: Visit,
) -> None:
    inside = visit.inside("right")
    mark = inside.locator(".citations mark")
    assert mark.inner_text() == "They agreed on a truce of thirty days."
    assert mark.locator(".said").inner_text() == "thirty days"
    around = inside.locator(".citations blockquote").inner_text()
    assert "The ministers met in Geneva on Friday. They agreed" in around
    trail = inside.locator(".trail").inner_text()
    assert "article found at 1" in trail
    assert inside.locator(".nuggets li.good").count() == 1
    assert inside.locator(".nuggets li.bad").count() == 1


def test_a_marker_in_the_answer_leads_to_its_citation(visit: Visit) -> None:
    inside = visit.inside("two-sources")
    inside.locator(".marker", has_text="2").click()
    sync_api.expect(inside.locator('[data-citation="2"]')).to_be_focused()


def test_what_is_wrong_with_a_citation_is_said(visit: Visit) -> None:
    assert "altered:" in visit.inside("altered").locator(".check").inner_text()
    visit.row("altered").locator(".open").click()
    assert "misattributed:" in visit.inside("misattributed").locator(".check").inner_text()
    visit.row("misattributed").locator(".open").click()
    assert visit.inside("dangling").locator(".marker.dangling").inner_text().startswith("9")


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_leads_to_its_questions(visit: Visit, stage: Stage) -> None:
    wanted = [q.id for q in fakes.every_kind().questions if q.stage is stage]
    visit.page.locator(f'.legend a[href="#stage={slug(stage)}"]').click()
    sync_api.expect(visit.page.locator("#questions tr.row")).to_have_count(len(wanted))
    assert visit.ids == wanted
    sync_api.expect(visit.page.locator("#questions form")).to_be_in_viewport()


def test_filters_narrow_each_other_and_all_come_back(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("combobox", name="Tag").select_option("how-many")
    assert visit.ids == ["dead", "not-chosen", "misattributed"]
    page.get_by_label("What became of it").select_option("lost")
    assert visit.ids == ["not-chosen"]
    page.get_by_role("button", name="Show all").click()
    sync_api.expect(page.locator("#questions tr.row")).to_have_count(18)
    page.get_by_label("Outcome").select_option("failed")
    assert visit.ids == ["failed"]


def test_a_measure_chooses_the_questions_that_lost_on_it(visit: Visit) -> None:
    visit.page.get_by_label("Lost on").select_option("quote_exact")
    assert visit.ids == ["altered", "misattributed"]
    assert "quote_exact 0.00" in visit.row("altered").inner_text()


def test_a_search_looks_in_answers_articles_and_ids(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("/")
    page.keyboard.type("five COUNTRIES")
    assert "not-retrieved" in visit.ids
    assert "right" not in visit.ids
    page.get_by_label("Search").fill("wrongly-answered")
    assert visit.ids == ["wrongly-answered"]
    page.get_by_label("Search").fill("nowhere to be found")
    sync_api.expect(page.locator("#questions td.nothing")).to_be_visible()


def test_sorting_goes_up_down_and_back(visit: Visit) -> None:
    head = visit.page.get_by_role("columnheader", name="time")
    asked = visit.ids
    took = {q.id: q.timings_ms["ask"] for q in fakes.every_kind().questions}
    head.get_by_role("button").click()
    assert visit.ids == sorted(asked, key=lambda identity: took[identity])
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert visit.ids == sorted(asked, key=lambda identity: -took[identity])
    head.get_by_role("button").click()
    assert visit.ids == asked


def test_what_is_chosen_and_opened_can_be_linked_to(visits: Open, report: Path) -> None:
    first = visits(report)
    first.page.get_by_role("combobox", name="Tag").select_option("how-many")
    first.page.get_by_label("Search").fill("earthquake")
    first.row("dead").locator(".open").click()
    second = visits(report, at="#" + first.page.url.partition("#")[2])
    assert second.ids == first.ids
    sync_api.expect(second.page.locator("tr.inside mark")).to_be_visible()
    sync_api.expect(second.page.get_by_label("Search")).to_have_value("earthquake")


def test_hostile_text_is_shown_as_text(visits: Open, report: Path) -> None:
    visit = visits(report, at=f"#tag={quote(fakes.HOSTILE, safe='')}")
    assert visit.ids == ["hostile"]
    inside = visit.inside("hostile")
    assert "document.title='taken over'" in inside.locator("mark").inner_text()
    visit.page.goto(f"{visit.address}#open=failed")
    sync_api.expect(visit.page.locator("tr.inside .error")).to_contain_text("</script>")
    assert "taken over" not in visit.page.title()
    assert visit.page.locator("#questions img, #questions script").count() == 0
    assert visit.page.locator("a[href^='javascript']").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_scrolls_sideways(visits: Open, report: Path, width: int) -> None:
    visit = visits(report, width=width)
    assert visit.page.evaluate(_OVERFLOW) == 0
    visit.inside("untagged")
    visit.row("hostile").locator(".open").click()
    assert visit.page.evaluate(_OVERFLOW) == 0


def test_three_thousand_questions_stay_quick(visits: Open, tmp_path: Path) -> None:
    path = tmp_path / "many.html"
    path.write_text(html(fakes.many(3000)), encoding="utf-8")
    visit = visits(path)
    assert len(visit.ids) < 400
    visit.page.get_by_label("Search").fill("q-2999")
    assert visit.ids == ["q-2999"]
    took = visit.page.evaluate(
        """() => {
          const field = document.querySelector("[name=q]");
          const begun = performance.now();
          for (const text of ["truce", "earthquake", ""]) {
            field.value = text;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
          return (performance.now() - begun) / 3;
        }"""
    )
    assert took < 1000
