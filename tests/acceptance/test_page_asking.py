"""The page at `/`, asked as a reader asks it: in a real browser, by keyboard and on a phone.

The corpus is the bundled sample's, except where a test stands in for the API to show the page
something the sample does not hold.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from browsing import (
    NOT_THERE,
    PENTAGON,
    Visit,
    answer_of,
    article_of,
    needs_a_browser,
    stand_in,
    streamed,
    sync_api,
    visiting,
)
from newscite_process import Corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = needs_a_browser


def test_a_question_is_answered_with_a_citation_that_opens_its_article_by_keyboard(
    visit: Visit,
) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    marker = page.locator(".answer .marker").first
    marker.focus()
    with page.expect_response("**/v1/articles/*") as opened:
        page.keyboard.press("Enter")
    assert marker.get_attribute("data-cite") == "1.1"
    cited = visit.cards.first.locator("blockquote").inner_text()
    mark = page.locator("#reader mark")
    sync_api.expect(mark).to_have_count(1)
    sync_api.expect(mark).to_be_in_viewport()
    assert mark.text_content() == cited
    assert cited in opened.value.json()["text"]


def test_escape_closes_the_article_and_gives_focus_back_to_the_citation(visit: Visit) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    marker = page.locator(".answer .marker").first
    marker.press("Enter")
    sync_api.expect(page.locator("#reader mark")).to_be_focused()
    page.keyboard.press("Escape")
    sync_api.expect(page.locator("#reader")).to_be_hidden()
    sync_api.expect(marker).to_be_focused()


def test_an_unanswerable_question_shows_why(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    answer = visit.answer
    sync_api.expect(answer).to_contain_text("The corpus does not say.")
    assert answer.locator(".notes li").first.inner_text().strip()
    sync_api.expect(answer.locator(".marker")).to_have_count(0)


def test_a_refusal_shows_the_nearest_statement_as_no_answer_and_opens_it(visit: Visit) -> None:
    page = visit.page
    visit.ask(NOT_THERE)
    sync_api.expect(page.locator(".cards .label")).to_have_text(
        "The nearest statement, which is no answer"
    )
    quoted = visit.cards.locator("blockquote").inner_text()
    visit.cards.locator(".headline").click()
    sync_api.expect(page.locator("#reader mark")).to_have_text(quoted)


def test_nothing_leaves_the_server_and_the_console_stays_silent(visit: Visit) -> None:
    page = visit.page
    page.locator("#headlines button").first.click()
    sync_api.expect(page.locator("#article .body p").first).to_be_visible()
    page.keyboard.press("Escape")
    visit.ask(PENTAGON)
    page.locator(".answer .marker").first.click()
    sync_api.expect(page.locator("#reader mark")).to_be_visible()
    assert {urlsplit(url).netloc for url in visit.requested} == {urlsplit(visit.url).netloc}
    assert visit.complaints == []


def test_a_phone_never_scrolls_sideways_and_the_article_covers_the_page(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 740})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    visit.ask(PENTAGON)
    marker = page.locator(".answer .marker").first
    sync_api.expect(marker).to_be_visible()
    assert page.evaluate(overflow) == 0
    marker.click()
    sync_api.expect(page.locator("#reader mark")).to_be_in_viewport()
    sync_api.expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(overflow) == 0
    page.get_by_role("button", name="Back to the answer").click()
    sync_api.expect(marker).to_be_focused()


def test_an_answer_and_its_open_citation_can_be_linked_to_and_back_goes_back(visit: Visit) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    page.locator(".answer .marker").first.click()
    mark = page.locator("#reader mark")
    sync_api.expect(mark).to_be_visible()
    quoted, link = mark.text_content() or "", page.url
    page.go_back()
    sync_api.expect(page.locator("#reader")).to_be_hidden()
    page.go_back()
    sync_api.expect(page.locator("#front")).to_be_visible()
    page.goto(link)
    sync_api.expect(mark).to_have_text(quoted)
    sync_api.expect(page.locator(".turn h2")).to_have_text(PENTAGON)


def test_a_quote_after_emoji_is_marked_to_the_letter(visit: Visit) -> None:
    quote = "The crossing took 40 minutes \U0001f600 longer."
    text = "\U0001f6a2\U0001f30a A \U0001f468\u200d\U0001f469\u200d\U0001f467 boarded.\n\n"
    stand_in(visit, "How long?", article_of(f"{text}Cafe\u0301s shut. {quote} The end."), quote)
    visit.ask("How long?")
    visit.page.locator(".answer .marker").click()
    mark = visit.page.locator("#reader mark")
    sync_api.expect(mark).to_be_visible()
    assert mark.text_content() == quote
    sync_api.expect(visit.page.locator("#article")).to_contain_text(f"s shut. {quote} The end.")


def test_the_short_answer_leads_with_who_says_so_and_is_strong_in_its_sentence(
    visit: Visit,
) -> None:
    said = "\U0001f6a2 The crossing took forty minutes."
    answer = answer_of("How long?", article_of(said), said)
    at = said.index("forty")
    answer["short_answer"] = {
        "text": said[at:-1], "citation": 1, "start": at, "end": len(said) - 1,
        "according_to": {"text": "the captain said", "start": 0, "end": 1},
    }  # fmt: skip
    visit.page.route("**/v1/ask", lambda route: route.fulfill(**streamed(("answer", answer))))
    visit.ask("How long?")
    short = visit.answer.locator(".short")
    sync_api.expect(short).to_have_text("forty minutes the captain said")
    strong = visit.answer.locator(".text strong")
    sync_api.expect(strong).to_have_text(["forty", "minutes"])  # the last word stays by its number
    sync_api.expect(visit.answer.locator(".text")).to_contain_text(said)


def test_what_is_ours_is_told_from_the_quote(visit: Visit) -> None:
    said = "\U0001f6a2 He said that the crossing took forty long minutes."
    article = article_of(f"Ann Li was there. {said}")
    answer = answer_of("Was it long?", article, said)
    start = article["text"].index(said)
    at = said.index("He") + 2
    put_in = " [Ann Li]"
    answer["lead"] = "Yes"
    answer["sentences"] = [
        {
            "text": said[:at] + put_in + said[at:],
            "citations": [1],
            "glosses": [
                {"at": at, "text": put_in, "name": "Ann Li", "citation": 1, "start": 0, "end": 6}
            ],
        }
    ]
    forty = start + said.index("forty")
    answer["short_answer"] = {"text": "forty", "citation": 1, "start": forty, "end": forty + 5}
    visit.page.route("**/v1/ask", lambda route: route.fulfill(**streamed(("answer", answer))))
    visit.ask("Was it long?")
    sync_api.expect(visit.answer.locator(".text .ours")).to_have_text(["Yes.", "[Ann Li]"])
    sync_api.expect(visit.answer.locator(".text strong")).to_have_text("forty")
    sync_api.expect(visit.answer.locator(".text")).to_contain_text("He [Ann Li] said")


def test_a_follow_up_is_asked_with_what_was_said_before_and_shows_how_it_was_understood(
    visit: Visit,
) -> None:
    sent: list[Any] = []
    said = "The crossing took forty minutes."

    def answer(route: "Route") -> None:
        asked = route.request.post_data_json or {}
        sent.append(asked["history"])
        reply = answer_of(asked["question"], article_of(said), said)
        if asked["history"]:
            reply["standalone_question"] = "Why did the crossing take forty minutes?"
        route.fulfill(**streamed(("answer", reply)))

    visit.page.route("**/v1/ask", answer)
    visit.ask("How long did the crossing take?")
    sync_api.expect(visit.answer.locator(".text")).to_contain_text(said)
    sync_api.expect(visit.answer.locator(".understood")).to_have_count(0)
    visit.ask("Why?")
    understood = visit.answer.locator(".understood")
    sync_api.expect(understood).to_have_text(
        "Understood as: Why did the crossing take forty minutes?"
    )
    turn = {"question": "How long did the crossing take?", "answer": f"{said} [1]"}
    assert sent == [[], [turn]]


def test_a_quote_over_a_line_break_stays_one_mark(visit: Visit) -> None:
    quote = "It was late.\n\nIt was dark."
    stand_in(visit, "When?", article_of(f"One.\n\nTwo. {quote} Three.\n\nFour."), quote)
    visit.ask("When?")
    visit.page.locator(".answer .marker").click()
    mark = visit.page.locator("#reader mark")
    sync_api.expect(mark).to_have_count(1)
    assert mark.text_content() == quote
    sync_api.expect(visit.page.locator("#article .body p")).to_have_count(3)


def test_markup_in_an_article_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    hostile = "<script>document.title='taken over'</script>"
    quote = "<img src=x onerror=\"document.title='taken over'\"> it said."
    stand_in(visit, "What?", article_of(f"{hostile}\n\n{quote}", title=hostile), quote)
    visit.ask("What?")
    page.locator(".answer .marker").click()
    sync_api.expect(page.locator("#reader mark")).to_have_text(quote)
    sync_api.expect(page.locator("#article h2")).to_have_text(hostile)
    assert page.locator("main script, aside script, main img, aside img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert "taken over" not in page.title()
    assert visit.complaints == []


def test_a_slow_answer_never_overwrites_a_newer_one(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []

    def hold_the_first(route: "Route") -> None:
        question = (route.request.post_data_json or {})["question"]
        if question == "First?":
            held.append(route)
        else:
            told = answer_of(question, article_of("The second."), "The second.")
            route.fulfill(**streamed(("answer", told)))

    page.route("**/v1/ask", hold_the_first)
    with page.expect_request("**/v1/ask"):
        visit.ask("First?")
    visit.ask("Second?")
    sync_api.expect(visit.answer.locator(".text")).to_contain_text("The second.")
    late = answer_of("First?", article_of("The first."), "The first.")
    held[0].fulfill(**streamed(("answer", late)))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    sync_api.expect(visit.answer).not_to_contain_text("The first.")
    sync_api.expect(page.locator(".turn h2")).to_have_text(["Second?"])


def test_an_error_says_what_the_server_said_and_offers_another_try(visit: Visit) -> None:
    page = visit.page
    detail = "Another process holds the corpus. Wait for it to end, then ask again."
    problem = {"type": "x", "title": "Held", "status": 503, "detail": detail, "request_id": "r-1"}
    page.route("**/v1/ask", lambda route: route.fulfill(status=503, json=problem))
    visit.ask(PENTAGON)
    sync_api.expect(visit.answer).to_contain_text(detail)
    page.unroute("**/v1/ask")
    page.get_by_role("button", name="Try again").click()
    sync_api.expect(page.locator(".answer .marker").first).to_be_visible()


def test_a_server_that_has_gone_is_said_so(visit: Visit) -> None:
    visit.page.route("**/v1/ask", lambda route: route.abort())
    visit.ask(PENTAGON)
    sync_api.expect(visit.answer).to_contain_text("The server cannot be reached")


def test_the_page_asks_for_a_key_where_the_server_wants_one(
    browser: "Browser", tmp_path: Path
) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.run("keys", "create", "--name", "desk", "--scope", "ask").out.strip()
    with corpus.serve() as running, visiting(browser, running.url) as visit:
        page = visit.page
        given = page.get_by_label("API key")
        sync_api.expect(given).to_be_visible()
        given.fill("newscite_wrong")
        given.press("Enter")
        sync_api.expect(page.locator("#key-hint")).to_contain_text("unknown here")
        given.fill(key)
        given.press("Enter")
        sync_api.expect(page.locator("#latest-count")).to_contain_text("Nothing yet")
        sync_api.expect(given).to_be_hidden()
        assert key not in page.url
        assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0


def test_the_page_of_a_server_without_keys_asks_for_none(visit: Visit) -> None:
    sync_api.expect(visit.page.locator("#latest")).to_be_visible()
    sync_api.expect(visit.page.get_by_label("API key")).to_be_hidden()
