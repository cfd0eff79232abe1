"""From a tree of elements, HTML or what trafilatura makes of it, to structured plain text.

Pictures, scripts, forms, navigation and breadcrumbs leave no trace.
"""

from typing import Any

from lxml import etree

from ingest.sources.writer import Writer

_UNSEEN = frozenset(
    {
        "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "canvas",
        "audio", "video", "img", "picture", "graphic", "nav", "aside", "footer", "form", "button",
        "select", "textarea", "input", "title", "meta", "link", "base",
    }
)  # fmt: skip


def text_of_tree(root: Any) -> str:
    """The text of an lxml element and all below it."""
    writer = Writer()
    skipped = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if _is_unseen(element):
                skipped = element
                walk.skip_subtree()
                writer.part(element.tag)
            else:
                writer.open(element.tag)
                writer.write(element.text or "")
        else:
            if element is not skipped:
                writer.close(element.tag)
            if element is not root:
                writer.write(element.tail or "")
    return writer.text()


def _is_unseen(element: Any) -> bool:
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or "breadcrumb" in element.get("class", "").lower()
    )
