"""The page's thread: sentences as they come, follow-ups, filters, links to it, and its history."""

import re
from typing import TYPE_CHECKING

import pytest
from browsing import (
    NOT_THERE,
    PENTAGON,
    Visit,
    answer_of,
    article_of,
    needs_a_browser,
    streamed,
    sync_api,
    visiting,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_a_browser

FERRY = "How many people died when the Maren Elise sank?"
OWNER = "Which company has run the ferry since 2016?"

# The page's own fetch, with an answer to a question that comes when the test says so.
_HELD = """
window.real = window.fetch;
window.fetch = (address, options) => {
  if (!String(address).endsWith("/v1/ask")) return real(address, options);
  const body = new ReadableStream({ start(stream) { window.answering = stream; } });
  return Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
};
window.tell = (name, data) =>
  answering.enqueue(new TextEncoder().encode(`event: ${name}\\ndata: ${JSON.stringify(data)}\\n\\n`));
"""


def _sentence_of(answer: dict[str, object]) -> dict[str, object]:
    return {"lead": None, "text": "It sank.", "citations": answer["citations"], "glosses": []}


def test_each_sentence_is_shown_with_its_source_before_the_answer_is_whole(visit: Visit) -> None:
    visit.page.add_init_script(_HELD)
    visit.page.reload()
    visit.ask("What sank?")
    sync_api.expect(visit.answer).to_contain_text("Reading the corpus")
    answer = answer_of("What sank?", article_of("It sank."), "It sank.")
    passage = {"article_id": "a"}
    visit.page.evaluate("([p]) => tell('passages', { passages: [p, p] })", [passage])
    sync_api.expect(visit.answer).to_contain_text("Reading 2 passages of 1 article")
    visit.page.evaluate("([s]) => tell('sentence', s)", [_sentence_of(answer)])
    sync_api.expect(visit.answer.locator(".sentence")).to_contain_text("It sank.")
    sync_api.expect(visit.cards).to_have_count(1)
    sync_api.expect(visit.answer.locator(".colophon")).to_have_count(0)
    visit.page.evaluate("([a]) => tell('answer', a)", [answer])
    visit.answered()
    sync_api.expect(visit.answer.locator(".sentence")).to_have_count(1)
    sync_api.expect(visit.cards).to_have_count(1)


def test_an_answer_that_breaks_off_is_said_so_and_can_be_asked_for_again(visit: Visit) -> None:
    visit.page.add_init_script(_HELD)
    visit.page.reload()
    visit.ask("What sank?")
    sync_api.expect(visit.answer).to_contain_text("Reading")
    visit.page.evaluate("answering.close()")
    sync_api.expect(visit.answer).to_contain_text("before the answer was complete")
    visit.page.evaluate("window.fetch = real")
    visit.page.get_by_role("button", name="Try again").click()
    visit.answered()


def test_an_error_in_the_stream_says_what_the_server_said(visit: Visit) -> None:
    problem = {"status": 504, "detail": "The question took more than 30 s.", "request_id": "r-9"}
    visit.page.route("**/v1/ask", lambda route: route.fulfill(**streamed(("error", problem))))
    visit.ask(PENTAGON)
    sync_api.expect(visit.answer).to_contain_text("It took too long")
    sync_api.expect(visit.answer).to_contain_text("more than 30 s")
    sync_api.expect(visit.answer).to_contain_text("r-9")


def test_sentence_and_card_light_up_together_under_the_pointer_and_the_focus(visit: Visit) -> None:
    visit.ask(PENTAGON)
    visit.answered()
    sentence, card = visit.answer.locator(".sentence").first, visit.cards.first
    tied = re.compile(r"\btied\b")
    visit.page.mouse.move(0, 0)
    sync_api.expect(card).not_to_have_class(tied)
    sentence.hover()
    sync_api.expect(card).to_have_class(tied)
    visit.page.mouse.move(0, 0)
    sync_api.expect(card).not_to_have_class(tied)
    card.locator(".headline").focus()
    sync_api.expect(sentence).to_have_class(tied)


def test_a_follow_up_joins_the_thread_and_earlier_citations_still_open(visit: Visit) -> None:
    page = visit.page
    visit.ask(FERRY)
    visit.answered()
    page.get_by_label("Ask a follow-up").fill(OWNER)
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".turn h2")).to_have_text([FERRY, OWNER])
    visit.answered()
    first = page.locator(".turn").first.locator(".marker").first
    first.click()
    sync_api.expect(page.locator("#reader mark")).to_have_text(
        page.locator(".turn").first.locator("blockquote").first.inner_text()
    )
    assert "cite=1.1" in page.url
    page.keyboard.press("Escape")
    page.get_by_role("link", name="New question").click()
    sync_api.expect(page.locator("#front")).to_be_visible()
    sync_api.expect(page.locator(".turn")).to_have_count(0)
    sync_api.expect(page.locator("#question")).to_be_focused()


def test_a_link_restores_thread_filters_and_open_citation_elsewhere(
    browser: "Browser", visit: Visit
) -> None:
    page = visit.page
    page.locator("#ask-filters summary").click()
    page.locator("#ask-filters").get_by_label("Published from").fill("2024-11-01")
    visit.ask(FERRY)
    visit.answered()
    visit.ask(OWNER)
    visit.answered()
    page.locator(".turn").last.locator(".marker").first.click()
    marked = page.locator("#reader mark").inner_text()
    with visiting(browser, visit.url) as other:
        other.page.goto(page.url)
        sync_api.expect(other.page.locator("#reader mark")).to_have_text(marked)
        sync_api.expect(other.page.locator(".turn h2")).to_have_text([FERRY, OWNER])
        sync_api.expect(other.page.locator("#ask-filters .now")).to_have_text(
            "Published since 1 November 2024"
        )


def test_narrowing_by_date_asks_anew_and_a_refusal_offers_the_whole_corpus(visit: Visit) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    visit.answered()
    page.locator("#ask-filters summary").click()
    page.locator("#ask-filters").get_by_label("until").fill("2024-12-31")
    sync_api.expect(visit.answer).to_contain_text("The corpus does not say.")
    sync_api.expect(page.locator(".turn .under")).to_have_text("Published until 31 December 2024")
    assert "before=2024-12-31" in page.url
    page.get_by_role("button", name="Ask the whole corpus").click()
    sync_api.expect(visit.answer.locator(".marker").first).to_be_visible()
    assert "before" not in page.url


def test_filters_are_taken_off_without_opening_them(visit: Visit) -> None:
    page = visit.page
    clear = page.locator("#ask-filters").get_by_role("button", name="Clear")
    sync_api.expect(clear).to_be_hidden()
    page.goto(f"{visit.url}?q={PENTAGON.replace(' ', '+')}&before=2024-12-31&as_of=2025-01-01")
    sync_api.expect(visit.answer).to_contain_text("The corpus does not say.")
    clear.click()
    sync_api.expect(visit.answer.locator(".marker").first).to_be_visible()
    sync_api.expect(clear).to_be_hidden()
    sync_api.expect(page.locator("#ask-filters summary")).to_be_focused()
    assert "before" not in page.url
    assert "as_of" not in page.url


def test_only_what_the_chosen_source_says_is_used(visit: Visit) -> None:
    page = visit.page
    visit.ask(FERRY)
    visit.answered()
    page.locator("#ask-filters summary").click()
    box = page.locator("#ask-filters [data-list=sources] label").nth(1)
    name = box.locator("input").get_attribute("value") or ""
    box.click()
    sync_api.expect(page.locator(".turn .under")).to_have_text(name)
    visit.answered()
    assert page.locator(".cards .fine").all_inner_texts() == [] or all(
        text.startswith(name)
        for text in page.locator(".sources .headline + .fine").all_inner_texts()
    )


def _two_questions(visit: Visit, size: tuple[int, int]) -> None:
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    visit.ask(FERRY)
    visit.answered()
    visit.ask(OWNER)
    visit.answered()


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)])
def test_narrowing_a_thread_leaves_the_page_where_it_is(
    visit: Visit, size: tuple[int, int]
) -> None:
    page = visit.page
    _two_questions(visit, size)
    assert page.evaluate("scrollY") > 100  # a question that was just asked is led to
    page.evaluate("scrollTo(0, 0)")
    page.locator("#ask-filters summary").click()
    box = page.locator("#ask-filters [data-list=sources] input").nth(1)
    box.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    box.press("Space")
    sync_api.expect(page.locator(".turn .under")).to_have_count(2)
    visit.answered()
    sync_api.expect(box).to_be_focused()
    sync_api.expect(box).to_be_in_viewport()
    assert page.evaluate("scrollY") == before
    page.locator("#ask-filters").get_by_label("Published from").fill("2024-01-01")
    sync_api.expect(page.locator(".turn .under").last).to_contain_text("since 1 January 2024")
    visit.answered()
    assert page.evaluate("scrollY") == before


def test_a_page_that_was_scrolled_stays_so_while_it_is_asked_anew(visit: Visit) -> None:
    page = visit.page
    _two_questions(visit, (360, 740))
    page.locator("#ask-filters summary").click()
    page.evaluate("scrollTo(0, 400)")
    page.locator("#ask-filters input[type=checkbox]").last.evaluate("(box) => box.click()")
    sync_api.expect(page.locator(".turn").first.locator(".colophon")).to_be_visible()
    visit.answered()
    assert page.evaluate("scrollY") == 400
    sync_api.expect(page.locator("#thread")).to_have_css("min-height", "0px")


def test_a_refusal_says_only_how_long_it_took(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    visit.answered()
    line = visit.answer.locator(".colophon summary")
    sync_api.expect(line).to_have_text(re.compile(r"^[\d.]+\sm?s$"))


def test_how_an_answer_was_made_is_told_in_plain_words(visit: Visit) -> None:
    visit.ask(PENTAGON)
    visit.answered()
    fold = visit.answer.locator(".colophon")
    sync_api.expect(fold.locator("summary")).to_contain_text("Confidence strong")
    fold.locator("summary").click()
    sync_api.expect(fold).to_contain_text(
        "How sure it is, from 0 to 1, that this is the right answer."
    )
    sync_api.expect(fold).to_contain_text("In the server, in all")
    sync_api.expect(fold).to_contain_text("Until it was shown here")
    told = " ".join(fold.locator("dl").all_inner_texts())
    assert not re.search("embedding|rerank|retrieve|SpanReader|total", told)


def test_what_was_asked_stays_in_this_browser_until_it_is_forgotten(
    browser: "Browser", visit: Visit
) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    visit.answered()
    page.goto(visit.url)
    past = page.locator("#past-questions a")
    sync_api.expect(past).to_have_text([PENTAGON])
    with visiting(browser, visit.url) as other:
        sync_api.expect(other.page.locator("#latest")).to_be_visible()
        sync_api.expect(other.page.locator("#past")).to_be_hidden()
    past.click()
    visit.answered()
    sync_api.expect(page.locator(".turn h2")).to_have_text(PENTAGON)
    page.goto(visit.url)
    page.get_by_role("button", name="Forget these").click()
    sync_api.expect(page.locator("#past")).to_be_hidden()
    page.reload()
    sync_api.expect(page.locator("#latest")).to_be_visible()
    sync_api.expect(page.locator("#past")).to_be_hidden()


def test_a_copied_citation_has_quote_headline_source_day_and_address(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.ask(PENTAGON)
    visit.answered()
    page.get_by_role("button", name="Copy citation").first.click()
    sync_api.expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied == [
        f"“{visit.cards.first.locator('blockquote').inner_text()}”",
        "— Trump prepares to speak with Maduro after weeks of boat strikes, "
        "Corvane Press Agency, 25 November 2025",
        visit.cards.first.get_by_role("link").get_attribute("href"),
    ]


def test_a_refusal_leads_to_the_articles_that_come_closest(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    visit.answered()
    visit.page.get_by_role("link", name="See the articles that come closest").click()
    sync_api.expect(visit.page.locator("#view-articles")).to_be_visible()
