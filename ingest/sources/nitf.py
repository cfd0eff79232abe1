"""From the markup of NITF (News Industry Text Format, IPTC) to structured plain text.

Captions, tables' metadata, editors' and copyright notes and what stands outside `body.content`
leave no trace.
"""

import re
from typing import Any

from lxml import etree

from ingest.sources.blocks import text_of_tree
from ingest.sources.html import text_of_html
from ingest.sources.xml_tree import parse, without_namespaces
from rag.errors import IngestError

NITF = "http://iptc.org/std/NITF/2006-10-18/"
NAMESPACES = frozenset({"", NITF})

_AS_HTML = {
    "block": "div", "note": "div", "fn": "div", "body.content": "div", "nitf-table": "div",
    "hl1": "h1", "hl2": "h2", "bq": "blockquote", "credit": "div", "datasource": "div",
    "correction": "div",
}  # fmt: skip
_LEFT_OUT = (
    "media", "nitf-table-metadata", "table-reference", "body.head", "body.end", "head",
    "ednote", "custom-table",
)  # fmt: skip
_UNSEEN_NOTES = frozenset({"cpyrt", "editorsnote", "trademk"})
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^<>\[]*>)?", re.IGNORECASE)


def text_of_nitf(markup: str) -> str:
    """The text of an article that is delivered as NITF: a document, a body, or only paragraphs.

    Markup that is not well-formed, as a body cut out of a document may be, is read as HTML.

    Raises:
        IngestError: it is too large or too deeply nested to look at, or declares entities.
    """
    if not markup.strip():
        return ""
    if "<!ENTITY" in markup:
        parse(markup)
    inner = markup[_PROLOGUE.match(markup).end() :]  # type: ignore[union-attr]
    try:
        tree = parse(f"<nitf>{inner}</nitf>")
    except IngestError:
        return text_of_html(inner)
    return text_of_element(tree)


def text_of_element(root: Any) -> str:
    """The text of an NITF document, or a part of one, as an lxml tree, which is changed by it."""
    without_namespaces(root, NAMESPACES)
    contents = list(root.iter("body.content")) or [root]
    texts = [_text(content) for content in contents]
    return "\n\n".join(text for text in texts if text)


def _text(content: Any) -> str:
    for note in list(content.iter("note")):
        if note.get("noteclass") in _UNSEEN_NOTES:
            note.tag = "media"
    etree.strip_elements(content, *_LEFT_OUT, with_tail=False)
    for element in content.iter():
        element.tag = _AS_HTML.get(element.tag, element.tag)
    return text_of_tree(content)
