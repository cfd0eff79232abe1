"""How soon a browser shows the page, and how soon an answer, beside how much it fetches for it.

A real Chromium opens the page of a running server, each time in a new profile, so that nothing is
kept from the time before; then it asks a question. The figures are the browser's own (Paint Timing).

    newscite demo                                          # in another terminal
    python tests/benchmarks/page.py --url http://127.0.0.1:8000
"""

import argparse
import shutil
import statistics
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_BYTES = """[performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')]
    .reduce((sum, one) => sum + one.transferSize, 0)"""


def visit(browser: "Browser", url: str, question: str) -> tuple[float, float, int]:
    """Milliseconds to the first paint and from asking to the whole answer; bytes of the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.wait_for_function(f"({_PAINT}) !== null")
    paint, size = page.evaluate(_PAINT), page.evaluate(_BYTES)
    page.locator("#question").fill(question)
    began = page.evaluate("performance.now()")
    page.keyboard.press("Enter")
    page.locator(".turn .colophon").wait_for()
    took = page.evaluate("performance.now()") - began
    context.close()
    return paint, took, size


def main() -> None:
    """Prints median and worst of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--question", default="What justification did the Pentagon give?")
    parser.add_argument("--visits", type=int, default=20)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        visit(browser, given.url, given.question)  # the browser's own beginnings
        visits = [visit(browser, given.url, given.question) for _ in range(given.visits)]
        browser.close()
    paints, answers, sizes = zip(*visits, strict=True)
    print(f"{given.visits} visits, {sizes[0]:,} bytes over the wire each")
    for name, took in (("first contentful paint", paints), ("asked to answered", answers)):
        print(f"{name:24} median {statistics.median(took):5.0f} ms, worst {max(took):5.0f} ms")


if __name__ == "__main__":
    main()
