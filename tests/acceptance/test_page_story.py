"""The story under an answer: its timeline, figures that differ, coverage over time."""

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NOT_THERE, Visit, needs_a_browser, streamed, sync_api

pytestmark = needs_a_browser

COST = "How much will the Alder Street Bridge cost?"
OPENING = "When will the Alder Street Bridge open?"
LAYOUT = "const layout = await import('./page/story-layout.js');"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _told(visit: Visit, question: str) -> Any:
    """The story under the answer to a question, once it is drawn."""
    visit.page.goto(f"{visit.url}?q={quote(question)}")
    visit.answered()
    story = visit.page.locator(".story")
    story.scroll_into_view_if_needed()
    sync_api.expect(story.locator("h3")).to_have_text("The story")
    return story


def test_the_articles_stand_in_order_those_cited_with_their_numbers(visit: Visit) -> None:
    story = _told(visit, OPENING)
    entries = story.locator(".timeline li")
    sync_api.expect(entries).to_have_count(2)
    sync_api.expect(entries.nth(0)).to_contain_text("20 March 2024")
    sync_api.expect(entries.nth(0)).to_contain_text("cited as 2")
    sync_api.expect(entries.nth(1)).to_contain_text("11 February 2025")
    sync_api.expect(entries.nth(1)).to_contain_text("cited as 1")
    dots = story.locator(".axis .dot.cited")
    assert dots.all_inner_texts() == ["2", "1"]
    left, right = (dots.nth(n).bounding_box() for n in (0, 1))
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]


def test_a_headline_and_its_dot_light_up_together_and_with_the_answers_sentence(
    visit: Visit,
) -> None:
    story = _told(visit, OPENING)
    story.locator(".timeline .headline").first.focus()
    sync_api.expect(story.locator(".axis .dot.lit")).to_have_text("2")
    sync_api.expect(visit.page.locator(".sources > li.tied .number")).to_have_text("2")
    story.locator(".axis .dot").nth(1).hover()
    sync_api.expect(story.locator(".timeline li.lit")).to_contain_text("cited as 1")


def test_an_article_opens_from_the_keyboard_at_its_quote_and_focus_comes_back(visit: Visit) -> None:
    story = _told(visit, OPENING)
    headline = story.locator(".timeline .headline").first
    headline.focus()
    visit.page.keyboard.press("Enter")
    sync_api.expect(visit.page.locator("#reader mark").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    sync_api.expect(headline).to_be_focused()


def test_counts_that_differ_are_dots_at_their_value_and_day_and_no_line_joins_them(
    visit: Visit,
) -> None:
    story = _told(visit, COST)
    differing = story.locator(".differing")
    sync_api.expect(differing.locator("h4")).to_have_text("Sources differ")
    items = differing.locator(".plot li")
    sync_api.expect(items).to_have_count(2)
    sync_api.expect(items.nth(0)).to_contain_text("$61 million")
    sync_api.expect(items.nth(1)).to_contain_text("$42 million")
    newer, older = (items.nth(n).locator(".dot").bounding_box() for n in (0, 1))
    assert newer is not None
    assert older is not None
    assert newer["x"] > older["x"], "later is farther right"
    assert newer["y"] < older["y"], "more is higher"
    assert differing.locator("svg, path, polyline").count() == 0


def test_times_that_differ_are_told_one_below_the_other(visit: Visit) -> None:
    said = _told(visit, OPENING).locator(".differing .said li")
    assert [" ".join(text.split()) for text in said.all_inner_texts()] == [
        "spring of 2028 1 Brackwater Sentinel 11 February 2025",
        "autumn of 2026 2 Brackwater Sentinel 20 March 2024",
    ]


def _with_timeline(visit: Visit, coverage: dict[str, Any]) -> None:
    def changed(route: Any) -> None:
        real = route.fetch()
        route.fulfill(response=real, json=real.json() | {"coverage": coverage})

    visit.page.route("**/v1/timeline", changed)


def test_coverage_is_bars_with_its_ends_its_most_and_words_that_say_the_same(visit: Visit) -> None:
    months = [f"{2024 + n // 12}-{1 + n % 12:02}-01T00:00:00Z" for n in range(2, 14)]
    counts = [3, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 2]
    buckets = [{"start": s, "articles": n} for s, n in zip(months, counts, strict=True)]
    _with_timeline(visit, {"names": ["Alder"], "interval": "month", "buckets": buckets})
    coverage = _told(visit, OPENING).locator(".coverage")
    sync_api.expect(coverage).to_contain_text(
        "13 articles that mention “Alder” or tell this story, by the month. Most: 7 (June 2024)."
    )
    sync_api.expect(coverage.locator(".bars .bar")).to_have_count(12)
    cited = coverage.locator(".bars .bar").evaluate_all(
        "bars => bars.flatMap((bar, n) => bar.classList.contains('cited') ? [n] : [])"
    )
    assert cited == [0, 11]
    sync_api.expect(coverage.locator(".ends")).to_have_text("March 2024February 2025")
    sync_api.expect(coverage.locator(".peak")).to_have_text("7")


def test_without_an_answer_or_where_the_timeline_fails_nothing_is_said(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    visit.answered()
    assert not any(address.endswith("/v1/timeline") for address in visit.requested)
    visit.page.route("**/v1/timeline", lambda route: route.abort())
    visit.page.goto(f"{visit.url}?q={quote(OPENING)}")
    with visit.page.expect_event("requestfailed"):
        visit.page.locator(".story").scroll_into_view_if_needed()
    sync_api.expect(visit.page.locator(".story")).to_be_empty()
    sync_api.expect(visit.answer.locator(".notice")).to_have_count(0)


def test_one_dated_article_is_no_story(visit: Visit) -> None:
    question = "How did the thieves get into the museum?"
    with visit.page.expect_response("**/v1/timeline"):
        visit.page.goto(f"{visit.url}?q={quote(question)}")
        visit.answered()
        visit.page.locator(".story").scroll_into_view_if_needed()
    sync_api.expect(visit.page.locator(".story")).to_be_empty()


def test_what_an_article_or_an_answer_contains_is_never_markup(visit: Visit) -> None:
    evil = "<img src=x onerror=alert(1)>"
    citation = {
        "quote": evil, "article_id": "a", "version": 1, "title": evil, "source": evil, "url": None,
        "start": 0, "end": 28, "passage_id": "p", "syndicated_in": [],
    }  # fmt: skip
    dates = ("2025-03-04T09:00:00Z", "2025-03-06T09:00:00Z")
    figure = {"text": evil, "article_id": "a", "version": 1, "start": 0, "end": 28, "value": None}
    answer = {
        "question": "What?", "answerable": True, "answer": f"{evil} [1]", "notes": [],
        "sentences": [{"text": evil, "citations": [1]}], "confidence": 0.9, "mode": "extractive",
        "citations": [
            citation | {"number": n, "published_at": at, "article_id": f"a{n}"}
            for n, at in enumerate(dates, start=1)
        ],
        "differing": [
            figure | {"citation": n, "published_at": at} for n, at in enumerate(dates, start=1)
        ],
        "model": {}, "timings_ms": {}, "request_id": "",
    }  # fmt: skip
    visit.page.route("**/v1/ask", lambda route: route.fulfill(**streamed(("answer", answer))))
    story = _told(visit, "What?")
    sync_api.expect(story.locator(".timeline .headline").first).to_have_text(evil)
    sync_api.expect(story.locator(".said b").first).to_have_text(evil)
    assert visit.page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_anyone_can_use_it_and_a_phone_never_scrolls_sideways(visit: Visit, scheme: Any) -> None:
    visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    _told(visit, COST)
    for width in (360, 820, 1440):
        visit.page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(visit.page).response["violations"]
        assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found] == []
        assert visit.page.evaluate(_SIDEWAYS) == 0


def _layout(visit: Visit, body: str, given: Any = None) -> Any:
    return visit.page.evaluate(f"async (given) => {{ {LAYOUT} {body} }}", given)


def test_dots_that_would_cover_each_other_stand_on_top_of_each_other(visit: Visit) -> None:
    stacked = "return layout.stacked(given, 2);"
    assert _layout(visit, stacked, [10, 10, 11, 50, 12.5]) == [0, 1, 2, 0, 0]
    assert _layout(visit, stacked, [50, 10]) == [0, 0]


def test_figures_are_moved_apart_and_keep_their_order(visit: Visit) -> None:
    spread = "return layout.spread(given, 36);"
    assert _layout(visit, spread, [0, 100]) == [0, 100]
    assert _layout(visit, spread, [100, 0, 2]) == [100, 0, 36]
    assert _layout(visit, spread, [100, 99, 0]) == [100, 64, 0]


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2025-03-03T09:00Z", "2025-03-08T09:00Z", ["4 Mar", "5 Mar", "6 Mar", "7 Mar", "8 Mar"]),
        ("2024-11-20", "2025-03-02", ["Dec 2024", "Jan 2025", "Feb 2025", "Mar 2025"]),
        ("1987-06-01", "2025-06-01", ["1990", "2000", "2010", "2020"]),
        ("2025-03-03T09:10Z", "2025-03-03T12:10Z", ["10:00", "11:00", "12:00"]),
        ("2025-03-03", "2025-03-03", ["00:00"]),
    ],
)
def test_an_axis_has_a_few_round_times(
    visit: Visit, first: str, last: str, labels: list[str]
) -> None:
    ticks = "return layout.ticks(Date.parse(given[0]), Date.parse(given[1]), 7)"
    assert _layout(visit, f"{ticks}.map(({{ label }}) => label);", [first, last]) == labels


def test_how_much_later_an_article_came_is_said_in_round_words(visit: Visit) -> None:
    later = (
        "return given.map((at) => layout.later(Date.parse('2024-01-31T23:00Z'), Date.parse(at)));"
    )
    days = [
        "2024-01-31T23:59Z",
        "2024-02-01",
        "2024-02-10",
        "2024-03-01",
        "2024-06-01",
        "2029-01-01",
    ]
    assert _layout(visit, later, days) == [
        "", "1 day later", "10 days later", "4 weeks later", "4 months later", "5 years later",
    ]  # fmt: skip


def test_what_is_cited_is_told_even_if_the_timeline_has_it_not_or_in_a_copy(visit: Visit) -> None:
    answer = {
        "citations": [
            {"number": 1, "article_id": "a", "published_at": "2025-03-05", "syndicated_in": ["b"]},
            {"number": 2, "article_id": "c", "published_at": "2025-03-01"},
            {"number": 3, "article_id": "d", "published_at": None},
        ]
    }
    told = [{"article_id": "b", "published_at": "2025-03-02"}, {"article_id": "e"}]
    found = _layout(visit, "return layout.articlesOf(given[0], given[1]);", [answer, told])
    assert [(one["article_id"], one["citations"]) for one in found] == [("c", [2]), ("b", [1])]
