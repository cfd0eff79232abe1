"""Takes a picture of every state of the page, over the sample corpus: `make screenshots`.

    python tests/acceptance/screenshots.py FOLDER

Each is taken as a wide window shows it by day and as a phone does by night.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from browsing import NOT_THERE, PENTAGON, Visit, chromium, sync_api, visiting
from newscite_process import SAMPLE, Corpus

_WAYS: dict[str, dict[str, Any]] = {
    "wide-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "wide-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
_TOLL = "How many people died when the Maren Elise sank?"
_COST = "How much will the Alder Street Bridge cost?"
_BROKEN = "no text"


def _opened(address: str, awaited: str) -> Callable[[Visit], None]:
    def show(visit: Visit) -> None:
        visit.page.goto(visit.url + address)
        sync_api.expect(visit.page.locator(awaited).first).to_be_visible()

    return show


def _failing(visit: Visit) -> None:
    visit.page.route("**/v1/ask", lambda route: route.abort())
    visit.page.goto(f"{visit.url}?q={quote(PENTAGON)}")
    sync_api.expect(visit.page.locator(".notice").first).to_be_visible()


def _narrowing(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(PENTAGON)}&after=2025-11-01")
    visit.answered()
    visit.page.locator(".filters summary").first.click()


def _story(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}?q={quote(_COST)}")
    visit.answered()
    visit.page.locator(".story").scroll_into_view_if_needed()
    sync_api.expect(visit.page.locator(".story")).to_contain_text("Sources differ")
    visit.page.locator(".differing").evaluate("one => one.scrollIntoView({ block: 'center' })")


_STATES: dict[str, Callable[[Visit], None]] = {
    "front": _opened("", "#latest"),
    "answer": _opened(f"?q={quote(PENTAGON)}", ".colophon"),
    "proof": _opened(f"?q={quote(PENTAGON)}&cite=1", "#reader mark"),
    "changes": _opened(f"?q={quote(_TOLL)}&cite=1&diff=1", "#reader ins"),
    "story": _story,
    "thread": _opened(
        f"?q={quote(_TOLL)}&q=Who%20owned%20the%20ferry%3F", ".turn + .turn .colophon"
    ),
    "refusal": _opened(f"?q={quote(NOT_THERE)}", ".colophon"),
    "failure": _failing,
    "narrowing": _narrowing,
    "articles": _opened("?view=articles", "#view-articles .headline"),
    "found": _opened("?view=articles&find=ferry", "#view-articles .headline"),
    "adding": _opened("?view=add", "#view-add"),
}


def main(folder: Path) -> None:
    """Writes STATE-WAY.png for each into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, chromium() as browser:
        corpus = Corpus(Path(kept))
        broken = Path(kept) / "broken.jsonl"
        broken.write_text(f'{{"title": "{_BROKEN}"}}\n')
        corpus.run("ingest", SAMPLE, broken)
        with corpus.serve() as running:
            for way, options in _WAYS.items():
                for state, show in _STATES.items():
                    with visiting(browser, running.url, **options) as visit:
                        show(visit)
                        visit.page.wait_for_load_state("networkidle")
                        visit.page.screenshot(path=folder / f"{state}-{way}.png")
    print(f"{len(_STATES) * len(_WAYS)} pictures are in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
