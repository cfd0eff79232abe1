"""The page's reader: an article at its quote, its versions, what changed between them, its copies."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, article_of, needs_a_browser, stand_in, sync_api, visiting
from newscite_process import Corpus, Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_a_browser

PLANT = "obl-20250121-lithvane"
WITHDRAWN = "vlm-20250306-astrolabe-arrest"
JOBS = "How many people will the Lithvane plant in Tarsholm employ?"
COPIED = "cpa-20240628-aeris-nord"

# Random texts and changed ones, compared; resolves to what was found wrong.
_PROPERTIES = """async () => {
  const { compare, paragraphsOf } = await import("./page/diff.js");
  let seed = 7;
  const under = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  const words = ["a", "the", "boat’s", "12,000", "東京", "٣", "😀", ".", ", ", "\\n", "naïve"];
  const line = () => Array.from({ length: under(14) }, () => words[under(words.length)]).join(" ");
  const text = () => Array.from({ length: under(7) }, line).join("\\n\\n");
  const changed = (given) => {
    const parts = given.split(" ");
    for (let n = under(5); n > 0; n -= 1) {
      parts.splice(under(parts.length + 1), under(3), words[under(words.length)]);
    }
    return parts.join(" ");
  };
  const side = (blocks, not) =>
    blocks
      .filter(({ kind }) => kind !== not)
      .map(({ runs }) => runs.filter(({ kind }) => kind !== not).map((run) => run.text).join(""));
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const wrong = [];
  for (let n = 0; n < 1500; n += 1) {
    const before = text();
    const after = under(4) ? changed(before) : text();
    const blocks = compare(before, after, under(3) ? undefined : under(150));
    const whole = (given) => paragraphsOf(given).map((paragraph) => paragraph.text);
    const placed = blocks.flatMap(({ runs }) => runs).every(
      (run) =>
        (run.before === null || before.startsWith(run.text, run.before)) &&
        (run.after === null || after.startsWith(run.text, run.after)),
    );
    const back = same(side(blocks, "new"), whole(before));
    const forth = same(side(blocks, "gone"), whole(after));
    if (!placed || !back || !forth) wrong.push([before, after]);
  }
  return wrong;
}"""

_KINDS = """async ([before, after, steps]) => {
  const { compare } = await import("./page/diff.js");
  return compare(before, after, steps).map(({ kind, runs }) =>
    [kind, ...runs.map((run) => [run.kind, run.text])]);
}"""

_FATE = """async ([text, quote, later]) => {
  const { fate } = await import("./page/corrections.js");
  const start = Array.from(text.slice(0, text.indexOf(quote))).length;
  const end = start + Array.from(quote).length;
  const { kind, runs } = fate(text, { quote, start, end }, later);
  return [kind, runs.filter((run) => run.kind !== "gone").map((run) => run.text).join("")];
}"""

_SELECT = """([from, to]) => {
  const node = document.querySelector("#article .body p").firstChild;
  getSelection().setBaseAndExtent(node, from, node, to);
}"""


def _open(visit: Visit, article_id: str, more: str = "") -> None:
    visit.page.goto(f"{visit.url}?view=articles&article={quote(article_id, safe='')}{more}")
    sync_api.expect(visit.page.locator("#article h2:not(.unseen)")).to_be_visible()


def _quoted_and_corrected_since(visit: Visit, more: str = "") -> None:
    visit.page.goto(f"{visit.url}?q={quote(JOBS)}&as_of=2025-01-21&cite=1{more}")
    sync_api.expect(visit.page.locator("#reader mark").first).to_be_visible()


def _versions(texts: list[str]) -> list[dict[str, Any]]:
    """An article's versions as the API gives each, oldest first."""
    listed = [
        {"version": n, "title": "A headline", "at": f"2025-03-0{n}T06:00:00Z",
         "ingested_at": "2025-03-09T06:00:00Z", "correction": None, "current": n == len(texts)}
        for n in range(1, len(texts) + 1)
    ]  # fmt: skip
    return [
        article_of(text) | {"version": n, "current": n == len(texts), "versions": listed}
        for n, text in enumerate(texts, start=1)
    ]


def _serve(visit: Visit, articles: list[dict[str, Any]]) -> None:
    def fulfil(route: Any) -> None:
        _, _, version = route.request.url.partition("?version=")
        route.fulfill(json=articles[int(version or 0) - 1])

    visit.page.route("**/v1/articles/urn*", fulfil)


@pytest.fixture(scope="module")
def kept_from_view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with an article that was withheld."""
    corpus = Corpus(tmp_path_factory.mktemp("withheld"))
    corpus.folder.mkdir(exist_ok=True)
    delivery: Path = corpus.folder / "one.jsonl"
    delivery.write_text('{"id": "kept", "text": "The mill is shut.", "status": "withheld"}\n')
    assert corpus.run("ingest", delivery).code == 0
    with corpus.serve() as running:
        yield running


def test_a_comparison_gives_both_texts_back(visit: Visit) -> None:
    assert visit.page.evaluate(_PROPERTIES) == []


def test_paragraphs_are_compared_by_words_and_unlike_ones_are_not(visit: Visit) -> None:
    before = "One stays.\n\nThe plant will employ 1,400 people by 2028.\n\nGulls ate the chips."
    after = "One stays.\n\nThe plant will employ 410 people by 2028.\n\nA mayor was chosen today."
    assert visit.page.evaluate(_KINDS, [before, after]) == [
        ["same", ["same", "One stays."]],
        ["changed", ["same", "The plant will employ "], ["gone", "1,400"], ["new", "410"],
         ["same", " people by 2028."]],
        ["gone", ["gone", "Gulls ate the chips."]],
        ["new", ["new", "A mayor was chosen today."]],
    ]  # fmt: skip


def test_what_takes_too_long_to_compare_is_told_by_paragraphs(visit: Visit) -> None:
    before, after = "Same.\n\nThe plant will employ 1,400.", "Same.\n\nThe plant will employ 410."
    kinds = [kind for kind, *_ in visit.page.evaluate(_KINDS, [before, after, 50])]
    assert kinds == ["same", "gone", "new"]


@pytest.mark.parametrize(
    ("later", "became"),
    [
        ("At dawn 14 boats 🚢 sank off Tarn. Nobody died.", "same"),
        ("🌊 Today: 12 boats 🚢 sank off Tarn. The rest came home.", "changed"),
        ("The mayor of Brenn opened a bridge.", "gone"),
    ],
)
def test_a_quote_is_the_same_changed_or_gone_in_a_later_text(
    visit: Visit, later: str, became: str
) -> None:
    text = "🌊 Today: 14 boats 🚢 sank off Tarn. The rest came home."
    kind, reads = visit.page.evaluate(_FATE, [text, "14 boats 🚢 sank off Tarn.", later])
    assert kind == became
    if became == "changed":
        assert reads == "12 boats 🚢 sank off Tarn."


def test_the_versions_can_be_read_and_their_changes_shown(visit: Visit) -> None:
    page = visit.page
    _open(visit, PLANT)
    sync_api.expect(page.locator(".corrections")).to_contain_text("It will employ 410.")
    page.get_by_role("button", name="What changed from version 1 to 2").click()
    sync_api.expect(page.locator(".body del").first).to_have_text("1,400")
    sync_api.expect(page.locator(".body ins").first).to_have_text("410")
    toggle = page.get_by_role("button", name="What changed from version 1 to 2")
    sync_api.expect(toggle).to_be_focused()
    sync_api.expect(toggle).to_have_attribute("aria-pressed", "true")
    assert "version=2&diff=1" in page.url
    unfold = page.get_by_role("button", name="paragraphs unchanged")
    paragraphs = page.locator(".body > p").count()
    unfold.click()
    assert page.locator(".body > p").count() > paragraphs
    toggle.click()
    sync_api.expect(page.locator(".body ins")).to_have_count(0)
    page.locator(".versions li").get_by_role("button", name="Version 1").click()
    sync_api.expect(page.locator("#reader-title")).to_contain_text("1,400-job")
    page.get_by_role("button", name="Read the current version").click()
    sync_api.expect(page.locator("#reader-title")).to_contain_text("410-job")


def test_a_quote_that_was_corrected_since_is_shown_with_what_it_became(visit: Visit) -> None:
    page = visit.page
    _quoted_and_corrected_since(visit)
    sync_api.expect(page.locator("#reader-note")).to_contain_text("reads otherwise")
    quoted = page.locator("#reader mark").inner_text()
    assert "1,400" in quoted
    page.get_by_role("button", name="See what").click()
    became = page.locator(".corrections blockquote")
    sync_api.expect(became).to_be_in_viewport()
    sync_api.expect(became.locator("del").first).to_have_text("1,400")
    sync_api.expect(became.locator("ins").first).to_have_text("410")
    row = page.locator(".versions li [aria-current]")
    sync_api.expect(row).to_contain_text("Version 1")
    sync_api.expect(row).to_contain_text("quoted here")


def test_what_was_corrected_is_shown_as_changes_to_the_version_before(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}?q={quote(JOBS)}&cite=1")
    sync_api.expect(page.locator("#reader-note")).to_contain_text("This article was corrected.")
    page.get_by_role("button", name="See what").press("Enter")
    sync_api.expect(page.locator(".body ins").first).to_be_in_viewport()
    assert "version=2&diff=1" in page.url
    toggle = page.get_by_role("button", name="What changed from version 1 to 2")
    sync_api.expect(toggle).to_be_focused()
    sync_api.expect(toggle).to_be_in_viewport()
    sync_api.expect(toggle).to_have_attribute("aria-pressed", "true")


def test_what_was_corrected_is_told_by_its_note_where_no_version_before_is_kept(
    visit: Visit,
) -> None:
    page = visit.page
    text = "The quay held. " + "It rained on.\n\n" * 60
    article = article_of(text) | {"correction": "It rained."}
    stand_in(visit, "Did it hold?", article, "The quay held.")
    page.goto(f"{visit.url}?q=Did+it+hold%3F&cite=1")
    page.get_by_role("button", name="See what").click()
    sync_api.expect(page.locator(".corrections")).to_be_focused()
    assert "diff" not in page.url


def test_a_correction_of_versions_ago_is_compared_with_the_one_before_it(visit: Visit) -> None:
    page = visit.page
    articles = _versions(["At ten 3 boats sank.", "At ten 2 boats sank.", "At 10 2 boats sank."])
    for article in articles:
        for listed in article["versions"][1:]:
            listed["correction"] = "They were two."
    stand_in(visit, "How many?", articles[2], "At 10 2 boats sank.")
    _serve(visit, articles)
    page.goto(f"{visit.url}?q=How+many%3F&cite=1")
    page.get_by_role("button", name="See what").click()
    sync_api.expect(page.locator(".body del").first).to_be_visible()
    assert "version=3&diff=1" in page.url


@pytest.mark.parametrize("width", [1024, 1440, 1920])
def test_the_line_of_a_correction_ends_where_the_rules_do(visit: Visit, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{visit.url}?q={quote(JOBS)}&cite=1")
    sync_api.expect(page.locator("#reader-note")).to_be_visible()
    side = "(all) => all.map((one) => one.getBoundingClientRect()).map((r) => [r.left, r.right])"
    boxes = page.locator("#masthead, .reader-bar, #reader-note, #reader-note p")
    masthead, bar, note, words = boxes.evaluate_all(side)
    assert bar[1] == pytest.approx(note[1], abs=1)
    assert bar[1] == pytest.approx(masthead[1], abs=1)
    assert bar[0] == pytest.approx(words[0], abs=1)


def test_a_quote_stays_marked_among_the_changes(visit: Visit) -> None:
    _quoted_and_corrected_since(visit)
    quoted = visit.page.locator("#reader mark").inner_text()
    _quoted_and_corrected_since(visit, "&diff=2")
    sync_api.expect(visit.page.locator(".body ins").first).to_be_visible()
    assert "".join(visit.page.locator(".body mark").all_text_contents()) == quoted


def test_a_quote_that_still_stands_is_said_to_and_marked_in_the_current_version(
    visit: Visit,
) -> None:
    old, new = "It rained. The quay held.", "At noon it rained on. The quay held."
    articles = _versions([old, new])
    stand_in(visit, "Did it hold?", articles[0], "The quay held.")
    _serve(visit, articles)
    visit.page.goto(f"{visit.url}?q=Did+it+hold%3F&cite=1")
    sync_api.expect(visit.page.locator(".corrections")).to_contain_text("has the same words")
    sync_api.expect(visit.page.locator("#reader-note")).to_be_hidden()
    visit.page.get_by_role("button", name="Read the current version").click()
    sync_api.expect(visit.page.locator(".body")).to_contain_text("At noon")
    sync_api.expect(visit.page.locator(".body mark")).to_have_text("The quay held.")


def test_a_quote_that_is_gone_is_said_to_be(visit: Visit) -> None:
    articles = _versions(["The quay held.", "A mayor was chosen in Brenn."])
    stand_in(visit, "Did it hold?", articles[0], "The quay held.")
    _serve(visit, articles)
    visit.page.goto(f"{visit.url}?q=Did+it+hold%3F&cite=1")
    sync_api.expect(visit.page.locator("#reader-note")).to_contain_text("does not say this")
    sync_api.expect(visit.page.locator(".corrections")).to_contain_text("No longer said")


def test_the_copies_of_a_story_are_named_and_open(visit: Visit) -> None:
    page = visit.page
    _open(visit, COPIED)
    page.get_by_text("Also in 2 others").click()
    copy = page.get_by_role("button", name="27,000 stranded as airline's crew software fails")
    copy.click()
    sync_api.expect(page.locator("#reader-title")).to_contain_text("27,000 stranded")
    page.get_by_text("Also in 2 others").click()
    sync_api.expect(page.locator(".also")).to_contain_text("the earliest")


def test_words_that_are_selected_can_be_copied_as_a_citation_by_keyboard(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _open(visit, PLANT)
    button = page.get_by_role("button", name="Copy as citation")
    sync_api.expect(button).to_be_hidden()
    page.evaluate(_SELECT, [11, 41])
    sync_api.expect(button).to_be_visible()
    page.locator("#close-reader").focus()
    page.keyboard.press("Tab")
    sync_api.expect(button).to_be_focused()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#announce")).to_have_text("Copied")
    selected = page.evaluate("getSelection().toString()").strip()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert selected == "Lithvane, the battery recycler"
    assert copied[0] == f"“{selected}”"
    assert copied[1].endswith("Orrin Business Ledger, 21 January 2025")


def test_words_that_are_selected_can_be_copied_beside_them(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _open(visit, PLANT)
    page.evaluate(_SELECT, [11, 41])
    beside = page.locator(".copy-beside")
    sync_api.expect(beside).to_be_in_viewport()
    beside.click()
    sync_api.expect(beside).to_have_text("Copied")
    assert "battery recycler" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(
    ("article_id", "more", "title", "act"),
    [
        ("nothing-of-the-kind", "", "There is no such article", "Close"),
        (PLANT, "&version=9", "There is no such version", "Read the current version"),
        (WITHDRAWN, "", "This article was withdrawn", "Close"),
    ],
)
def test_what_cannot_be_shown_says_why_and_leads_on(
    visit: Visit, article_id: str, more: str, title: str, act: str
) -> None:
    _open(visit, article_id, more)
    sync_api.expect(visit.page.locator("#reader-title")).to_have_text(title)
    visit.page.locator("#article").get_by_role("button", name=act).click()
    if act == "Close":
        sync_api.expect(visit.page.locator("#reader")).to_be_hidden()
    else:
        sync_api.expect(visit.page.locator("#reader-title")).to_contain_text("410-job")


def test_what_is_withheld_says_so(browser: "Browser", kept_from_view: Running) -> None:
    with visiting(browser, kept_from_view.url) as visit:
        _open(visit, "kept")
        sync_api.expect(visit.page.locator("#reader-title")).to_have_text("This may not be shown")
        sync_api.expect(visit.page.locator("#article")).to_contain_text("withheld by its publisher")


def test_a_connection_that_is_down_can_be_tried_again(visit: Visit) -> None:
    visit.page.route("**/v1/articles/*", lambda route: route.abort())
    _open(visit, PLANT)
    sync_api.expect(visit.page.locator("#reader-title")).to_have_text(
        "The server cannot be reached"
    )
    visit.page.unroute("**/v1/articles/*")
    visit.page.get_by_role("button", name="Try again").click()
    sync_api.expect(visit.page.locator("#reader-title")).to_contain_text("410-job")


def test_beside_the_article_the_page_stays_in_use_and_on_a_phone_it_does_not(
    visit: Visit,
) -> None:
    page = visit.page
    _quoted_and_corrected_since(visit)
    page.locator("#question").fill("And then?")
    box = page.locator("#reader").bounding_box()
    assert box is not None
    assert (box["x"], box["x"] + box["width"]) == (640, 1280)
    page.set_viewport_size({"width": 360, "height": 740})
    sync_api.expect(page.get_by_role("dialog")).to_be_visible()
    page.locator("#close-reader").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        # Past the last of it the browser's own controls have their turn, and the body the focus.
        assert page.evaluate("document.activeElement.matches('body, #reader *')")


def test_lines_are_of_a_length_that_reads_well(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    _open(visit, PLANT)
    per_line = (
        visit.page.locator(".body p")
        .nth(2)
        .evaluate(
            "(p) => p.textContent.length / (p.clientHeight / parseFloat(getComputedStyle(p).lineHeight))"
        )
    )
    assert 55 <= per_line <= 72


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_anyone_can_read_the_changes_and_the_errors(visit: Visit, scheme: Any, width: int) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    _quoted_and_corrected_since(visit, "&diff=2")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    _open(visit, WITHDRAWN)
    assert Axe().run(page).response["violations"] == []
