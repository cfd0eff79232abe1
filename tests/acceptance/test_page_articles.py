"""The page's articles: browsed by their day and source, found by words and by meaning."""

import re

from browsing import Visit, needs_a_browser, sync_api

pytestmark = needs_a_browser

expect = sync_api.expect

ARTICLES = 30  # of the sample, that a question may use


def test_articles_are_browsed_newest_first_and_narrowed_by_source(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?view=articles&before=2025-12-31&source=Corvane+Press+Agency")
    days = page.locator(".index .when time")
    expect(page.locator("#view-articles .count")).to_contain_text("articles, newest first")
    shown = days.evaluate_all("(all) => all.map((one) => one.dateTime)")
    assert shown == sorted(shown, reverse=True)
    page.goto(f"{visit.url}?view=articles")
    rows = page.locator(".index > li")
    expect(rows).to_have_count(20)
    page.get_by_role("button", name="More articles").click()
    expect(rows.nth(20).get_by_role("button")).to_be_focused()
    assert rows.count() >= ARTICLES
    page.locator(".shares").get_by_role("button", name="Valmère Matin").click()
    expect(page).to_have_url(re.compile("source=Valm"))
    expect(rows).to_have_count(3)
    rows.first.get_by_role("button").click()
    expect(page.locator("#reader #article h2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(rows.first.get_by_role("button")).to_be_focused()


def test_all_sources_are_told_to_who_wants_them(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?view=articles")
    bars = page.locator(".shares > li")
    expect(bars.locator("visible=true")).to_have_count(8)
    page.get_by_role("button", name=re.compile(r"^and \d+ articles? of \d+ more$")).click()
    assert bars.count() > 8
    expect(bars.locator("visible=true")).to_have_count(bars.count())
    expect(bars.nth(8).get_by_role("button")).to_be_focused()


def test_articles_are_found_by_words_and_the_closest_passages_quoted(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?view=articles")
    page.get_by_label("Find articles").fill("ferries sinking")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("find=ferries"))
    closest = page.locator(".passages > li").first
    expect(closest.locator("mark").first).to_be_visible()
    marked = closest.locator("mark").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert {word.lower()[:4] for word in marked} <= {"ferr", "sink"}
    expect(page.locator("#view-articles .count")).to_have_text("1 article with all of these words")
    expect(page.locator(".index > li")).to_have_count(1)
    page.go_back()
    expect(page.locator("#view-articles .count")).to_contain_text("newest first")
    expect(page.get_by_label("Find articles")).to_have_value("")


def test_words_in_quotation_marks_are_found_one_behind_the_other(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?view=articles")
    count = page.locator("#view-articles .count")
    for phrase, told in (
        ("storm ferry", "No article has “storm ferry”."),
        ("ferry sank", "1 article with “ferry sank”"),
    ):
        page.get_by_label("Find articles").fill(f'"{phrase}"')
        page.keyboard.press("Enter")
        expect(count).to_have_text(told)


def test_passages_without_any_of_the_words_are_said_to_be_near_in_meaning(visit: Visit) -> None:
    page = visit.page
    title = page.locator("#closest-title")
    section = page.get_by_role("region", name="Nearest in meaning")
    page.goto(f"{visit.url}?view=articles&find=zeppelin+volcano")
    expect(title).to_have_text("Nearest in meaning")
    expect(section).to_contain_text("None of them has these words.")
    page.goto(f"{visit.url}?view=articles&find=zeppelin")
    expect(section).to_contain_text("None of them has this word.")
    for found in ("zeppelin+ferry", "what+was+the"):
        page.goto(f"{visit.url}?view=articles&find={found}")
        expect(page.locator(".passages > li").first).to_be_visible()
        expect(title).to_have_text("Closest passages")
        expect(page.locator("#view-articles")).not_to_contain_text("None of them")
