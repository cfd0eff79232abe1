"""The page at `/`, used as a reader uses it: in a real browser, by keyboard and on a phone.

Needs Playwright and a Chromium on PATH; skips without them. The corpus is the bundled sample's,
except where a test stands in for the API to show the page something the sample does not hold.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

import pytest
from newscite_process import Corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 60_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_CHROMIUM is None, reason=f"no browser on PATH (any of {_NAMES})"),
]

PENTAGON = "What justification did the Pentagon give?"
NOT_THERE = "What did the Chinese foreign ministry say about the talks?"


class Server(Protocol):
    """A running newscite server over the sample corpus."""

    @property
    def url(self) -> str: ...


@dataclass
class Visit:
    """A page in a browser, and what it did and complained of."""

    page: "Page"
    url: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: "Browser", server: Server) -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", service_workers="block"
    )
    context.set_default_timeout(_PATIENCE_MS)
    sync_api.expect.set_options(timeout=_PATIENCE_MS)
    page = context.new_page()
    visit = Visit(page, server.url.rstrip("/") + "/")
    page.on("request", lambda request: visit.requested.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda message: visit.complaints.append(f"{message.type}: {message.text}"))
    page.goto(visit.url)
    yield visit
    context.close()


def _answer(question: str, article: dict[str, Any], quote: str) -> dict[str, Any]:
    """An Answer that quotes `article` once."""
    start = article["text"].index(quote)
    shared = {name: article[name] for name in ("version", "title", "source", "url")}
    citation = {
        "number": 1,
        "quote": quote,
        "article_id": article["id"],
        "published_at": article["published_at"],
        "start": start,
        "end": start + len(quote),
        "passage_id": "passage",
        "syndicated_in": [],
        **shared,
    }
    return {
        "question": question,
        "answerable": True,
        "answer": f"{quote} [1]",
        "sentences": [{"text": quote, "citations": [1]}],
        "citations": [citation],
        "confidence": 0.9,
        "mode": "extractive",
        "model": {},
        "notes": [],
        "timings_ms": {},
        "request_id": "",
    }


def _article(text: str, title: str = "A headline") -> dict[str, Any]:
    return {
        "id": "urn:example/a?b=c#d 100%",
        "version": 1,
        "status": "usable",
        "title": title,
        "text": text,
        "source": "The Example",
        "url": "javascript:document.title='taken over'",
        "authors": [],
        "published_at": None,
        "section": None,
        "language": "en",
        "correction": None,
        "current": True,
    }


def _stand_in(visit: Visit, question: str, article: dict[str, Any], quote: str) -> None:
    """Answers for the API, with one article and one quote from it."""
    address = f"**/v1/articles/{_escaped(article['id'])}?version=1"
    visit.page.route(
        "**/v1/ask", lambda route: route.fulfill(json=_answer(question, article, quote))
    )
    visit.page.route(address, lambda route: route.fulfill(json=article))


def _escaped(identity: str) -> str:
    return quote(identity, safe="").replace("?", "\\?")


def test_a_question_is_answered_with_a_citation_that_opens_its_article_by_keyboard(
    visit: Visit,
) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    marker = page.locator("#answer .marker").first
    marker.focus()
    with page.expect_response("**/v1/articles/*") as opened:
        page.keyboard.press("Enter")
    number = marker.get_attribute("data-citation")
    cited = page.locator(f"#sources li[data-number='{number}'] blockquote").inner_text()
    mark = page.locator("#reader mark")
    sync_api.expect(mark).to_have_count(1)
    sync_api.expect(mark).to_be_in_viewport()
    assert mark.text_content() == cited
    assert cited in opened.value.json()["text"]


def test_escape_closes_the_article_and_gives_focus_back_to_the_citation(visit: Visit) -> None:
    page = visit.page
    visit.ask(PENTAGON)
    marker = page.locator("#answer .marker").first
    marker.press("Enter")
    sync_api.expect(page.locator("#reader mark")).to_be_focused()
    page.keyboard.press("Escape")
    sync_api.expect(page.locator("#reader")).to_be_hidden()
    sync_api.expect(marker).to_be_focused()


def test_an_unanswerable_question_shows_why(visit: Visit) -> None:
    visit.ask(NOT_THERE)
    answer = visit.page.locator("#answer")
    sync_api.expect(answer).to_contain_text("The corpus does not say.")
    assert answer.locator(".notes li").first.inner_text().strip()
    sync_api.expect(answer.locator(".marker")).to_have_count(0)


def test_a_refusal_shows_the_nearest_statement_as_no_answer_and_opens_it(visit: Visit) -> None:
    page = visit.page
    visit.ask(NOT_THERE)
    sources = page.locator("#sources")
    sync_api.expect(sources.locator(".label")).to_have_text(
        "The nearest statement, which is no answer"
    )
    quoted = sources.locator("blockquote").inner_text()
    sources.locator(".headline").click()
    sync_api.expect(page.locator("#reader mark")).to_have_text(quoted)


def test_nothing_leaves_the_server_and_the_console_stays_silent(visit: Visit) -> None:
    page = visit.page
    page.locator("#headlines button").first.click()
    sync_api.expect(page.locator("#article .body p").first).to_be_visible()
    page.keyboard.press("Escape")
    visit.ask(PENTAGON)
    page.locator("#answer .marker").first.click()
    sync_api.expect(page.locator("#reader mark")).to_be_visible()
    assert {urlsplit(url).netloc for url in visit.requested} == {urlsplit(visit.url).netloc}
    assert visit.complaints == []


def test_a_phone_never_scrolls_sideways_and_the_article_covers_the_page(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 740})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    visit.ask(PENTAGON)
    marker = page.locator("#answer .marker").first
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
    page.locator("#answer .marker").first.click()
    mark = page.locator("#reader mark")
    sync_api.expect(mark).to_be_visible()
    quoted, link = mark.text_content() or "", page.url
    page.go_back()
    sync_api.expect(page.locator("#reader")).to_be_hidden()
    page.go_back()
    sync_api.expect(page.locator("#welcome")).to_be_visible()
    page.goto(link)
    sync_api.expect(mark).to_have_text(quoted)
    sync_api.expect(page.get_by_label("Your question")).to_have_value(PENTAGON)


def test_a_quote_after_emoji_is_marked_to_the_letter(visit: Visit) -> None:
    quote = "The crossing took 40 minutes \U0001f600 longer."
    text = "\U0001f6a2\U0001f30a A \U0001f468\u200d\U0001f469\u200d\U0001f467 boarded.\n\n"
    _stand_in(visit, "How long?", _article(f"{text}Cafe\u0301s shut. {quote} The end."), quote)
    visit.ask("How long?")
    visit.page.locator("#answer .marker").click()
    mark = visit.page.locator("#reader mark")
    sync_api.expect(mark).to_be_visible()
    assert mark.text_content() == quote
    sync_api.expect(visit.page.locator("#article")).to_contain_text(f"s shut. {quote} The end.")


def test_the_short_answer_leads_with_who_says_so_and_is_strong_in_its_sentence(
    visit: Visit,
) -> None:
    said = "\U0001f6a2 The crossing took forty minutes."
    answer = _answer("How long?", _article(said), said)
    at = said.index("forty")
    answer["short_answer"] = {
        "text": said[at:-1], "citation": 1, "start": at, "end": len(said) - 1,
        "according_to": {"text": "the captain said", "start": 0, "end": 1},
    }  # fmt: skip
    visit.page.route("**/v1/ask", lambda route: route.fulfill(json=answer))
    visit.ask("How long?")
    short = visit.page.locator("#answer .short")
    sync_api.expect(short).to_have_text("forty minutes the captain said")
    strong = visit.page.locator("#answer .text strong")
    sync_api.expect(strong).to_have_text(["forty", "minutes"])  # the last word stays by its number
    sync_api.expect(visit.page.locator("#answer .text")).to_contain_text(said)


def test_what_is_ours_is_told_from_the_quote(visit: Visit) -> None:
    said = "\U0001f6a2 He said that the crossing took forty long minutes."
    article = _article(f"Ann Li was there. {said}")
    answer = _answer("Was it long?", article, said)
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
    visit.page.route("**/v1/ask", lambda route: route.fulfill(json=answer))
    visit.ask("Was it long?")
    sync_api.expect(visit.page.locator("#answer .text .ours")).to_have_text(["Yes.", "[Ann Li]"])
    sync_api.expect(visit.page.locator("#answer .text strong")).to_have_text("forty")
    sync_api.expect(visit.page.locator("#answer .text")).to_contain_text("He [Ann Li] said")


def test_a_follow_up_is_asked_with_what_was_said_before_and_shows_how_it_was_understood(
    visit: Visit,
) -> None:
    sent: list[Any] = []
    said = "The crossing took forty minutes."

    def answer(route: "Route") -> None:
        asked = route.request.post_data_json or {}
        sent.append(asked["history"])
        reply = _answer(asked["question"], _article(said), said)
        if asked["history"]:
            reply["standalone_question"] = "Why did the crossing take forty minutes?"
        route.fulfill(json=reply)

    visit.page.route("**/v1/ask", answer)
    visit.ask("How long did the crossing take?")
    sync_api.expect(visit.page.locator("#answer .text")).to_contain_text(said)
    sync_api.expect(visit.page.locator("#answer .understood")).to_have_count(0)
    visit.ask("Why?")
    understood = visit.page.locator("#answer .understood")
    sync_api.expect(understood).to_have_text(
        "Understood as: Why did the crossing take forty minutes?"
    )
    turn = {"question": "How long did the crossing take?", "answer": f"{said} [1]"}
    assert sent == [[], [turn]]


def test_a_quote_over_a_line_break_stays_one_mark(visit: Visit) -> None:
    quote = "It was late.\n\nIt was dark."
    _stand_in(visit, "When?", _article(f"One.\n\nTwo. {quote} Three.\n\nFour."), quote)
    visit.ask("When?")
    visit.page.locator("#answer .marker").click()
    mark = visit.page.locator("#reader mark")
    sync_api.expect(mark).to_have_count(1)
    assert mark.text_content() == quote
    sync_api.expect(visit.page.locator("#article .body p")).to_have_count(3)


def test_markup_in_an_article_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    hostile = "<script>document.title='taken over'</script>"
    quote = "<img src=x onerror=\"document.title='taken over'\"> it said."
    _stand_in(visit, "What?", _article(f"{hostile}\n\n{quote}", title=hostile), quote)
    visit.ask("What?")
    page.locator("#answer .marker").click()
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
            route.fulfill(json=_answer(question, _article("The second."), "The second."))

    page.route("**/v1/ask", hold_the_first)
    with page.expect_request("**/v1/ask"):
        visit.ask("First?")
    visit.ask("Second?")
    sync_api.expect(page.locator("#answer .text")).to_contain_text("The second.")
    held[0].fulfill(json=_answer("First?", _article("The first."), "The first."))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    sync_api.expect(page.locator("#answer")).not_to_contain_text("The first.")
    sync_api.expect(page.get_by_label("Your question")).to_have_value("Second?")


def test_an_error_says_what_the_server_said_and_offers_another_try(visit: Visit) -> None:
    page = visit.page
    detail = "Another process holds the corpus. Wait for it to end, then ask again."
    problem = {"type": "x", "title": "Held", "status": 503, "detail": detail, "request_id": "r-1"}
    page.route("**/v1/ask", lambda route: route.fulfill(status=503, json=problem))
    visit.ask(PENTAGON)
    sync_api.expect(page.locator("#answer")).to_contain_text(detail)
    page.unroute("**/v1/ask")
    page.get_by_role("button", name="Try again").click()
    sync_api.expect(page.locator("#answer .marker").first).to_be_visible()


def test_a_server_that_has_gone_is_said_so(visit: Visit) -> None:
    visit.page.route("**/v1/ask", lambda route: route.abort())
    visit.ask(PENTAGON)
    sync_api.expect(visit.page.locator("#answer")).to_contain_text("The server cannot be reached")


def test_the_page_asks_for_a_key_where_the_server_wants_one(
    browser: "Browser", tmp_path: Path
) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.run("keys", "create", "--name", "desk", "--scope", "ask").out.strip()
    with corpus.serve() as running:
        context = browser.new_context(service_workers="block")
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.goto(running.url)
        given = page.get_by_label("API key")
        sync_api.expect(given).to_be_visible()
        given.fill("newscite_wrong")
        given.press("Enter")
        sync_api.expect(page.locator("#key-hint")).to_contain_text("unknown here")
        given.fill(key)
        given.press("Enter")
        sync_api.expect(page.locator("#corpus-count")).to_contain_text("Nothing yet")
        sync_api.expect(given).to_be_hidden()
        assert key not in page.url
        assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0
        context.close()


def test_the_page_of_a_server_without_keys_asks_for_none(visit: Visit) -> None:
    sync_api.expect(visit.page.locator("#corpus")).to_be_visible()
    sync_api.expect(visit.page.get_by_label("API key")).to_be_hidden()
