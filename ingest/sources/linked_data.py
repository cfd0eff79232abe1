"""What a page says in JSON-LD of the article it holds, by schema.org's Article and its kinds.

Sites write it in many ways: alone, in lists, in an `@graph` whose nodes refer to each other, with
several types, with HTML in its texts. What is malformed is passed over.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Node = Mapping[str, Any]

_ARTICLE = re.compile(r"Article|Posting|Report")
_MOST_NODES = 10_000  # that are looked at
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")  # where an article may be inside another
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")


class LinkedData:
    """The JSON-LD of a parsed page.

    Attributes:
        articles: those that it describes; the page's own first, if one can be told from others.
        own: the page's own; empty if there is none, or it cannot be told from others.
    """

    def __init__(self, root: Any, url: str | None) -> None:
        """Reads a page, of which `url` is the address if it is known."""
        self._named: dict[str, Node] = {}
        found = list(self._nodes(root))
        matching = [node for node in found if _address(url) in _addresses(node)] if url else []
        candidates = matching or found
        headlines = {words.casefold() for node in candidates if (words := headline(node))}
        self.own: Node = min(candidates, key=_gaps) if candidates and len(headlines) <= 1 else {}
        self.articles = [*matching, *(node for node in found if node not in matching)]

    def name(self, node: Node, *keys: str) -> str | None:
        """What the first of some properties that has one names: a person, a publisher."""
        return next((names[0] for key in keys if (names := self.names(node.get(key)))), None)

    def names(self, value: Any) -> list[str]:
        """The names of one or several things, given plainly, as objects or by reference."""
        several = value if isinstance(value, list) else [value]
        names = [self._name(each) for each in several]
        return [name for name in names if name]

    def _name(self, value: Any) -> str:
        if isinstance(value, dict) and "name" not in value:
            value = self._named.get(str(value.get("@id")), value)
        return line(value.get("name") if isinstance(value, Mapping) else value)

    def _nodes(self, root: Any) -> Iterator[Node]:
        waiting = deque(_documents(root))
        for _ in range(_MOST_NODES):
            if not waiting:
                return
            node = waiting.popleft()
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                if "name" in node:
                    self._named.setdefault(str(node.get("@id")), node)
                waiting += [node[key] for key in _WITHIN if key in node]
                if _ARTICLE.search(str(node.get("@type", ""))):
                    yield node


def headline(node: Node) -> str:
    """The headline of an article, on one line; empty if it has none."""
    return line(node.get("headline")) or line(node.get("name"))


def line(value: Any) -> str:
    """A text on one line, without the markup that many sites leave in it; empty if it is none."""
    if not isinstance(value, str):
        return ""
    return " ".join(_MARKUP.sub("", html.unescape(value)).split())


def _gaps(node: Node) -> tuple[bool, bool]:
    """What an article is described without; sites describe one twice, and once in full."""
    return not headline(node), not node.get("articleBody")


def _documents(root: Any) -> Iterator[Any]:
    for script in root.iter("script"):
        if (script.get("type") or "").lower().partition(";")[0].strip() == "application/ld+json":
            try:
                yield json.loads(script.text or "", strict=False)
            except (ValueError, RecursionError):
                continue


def _addresses(node: Node) -> set[str]:
    """The addresses that an article gives as its own or its page's."""
    page = node.get("mainEntityOfPage")
    inside = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    given = [node.get("url"), node.get("@id"), *inside]
    return {_address(url) for url in given if isinstance(url, str) and url}


def _address(url: str | None) -> str:
    """An address as far as it tells two pages of a site apart."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
