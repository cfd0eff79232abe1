"""A real browser on the page of a real server, and stand-ins for what the sample does not hold.

Needs Playwright and a Chromium on PATH; tests that ask for it skip without them.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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

needs_a_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(_CHROMIUM is None, reason=f"no browser on PATH (any of {_NAMES})"),
]
"""The marks of a module whose tests use one."""

PENTAGON = "What justification did the Pentagon give?"
NOT_THERE = "What did the Chinese foreign ministry say about the talks?"


@dataclass
class Visit:
    """A page in a browser, and what it did and complained of."""

    page: "Page"
    url: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Types a question, or a follow-up, and sends it off."""
        self.page.locator("#question").fill(question)
        self.page.keyboard.press("Enter")

    @property
    def answer(self) -> Any:
        """Where the newest answer is shown."""
        return self.page.locator(".turn").last.locator(".answer")

    @property
    def cards(self) -> Any:
        """The cards of what it cites."""
        return self.page.locator(".turn").last.locator(".sources > li")

    def answered(self) -> None:
        """Waits for the newest answer to be whole."""
        sync_api.expect(self.page.locator(".turn").last.locator(".colophon")).to_be_visible()


@contextmanager
def chromium() -> Iterator["Browser"]:
    """The browser."""
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield launched
        launched.close()


@contextmanager
def visiting(browser: "Browser", url: str, **options: Any) -> Iterator[Visit]:
    """A page at this address, in a profile of its own."""
    wide = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    context = browser.new_context(**(wide | {"service_workers": "block"} | options))
    context.set_default_timeout(_PATIENCE_MS)
    sync_api.expect.set_options(timeout=_PATIENCE_MS)
    page = context.new_page()
    visit = Visit(page, url.rstrip("/") + "/")
    page.on("request", lambda request: visit.requested.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda message: visit.complaints.append(f"{message.type}: {message.text}"))
    page.goto(visit.url)
    yield visit
    context.close()


def streamed(*events: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """What `route.fulfill` takes to answer with these events."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    return {"body": body, "content_type": "text/event-stream"}


def answer_of(question: str, article: dict[str, Any], quote: str) -> dict[str, Any]:
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


def article_of(text: str, title: str = "A headline") -> dict[str, Any]:
    """A StoredArticle, with an id and an address that want care."""
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


def stand_in(visit: Visit, question: str, article: dict[str, Any], quote: str) -> None:
    """Answers for the API, with one article and one quote from it."""
    address = f"**/v1/articles/{_escaped(article['id'])}?version=1"
    visit.page.route(
        "**/v1/ask",
        lambda route: route.fulfill(**streamed(("answer", answer_of(question, article, quote)))),
    )
    visit.page.route(address, lambda route: route.fulfill(json=article))


def _escaped(identity: str) -> str:
    return quote(identity, safe="").replace("?", "\\?")
