"""Whether JSON-LD's `articleBody` is the text of a page's article, or what the markup shows.

`articleBody` has none of a page's adverts and menus, and is there where a script writes the page.
But it often has lost its paragraphs, and often is a teaser. So the markup's text is kept where it
says the same, and where it says much more.
"""

import re
from typing import Any

from ingest.sources.linked_data import Node, line
from ingest.sources.teasers import is_cut

_LONGEST = 1_000_000  # characters
_ABOUT = 0.9  # as long as, or as much the same as, this share
_WORD = re.compile(r"\w{1,8}")  # long words in pieces: some scripts put no space between words
_RUN = 5  # words
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;")
_CLOSED = re.compile("</p>", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")


def better_than(shown: str, node: Node) -> str | None:
    """The text of an article in JSON-LD, if it is a whole one; None: what is shown is as good.

    Args:
        shown: what was taken from the markup, in paragraphs.
        node: what JSON-LD says of the article.
    """
    said = _body(node)
    if not said or is_cut(said) or line(said) == line(node.get("description")):
        return None
    words, others = _words(said), _words(shown)
    if len(words) < _ABOUT * len(others) or _share_of(words, others) >= _ABOUT:
        return None
    return said


def _body(node: Node) -> str:
    from ingest.sources.html import text_of_html

    body: Any = node.get("articleBody")
    if not isinstance(body, str) or len(body) > _LONGEST:
        return ""
    if _MARKUP.search(body):
        body = text_of_html(body if _CLOSED.search(body) else _LINE_END.sub("<br>", body))
    return "\n\n".join(" ".join(part.split()) for part in body.splitlines() if part.strip())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _share_of(words: list[str], others: list[str]) -> float:
    """The share of a text's runs of words that stand in another."""
    runs, there = _runs(words), _runs(others)
    return len(runs & there) / len(runs) if runs else 1.0


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _RUN]) for at in range(max(len(words) - _RUN + 1, 1))}
