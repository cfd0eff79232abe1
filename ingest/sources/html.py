"""Web pages: the article without menus, adverts and comments, and what the page says of itself.

Nothing is ever fetched: neither the page's own address nor anything it refers to.
"""

import logging
import re
from pathlib import Path
from typing import Any

from ingest.sources.base import Beginning, Source, whole
from ingest.sources.fields import NO_TEXT, article_from
from ingest.sources.page import PageData, page_data
from ingest.sources.teasers import is_cut
from ingest.sources.titles import shorten, title_of_file, without_headline
from rag.errors import IngestError
from rag.types import Article

LARGEST = 10_000_000
"""Bytes of HTML; beyond it a page takes minutes to read and is no article."""

NO_PAGE = f"{NO_TEXT}: no article could be found in the page"

_PAGE = re.compile(r"<(!doctype\s+html|html[\s>])", re.IGNORECASE)
_WHOLE = re.compile(r"<(html|body)[\s>]", re.IGNORECASE)
_PROLOGUE = 2_000  # characters within which a page that begins with a comment must show itself
_MOST_ELEMENTS = 50_000  # the time some steps take grows with the square of their number
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MOST_META = 300
_LONGEST_META = 1_000  # characters
_SHORT = 250  # characters; below it trafilatura falls back on what breaks paragraphs apart


def declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page names in its first kilobyte (HTML Standard, section 13.2.3.2)."""
    match = _DECLARED.search(raw[:1024])
    return match[1].decode("ascii", "ignore") if match else None


def article(html: str, path: Path, where: str) -> Article:
    """The article in a web page.

    Raises:
        IngestError: no article text could be found, or the page is too large or too deeply
            nested to look at.
    """
    return article_from(fields_of_page(html, title_of_file(path)), where)


def fields_of_page(html: str, title: str) -> dict[str, object]:
    """What a web page says, as the fields of an article.

    Args:
        title: for a page that has none.

    Raises:
        IngestError: as `article`.
    """
    from ingest.sources.article_body import better_than

    tree = parse_markup(html)
    page = page_data(tree)
    found = _extract(tree)
    shown, headline = _shown(found), shorten((found and found.title) or "")
    title = _whole(shorten(page.title or ""), headline) or shorten(title)
    text = better_than(shown, page.linked) or _text(tree, shown)
    text = without_headline(without_headline(text, headline), title)
    if not text.strip():
        raise IngestError(NO_PAGE)
    return _fields(page, found) | {"title": title, "text": text}


def fields_of_html(html: str) -> dict[str, object]:
    """What HTML says that a table or feed delivers: a page of itself, a fragment at least a text.

    A fragment's title is its only first-level heading, else where its trail of breadcrumbs ends.

    Raises:
        IngestError: as `article`.
    """
    if _WHOLE.search(html):
        return fields_of_page(html, "")
    if not html.strip():
        return {}
    tree = parse_markup(html)
    headings = tree.xpath("//h1") or tree.xpath("//*[contains(@class, 'breadcrumb')]")
    title = headings[0].text_content().rpartition(" > ")[2] if len(headings) == 1 else ""
    title = shorten(title)
    return {"title": title, "text": without_headline(_text(tree, ""), title)}


def text_of_html(html: str) -> str:
    """The text of an article that is delivered as HTML; empty where there is none.

    A whole page is freed of menus and the like. A fragment, which is what feeds and editing
    systems deliver, is the article already and is kept whole.

    Raises:
        IngestError: it is too large or too deeply nested to look at.
    """
    if not html.strip():
        return ""
    tree = parse_markup(html)
    return _text(tree, _shown(_extract(tree)) if _WHOLE.search(html) else "")


def parse_markup(html: str) -> Any:
    """The page as a tree, within libxml2's own bounds on depth (256) and length (10 MB of text)."""
    import lxml.html

    raw = html.encode("utf-8", "replace")
    if len(raw) > LARGEST:
        raise IngestError(f"the page is larger than {LARGEST // 1_000_000} MB")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(raw, parser=parser)
    except (ValueError, lxml.etree.LxmlError):
        return lxml.html.Element("html")  # nothing but white space and comments
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise IngestError("the page's elements are nested too deeply, or one of them is too long")
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise IngestError(f"the page has more than {_MOST_ELEMENTS:,} elements")
    return tree


def _extract(tree: Any) -> Any:
    """What trafilatura makes of the page; None where it finds no article."""
    from trafilatura import bare_extraction

    # Why it finds nothing in a page is no news to the user, who is told that it was refused.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    _tame(tree)
    try:
        return bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception:  # whatever a hostile page provokes there, it is one page of many
        return None


def _tame(tree: Any) -> None:
    """Takes from a page what trafilatura fails at, or takes hours for.

    That is JSON, which `linked_data` reads: what is not valid it tries to mend, at wrong types it
    raises, and an `articleBody` it takes for what the page shows. And metadata without measure.
    """
    for script in tree.iter("script"):
        if "json" in (script.get("type") or ""):
            script.text = ""
    for number, meta in enumerate(tree.iter("meta")):
        if number >= _MOST_META or len(meta.get("content", "")) > _LONGEST_META:
            meta.attrib.pop("content", None)


def _shown(found: Any) -> str:
    """The text that trafilatura has found."""
    from ingest.sources.blocks import text_of_tree

    return text_of_tree(found.body) if found is not None else ""


def _text(tree: Any, shown: str) -> str:
    from ingest.sources.blocks import text_of_tree

    if len(shown) >= _SHORT:
        return shown
    inner = tree.xpath("//*[@itemprop='articleBody']") or tree.xpath("//article | //main")
    return text_of_tree(inner[0] if len(inner) == 1 else tree)


def _whole(said: str, shown: str) -> str:
    """The headline in JSON-LD, unless it is there as the beginning of the one that is shown."""
    if is_cut(said) and shown.startswith(said.rstrip(" .…")):
        return shown
    return said or shown


def _fields(page: PageData, found: Any) -> dict[str, object]:
    fields: dict[str, object] = {
        "url": page.url,
        "published_at": page.published_at,
        "updated_at": page.updated_at,
        "section": page.section,
        "language": page.language,
        "source": shorten(page.publisher or (found and found.sitename) or ""),
        "provider": shorten(page.provider or ""),
        "authors": page.authors,
    }
    if found is not None:
        fields |= {
            "authors": page.authors or [name for name in (found.author or "").split("; ") if name],
            "subjects": [tag for tags in found.tags or [] for tag in tags.split(", ") if tag],
        }
    return fields


def _recognises(beginning: Beginning) -> bool:
    start = beginning.text
    return start.startswith("<") and _PAGE.search(start, 0, _PROLOGUE) is not None


SOURCE = Source(
    name="html",
    suffixes=frozenset({".html", ".htm"}),
    recognises=_recognises,
    items=whole(article, declared_encoding),
)
