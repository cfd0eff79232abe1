"""Keeping the corpus by the page: adding articles, the quarantine, withdrawing them."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, needs_a_browser, sync_api, visiting
from newscite_process import Corpus, Ingested, Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = needs_a_browser

expect = sync_api.expect

MILL = """---
title: Fire destroys {name} mill
source: Ellery Gazette
published_at: 2025-11-03
---
The {name} mill burned to the ground on Monday. Its owner, Rosa {name}, was not hurt.
"""
BROKEN = '{"title": "A headline and no more"}\n'
JOB: dict[str, Any] = {
    "id": "j1", "state": "running", "seen": 40, "added": 38, "updated": 2, "unchanged": 0,
    "withdrawn": 0, "kept_out": 0, "quarantined": 0, "files": [{"name": "wire.jsonl", "bytes": 9}],
    "bytes_total": 9, "bytes_read": 3, "items_per_second": 7.3, "seconds_left": 130,
    "articles": [], "failures": [], "error": None, "retried": None, "released": None,
}  # fmt: skip

_DRAG = """([kind, files]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, content] of files) dataTransfer.items.add(new File([content], name));
  const how = { bubbles: true, cancelable: true, dataTransfer };
  document.body.dispatchEvent(new DragEvent(kind, how));
}"""
_WITHDRAW = """async (article) => {
  const { withdrawAct } = await import("./page/withdrawing.js");
  const done = () => document.body.setAttribute("data-done", "");
  document.querySelector("main").prepend(withdrawAct(article, { done }));
}"""


@pytest.fixture(scope="module")
def own(sample: Ingested, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over a copy of the sample corpus that these tests write to."""
    corpus = Corpus(tmp_path_factory.mktemp("kept"))
    shutil.copytree(sample.corpus.data, corpus.data)
    with corpus.serve() as running:
        yield running


@pytest.fixture
def api(own: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=own.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def visit(browser: "Browser", own: Running) -> Iterator[Visit]:
    with visiting(browser, own.url) as visit:
        yield visit


def _drop(visit: Visit, *files: tuple[str, str]) -> Any:
    """Drops files on the page; returns the card of what becomes of them."""
    visit.page.evaluate(_DRAG, ["drop", files])
    return visit.page.locator(".job").first


def _quarantined(visit: Visit, place: str) -> Any:
    return visit.page.locator(".quarantine > li").filter(has_text=place)


def test_what_is_dropped_anywhere_comes_in_and_can_be_asked_about(
    visit: Visit, api: httpx.Client
) -> None:
    page = visit.page
    veil = page.get_by_text("Drop to add to the corpus")
    page.evaluate(_DRAG, ["dragover", [["a.md", ""]]])
    expect(veil).to_be_visible()
    before = api.get("/v1/corpus").json()["articles"]
    card = _drop(visit, ("mill.md", MILL.format(name="Dunmore")))
    expect(veil).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?view=add$"))
    expect(card).to_contain_text("1 article added.")
    expect(page.locator(".state .size")).to_have_text(f"{before + 1} articles")
    question = "Who owns the Dunmore mill?"
    answer = api.post("/v1/ask", json={"question": question}).json()
    assert answer["citations"][0]["source"] == "Ellery Gazette"
    card.get_by_role("link", name="Ask about it").click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#headlines")).to_contain_text("Fire destroys Dunmore mill")
    visit.ask(question)
    visit.answered()
    expect(visit.answer).to_contain_text("Rosa Dunmore")
    assert visit.complaints == []


def test_what_came_in_can_be_opened_where_it_is_reported(visit: Visit) -> None:
    page = visit.page
    card = _drop(
        visit, ("one.md", MILL.format(name="Ansel")), ("two.md", MILL.format(name="Bertel"))
    )
    expect(card.locator(".arrivals li")).to_have_count(2)
    expect(card.locator(".arrivals")).to_contain_text("Ellery Gazette · 3 November 2025")
    card.get_by_role("button", name="Fire destroys Bertel mill").click()
    expect(page.locator("#reader")).to_contain_text("The Bertel mill burned to the ground")
    page.keyboard.press("Escape")
    again = _drop(visit, ("two.md", MILL.format(name="Bertel")))
    expect(again).to_contain_text("1 here already.")
    expect(again.get_by_role("button", name="Fire destroys Bertel mill")).to_be_visible()
    assert visit.complaints == []


def test_what_came_in_without_a_date_is_said_to_be_undated(visit: Visit) -> None:
    card = _drop(visit, ("plain.md", "---\ntitle: Plain\n---\nThe mill of Dorn is shut."))
    expect(card.locator(".arrivals")).to_contain_text("No source is named · Undated")


def test_what_was_tried_again_comes_into_view(visit: Visit) -> None:
    page = visit.page
    item = {"job_id": "j", "at": None, "reason": "no answer", "transient": True}
    items = [item | {"id": number, "place": f"wire-{number}.rss"} for number in range(20)]
    listed = {"items": items, "total": 20, "next_cursor": None}
    page.route("**/v1/quarantine?*", lambda route: route.fulfill(json=listed))
    going = JOB | {"retried": 1, "bytes_total": 0}
    page.route("**/v1/ingest-jobs/j1", lambda route: route.fulfill(json=going))
    page.route("**/v1/quarantine/retry", lambda route: route.fulfill(json=going, status=202))
    page.goto(f"{visit.url}?view=add")
    last = _quarantined(visit, "wire-19.rss")
    last.scroll_into_view_if_needed()
    last.get_by_role("button", name="Try again").click()
    card = page.locator(".job").first
    expect(card).to_be_in_viewport(ratio=1)
    expect(card.locator("h2")).to_be_focused()
    below = "(card) => card.getBoundingClientRect().top - masthead.getBoundingClientRect().bottom"
    assert card.evaluate(below) >= 0
    page.unroute("**/v1/quarantine/retry")
    page.route("**/v1/quarantine/retry", lambda route: route.abort())
    last.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_in_viewport()


def _ended(number: int, minutes_ago: int) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    file = {"name": f"wire-{number}.jsonl", "bytes": 9}
    own = {"id": f"e{number}", "files": [file], "finished_at": at.isoformat()}
    return JOB | {"state": "done", "added": number} | own


def test_what_came_in_within_the_hour_is_shown_below_what_is_under_way(visit: Visit) -> None:
    page = visit.page
    told = [_ended(5, 90), JOB, *(_ended(number, 10 * number) for number in (2, 1, 4, 3))]
    listed = {"jobs": told, "next_cursor": None}
    page.route("**/v1/ingest-jobs?limit=10", lambda route: route.fulfill(json=listed))
    page.route("**/v1/ingest-jobs/j1", lambda route: route.fulfill(json=JOB))
    page.goto(f"{visit.url}?view=add")
    expect(page.locator(".job h2")).to_have_text(
        ["wire.jsonl", "wire-1.jsonl", "wire-2.jsonl", "wire-3.jsonl"]
    )
    expect(page.locator(".job").nth(1)).to_contain_text("1 article added, 2 updated.")
    expect(page.locator("#announce")).to_be_empty()


def test_what_came_in_is_there_again_when_the_page_is_reloaded(visit: Visit) -> None:
    page = visit.page
    card = _drop(visit, ("kiln.md", MILL.format(name="Kiln")))
    expect(card).to_contain_text("1 article added.")
    page.reload()
    expect(card.locator("h2")).to_have_text("kiln.md")
    expect(card).to_contain_text("1 article added.")
    card.get_by_role("button", name="Fire destroys Kiln mill").click()
    expect(page.locator("#reader")).to_contain_text("The Kiln mill burned to the ground")
    page.keyboard.press("Escape")
    again = _drop(visit, ("kiln.md", MILL.format(name="Kiln")))
    expect(again).to_contain_text("1 here already.")
    assert visit.complaints == []


def test_a_dialog_says_in_the_accent_what_went_wrong_only(visit: Visit) -> None:
    page, dialog = visit.page, visit.page.get_by_role("dialog")
    page.evaluate(_WITHDRAW, {"id": "urn:none", "title": "None", "source": None})
    page.get_by_role("button", name="Withdraw…").click()
    dialog.get_by_label("I know that this cannot be undone").check()
    dialog.get_by_role("button", name="Withdraw for good").click()
    told = dialog.get_by_role("status")
    expect(told).to_contain_text("It is not there.")
    expect(told).to_have_css("color", "rgb(143, 29, 22)")


def test_what_may_not_be_shown_yet_is_not_offered_to_be_opened(visit: Visit) -> None:
    later = "embargoed_until: 2124-01-01T00:00:00Z\n---\nThe "
    card = _drop(visit, ("later.md", MILL.format(name="Cass").replace("---\nThe ", later)))
    expect(card).to_contain_text("1 article added.")
    expect(card.get_by_role("link", name="Ask about it")).to_be_visible()
    expect(card.locator(".arrivals")).to_be_hidden()


def test_a_folder_is_taken_with_all_that_is_in_it(visit: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    (folder / "inner").mkdir(parents=True)
    for name in ("north", "inner/south"):
        (folder / f"{name}.md").write_text(MILL.format(name=Path(name).name.title()))
    (folder / ".hidden").write_bytes(b"\0")
    browser = visit.page.context.new_cdp_session(visit.page)
    drag = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": 300, "y": 300}
        browser.send("Input.dispatchDragEvent", {"type": kind, "data": drag, **place})
    expect(visit.page.locator(".job").first).to_contain_text("2 articles added.")


def test_what_cannot_be_read_is_told_with_its_reason_tried_again_and_dropped(
    visit: Visit, api: httpx.Client
) -> None:
    page = visit.page
    page.goto(f"{visit.url}?view=add")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Choose files").press("Enter")
    content = {"name": "broken.jsonl", "mimeType": "text/plain", "buffer": BROKEN.encode()}
    chosen.value.set_files([content])
    cards = page.locator(".job:not(.over)")
    expect(cards.first).to_contain_text("1 could not be read, and is in quarantine.")
    item = _quarantined(visit, "broken.jsonl")
    expect(item).to_contain_text("There is no text to ingest")
    item.get_by_role("button", name="Show what came").click()
    expect(item.locator("pre")).to_contain_text("A headline and no more")
    item.get_by_role("button", name="Hide it").click()
    expect(item.locator("pre")).to_be_hidden()
    item.get_by_role("button", name="Try again").press("Enter")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("1 item of the quarantine")
    expect(cards.first).to_be_in_viewport()
    expect(cards.first.locator("h2")).to_be_focused()
    expect(cards.first).to_contain_text("1 could not be read")
    drop = item.get_by_role("button", name="Drop…")
    drop.click()
    page.get_by_role("button", name="Keep it").click()
    expect(drop).to_be_focused()
    drop.click()
    page.get_by_role("button", name="Drop it").click()
    gone = page.get_by_text("It is gone from the quarantine.")
    expect(gone).to_have_css("color", page.evaluate("getComputedStyle(document.body).color"))
    page.get_by_role("button", name="Close").click()
    expect(item).to_have_count(0)
    assert "broken.jsonl" not in api.get("/v1/quarantine").text


def test_what_is_right_now_leaves_the_quarantine(visit: Visit, api: httpx.Client) -> None:
    page = visit.page
    items = [{"id": 7, "job_id": "j", "at": None, "place": "wire.rss", "reason": "no answer"}]
    listed = {"items": [items[0] | {"transient": True}], "total": 1, "next_cursor": None}
    page.route("**/v1/quarantine?*", lambda route: route.fulfill(json=listed))
    over = JOB | {"state": "done", "retried": 1, "released": [7], "added": 1, "updated": 0}
    retried: list[Any] = []

    def retry(route: "Route") -> None:
        retried.append(route.request.post_data_json)
        route.fulfill(json=over, status=202)

    page.route("**/v1/quarantine/retry", retry)
    page.goto(f"{visit.url}?view=add")
    expect(_quarantined(visit, "wire.rss")).to_contain_text("may succeed when it is tried again")
    page.get_by_role("button", name="Try those that may succeed").click()
    expect(page.locator(".job").first).to_contain_text("1 article added.")
    assert retried == [{"transient": True}]


def test_an_article_is_withdrawn_once_that_is_confirmed(visit: Visit, api: httpx.Client) -> None:
    article = {"id": "urn:hut", "title": "Hut burns", "text": "The hut of Kell burned on Sunday."}
    api.post("/v1/articles", json=article).raise_for_status()
    page, dialog = visit.page, visit.page.get_by_role("dialog")
    page.goto(f"{visit.url}?view=articles&find=hut%20of%20Kell")
    listed = page.locator(".index").get_by_role("button", name="Hut burns")
    expect(listed).to_be_visible()
    page.evaluate(_WITHDRAW, article | {"source": None})
    withdraw = page.get_by_role("button", name="Withdraw…")
    withdraw.click()
    expect(dialog).to_contain_text("No version of it will be found, shown or quoted again")
    expect(dialog.get_by_role("button", name="Withdraw for good")).to_be_disabled()
    page.keyboard.press("Escape")
    assert api.get("/v1/articles/urn:hut").status_code == 200
    withdraw.click()
    dialog.get_by_label("I know that this cannot be undone").check()
    dialog.get_by_role("button", name="Withdraw for good").click()
    expect(dialog).to_contain_text("It is withdrawn.")
    dialog.get_by_role("button", name="Close").click()
    assert page.locator("body[data-done]").count() == 1
    expect(listed).to_have_count(0)
    expect(page.locator("#view-articles .count")).to_contain_text(
        "No article has all of these words."
    )
    assert api.get("/v1/articles/urn:hut").status_code == 410
    found = api.post("/v1/search", json={"query": "the hut of Kell"}).json()["passages"]
    assert "urn:hut" not in [passage["article_id"] for passage in found]


def test_an_empty_corpus_leads_to_adding(visit: Visit) -> None:
    page = visit.page
    nothing = {"articles": [], "total": 0, "next_cursor": None}
    page.route("**/v1/articles?*", lambda route: route.fulfill(json=nothing))
    page.goto(f"{visit.url}?view=articles")
    page.get_by_role("link", name="Add articles").last.click()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()


def test_a_key_that_may_only_ask_is_told_what_it_lacks(visit: Visit, api: httpx.Client) -> None:
    page = visit.page
    told = api.get("/v1/corpus").json() | {"quarantined": None}
    page.route("**/v1/corpus", lambda route: route.fulfill(json=told))
    page.goto(f"{visit.url}?view=add")
    expect(page.locator("#view-add")).to_contain_text("It needs the scope “ingest”")
    expect(page.get_by_role("button", name="Choose files")).to_be_hidden()
    expect(page.locator(".state")).to_contain_text("articles")


def test_anyone_can_use_what_tells_of_a_job_and_what_asks_for_confirmation(visit: Visit) -> None:
    page = visit.page
    broken = _drop(visit, ("mill.md", MILL.format(name="Brenn")), ("hollow.jsonl", BROKEN))
    expect(broken).to_contain_text("1 could not be read")
    expect(broken.locator(".arrivals")).to_be_visible()
    item = _quarantined(visit, "hollow.jsonl")
    item.get_by_role("button", name="Show what came").click()
    expect(item.locator("pre")).to_be_visible()
    for width, open_dialog in ((1440, False), (360, False), (360, True)):
        page.set_viewport_size({"width": width, "height": 740})
        if open_dialog:
            item.get_by_role("button", name="Drop…").click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) == 0
    page.get_by_role("button", name="Drop it").click()
    expect(item).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "title"),
    [(403, "Your key may not add articles"), (413, "That is more than this server takes"),
     (507, "The server’s disk is full"), (None, "The files did not get through")],
)  # fmt: skip
def test_a_refused_upload_says_why_and_can_be_sent_again(
    visit: Visit, status: int | None, title: str
) -> None:
    page = visit.page

    def refuse(route: "Route") -> None:
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, json={"detail": "it says why", "request_id": "r"})

    page.route("**/v1/ingest-jobs", refuse)
    card = _drop(visit, ("mill.md", MILL.format(name="Orpe")))
    expect(card).to_contain_text(f"{title}.")
    if status:
        expect(card).to_contain_text("It says why.")
    page.unroute("**/v1/ingest-jobs")
    card.get_by_role("button", name="Try again").click()
    expect(page.locator(".job:not(.over)")).to_have_count(1)
    expect(card).to_contain_text(re.compile("1 article added|1 here already"))


def test_a_job_that_is_under_way_is_shown_and_followed_over_a_gap_of_the_network(
    visit: Visit,
) -> None:
    page = visit.page
    server = {"there": False}

    def tell(route: "Route") -> None:
        if server["there"]:
            route.fulfill(json=JOB | {"state": "done", "added": 90, "bytes_read": 9})
        else:
            route.abort()

    page.route(
        "**/v1/ingest-jobs?*",
        lambda route: route.fulfill(json={"jobs": [JOB], "next_cursor": None}),
    )
    page.route("**/v1/ingest-jobs/j1", tell)
    page.goto(f"{visit.url}?view=add")
    card = page.locator(".job")
    expect(card).to_contain_text(
        "38 articles added, 2 updated · 7.3 a second · about 2 minutes left"
    )
    expect(card).to_contain_text("The server cannot be reached. Asking again…")
    server["there"] = True
    expect(card).to_contain_text("90 articles added, 2 updated.")
    assert page.locator("progress").is_hidden()


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ({"added": 1, "updated": 0}, "1 article added."),
        ({"added": 0, "updated": 0, "unchanged": 3}, "3 here already."),
        ({"added": 0, "updated": 0, "unchanged": 1, "kept_out": 1},
         "1 kept out, since withdrawn before."),
        ({"added": 0, "updated": 0}, "There was no article in it."),
        ({"added": 0, "updated": 0, "quarantined": 2},
         "2 could not be read, and are in quarantine."),
        ({"state": "failed", "error": "the disk is full"},
         "It could not be finished: the disk is full."),
        ({"state": "canceled"}, "Canceled. What came in stays: 38 articles added, 2 updated."),
    ],
)  # fmt: skip
def test_what_became_of_a_job_is_said_in_words(
    visit: Visit, job: dict[str, Any], words: str
) -> None:
    script = 'async (job) => (await import("./page/jobs.js")).outcome(job)'
    assert visit.page.evaluate(script, JOB | {"state": "done"} | job) == words
