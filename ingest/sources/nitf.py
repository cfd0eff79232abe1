"""NITF (News Industry Text Format 3, IPTC): a document's text and what it says of itself.

Of the text only `body.content` counts, without captions, tables' metadata, and notes to editors or
on rights. A document that withdraws another (`management-doc-idref`) delivers that as well.
"""

import re
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.sources.base import Source
from ingest.sources.blocks import text_of_tree
from ingest.sources.bylines import authors_of
from ingest.sources.fields import article_from
from ingest.sources.html import text_of_html
from ingest.sources.times import time_of
from ingest.sources.titles import shorten, title_of_file, without_headline
from ingest.sources.xml_tree import each, parse, recognises, with_plain_names, words
from rag.errors import IngestError
from rag.types import Article

_AS_HTML = {
    "block": "div", "note": "div", "fn": "div", "body.content": "div", "nitf-table": "div",
    "hl1": "h1", "hl2": "h2", "bq": "blockquote", "credit": "div", "datasource": "div",
    "correction": "div",
}  # fmt: skip
_LEFT_OUT = (
    "media", "nitf-table-metadata", "table-reference", "custom-table", "head", "body.head",
    "body.end", "hedline", "byline", "dateline", "distributor", "series", "tagline", "bibliography",
)  # fmt: skip
_UNSEEN_NOTES = frozenset({"cpyrt", "editorsnote", "trademk"})
_STATUS = {"": "usable", "cancelled": "canceled", "killed": "canceled"}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMED = "classifier", "person", "org", "location", "event", "function", "object.title"
_FOR_EVER = "infinity"
_WITHDRAWS = re.compile(r"\b(kills?|killed|withdraw(al|n|s)?|retract(ion|ed|s)?)\b", re.IGNORECASE)
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
    with_plain_names(root)
    for note in root.iter("note"):
        if note.get("noteclass") in _UNSEEN_NOTES:
            note.tag = "media"
    etree.strip_elements(root, *_LEFT_OUT, with_tail=False)
    contents = root.xpath("descendant-or-self::body.content[not(ancestor::body.content)]")
    texts = [_text(content) for content in contents or [root]]
    return "\n\n".join(text for text in texts if text)


def _text(content: Any) -> str:
    for element in content.iter():
        element.tag = _AS_HTML.get(element.tag, element.tag)
    return text_of_tree(content)


def _articles(root: Any, path: Path, where: str) -> list[Article]:
    with_plain_names(root)
    other = _attribute(root, "docdata", "management-doc-idref")
    if not other or _status(root, "management-idref-status") != "canceled":
        return [_article(root, path, where)]
    withdrawn = article_from({"id": other, "status": "canceled"}, where)
    return [withdrawn] if _is_notice(root) else [_article(root, path, where), withdrawn]


def _is_notice(root: Any) -> bool:
    """Whether a document that withdraws another tells no more than that, and that to editors."""
    about = f"{_headline(root)} {_attribute(root, 'docdata/ed-msg', 'info')}"
    return _WITHDRAWS.search(about) is not None or not words(root.find(".//body.content"))


def _article(root: Any, path: Path, where: str) -> Article:
    fields = _identity(root) | _publication(root) | _description(root) | _extra(root)
    title = shorten(_headline(root))
    if fields["status"] != "canceled":
        title = title or title_of_file(path)
        fields["text"] = without_headline(text_of_element(root), title)
    fields["title"] = title
    return article_from({name: value for name, value in fields.items() if value}, where)


def _headline(root: Any) -> str:
    return words(root.find(".//hedline/hl1")) or words(root.find("head/title"))


def _identity(root: Any) -> dict[str, Any]:
    return {
        "id": _attribute(root, "docdata/doc-id", "id-string") or root.get("uno"),
        "provider_version": _attribute(root, "docdata/du-key", "version"),
        "du_key": _attribute(root, "docdata/du-key", "key"),
        "corrects": _attribute(root, "docdata/correction", "id-string"),
        "correction": _attribute(root, "docdata/correction", "info"),
    }


def _publication(root: Any) -> dict[str, Any]:
    status = _status(root, "management-status")
    release = _attribute(root, "docdata/date.release", "norm")
    if status == "embargoed":  # until a time that is not given: until further notice
        status = "usable" if release else "withheld"
    expire = _attribute(root, "docdata/date.expire", "norm")
    issued = time_of(_attribute(root, "docdata/date.issue", "norm"))
    story = root.find(".//dateline/story.date")
    return {
        "status": status,
        "published_at": issued
        or time_of(_attribute(root, "pubdata", "date.publication"))
        or (None if story is None else time_of(story.get("norm"))),
        "updated_at": time_of(_attribute(root, "revision-history", "norm", last=True)),
        "embargoed_until": time_of(release),
        "expires_at": None if expire.lower() == _FOR_EVER else time_of(expire),
    }


def _description(root: Any) -> dict[str, Any]:
    publication = _attribute(root, "pubdata", "name")
    provider = words(root.find(".//body.head/distributor"))
    languages = (root.get(_XML_LANG), *(body.get(_XML_LANG) for body in root.iter("body")))
    rights = words(root.find(".//body.head/rights"))
    return {
        "authors": _authors(root),
        "dateline": words(root.find(".//body.head/dateline")),
        "source": publication or provider,
        "provider": provider or _attribute(root, "docdata/doc-id", "regsrc"),
        "language": next((lang for lang in (*languages, root.get("baselang")) if lang), None),
        "section": _attribute(root, "pubdata", "position.section"),
        "subjects": _subjects(root),
        "url": _attribute(root, "pubdata", "ex-ref"),
        "usage_terms": _attribute(root, "docdata/doc.rights", "limitations") or rights,
    }


def _extra(root: Any) -> dict[str, Any]:
    return {
        "ednote": _attribute(root, "docdata/ed-msg", "info"),
        "urgency": _attribute(root, "docdata/urgency", "ed-urg"),
        "copyright_holder": _attribute(root, "docdata/doc.copyright", "holder"),
        "subheadline": words(root.find(".//hedline/hl2")),
        "abstract": words(root.find(".//body.head/abstract")),
    }


def _authors(root: Any) -> list[str]:
    names = []
    for byline in root.iterfind(".//body.head/byline"):
        persons = [words(person) for person in byline.iter("person")]
        for title in list(byline.iter("byttl")):
            title.clear(keep_tail=True)
        names += [name for name in persons if name] or authors_of(words(byline))
    return names


def _subjects(root: Any) -> list[str]:
    """Keywords, subjects and what the content is identified to be about, each once."""
    keywords = [keyword.get("key") for keyword in root.iterfind(".//key-list/keyword")]
    coded = [
        subject.get(f"tobject.subject.{level}")
        for subject in root.iter("tobject.subject")
        for level in ("type", "matter", "detail")
    ]
    named = [
        words(thing) or thing.get("value") or ""
        for about in root.iterfind(".//identified-content")
        for thing in about.iter(*_NAMED)
    ]
    return list(dict.fromkeys(name for name in (*keywords, *coded, *named) if name))


def _status(root: Any, attribute: str) -> str:
    status = _attribute(root, "docdata", attribute).lower()
    return _STATUS.get(status, status)


def _attribute(root: Any, path: str, name: str, last: bool = False) -> str:
    """The attribute of the first (or last) element in the head that has it; else empty."""
    values = [element.get(name, "").strip() for element in root.iterfind(f"head//{path}")]
    given = [value for value in values if value]
    return (given[-1] if last else given[0]) if given else ""


_ROOT = frozenset({"nitf"})
SOURCE = Source(
    name="nitf",
    suffixes=frozenset({".nitf"}),
    recognises=recognises(_ROOT),
    items=each(_ROOT, _articles),
)
