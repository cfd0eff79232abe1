"""NewsML-G2 (IPTC): news items, alone or in a news message, with XHTML, NITF or plain content.

Only items of text are articles. Packages, which list other items, and items of other kinds are
refused with a word on what they are.
"""

import re
from pathlib import Path
from typing import Any

from ingest.sources.base import Source
from ingest.sources.bylines import authors_of
from ingest.sources.fields import article_from
from ingest.sources.newsml_g2_content import text_of_content
from ingest.sources.times import time_of
from ingest.sources.titles import shorten, title_of_file, without_headline
from ingest.sources.xml_tree import each, local_name, recognises, with_plain_names, words
from rag.errors import IngestError
from rag.types import Article

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PASSED_OVER = {
    "packageItem": "a package, which lists other items and has no text of its own; ingest the "
    "items that it lists",
    "conceptItem": "a concept item, which describes a thing and reports no news",
    "knowledgeItem": "a knowledge item, which is a vocabulary and reports no news",
    "planningItem": "a planning item, which announces coverage and reports no news",
    "catalogItem": "a catalog item, which is a list of vocabularies and reports no news",
}
_CORRECTED = "The provider marks this version as a correction."


def _articles(item: Any, path: Path, where: str) -> list[Article]:
    with_plain_names(item, item.tag.rpartition("}")[0][1:])  # a provider may mistype it
    if item.tag in _PASSED_OVER:
        raise IngestError(f"this is {_PASSED_OVER[item.tag]}", where)
    kind = _code(item.find("itemMeta/itemClass"))
    if kind not in {"", "text"}:
        raise IngestError(f"this is an item of class {kind!r}; only text is ingested", where)
    fields = _identity(item) | _publication(item) | _description(item) | _extra(item)
    title = shorten(_headline(item))
    if fields["status"] != "canceled":
        title = title or title_of_file(path)
        fields["text"] = without_headline(text_of_content(item), title)
    fields["title"] = title
    return [article_from({name: value for name, value in fields.items() if value}, where)]


def _identity(item: Any) -> dict[str, Any]:
    links = item.findall("itemMeta/link")
    canonical = [link.get("href") for link in links if _code(link, "rel") == "canonical"]
    previous = [
        {"id": link.get("residref") or link.get("href"), "version": link.get("version")}
        for link in links
        if _code(link, "rel") == "previousversion"
    ]
    return {
        "id": item.get("guid", "").strip(),
        "provider_version": item.get("version", "").strip(),
        "url": next((url for url in canonical if url), None),
        "previous_version": previous[0] if previous else None,
    }


def _publication(item: Any) -> dict[str, Any]:
    status = _code(item.find("itemMeta/pubStatus")) or "usable"
    embargo = item.find("itemMeta/embargoed")
    if embargo is not None and not words(embargo) and status == "usable":
        status = "withheld"  # until a time that is not given: until further notice
    created = _time(item, "itemMeta/firstCreated") or _time(item, "contentMeta/contentCreated")
    version = _time(item, "itemMeta/versionCreated")
    return {
        "status": status,
        "published_at": created or version,
        "updated_at": version or _time(item, "contentMeta/contentModified"),
        "embargoed_until": None if embargo is None else time_of(words(embargo)),
        "correction": _correction(item),
    }


def _description(item: Any) -> dict[str, Any]:
    provider = _name(item.find("itemMeta/provider"))
    sources = [name for found in item.iterfind("contentMeta/infoSource") if (name := _name(found))]
    bylines = [words(by) for by in item.iterfind("contentMeta/by")]
    creators = [_name(creator) for creator in item.iterfind("contentMeta/creator")]
    named = [name for byline in bylines for name in authors_of(byline)] or creators
    subjects = [_name(subject) for subject in item.iterfind("contentMeta/subject")]
    keywords = [words(keyword) for keyword in item.iterfind("contentMeta/keyword")]
    terms = [words(term) for term in item.iterfind("rightsInfo/usageTerms")]
    return {
        "authors": _each_once(named),
        "dateline": words(item.find("contentMeta/dateline")),
        "source": sources[0] if sources else provider,
        "provider": provider,
        "language": _language(item),
        "section": _name(item.find("itemMeta/service")),
        "subjects": _each_once(subjects + keywords),
        "usage_terms": "\n".join(_each_once(terms)),
    }


def _extra(item: Any) -> dict[str, Any]:
    notes = [words(note) for note in item.iterfind("itemMeta/edNote")]
    return {
        "ednote": "\n".join(note for note in notes if note),
        "signals": [_code(signal) for signal in item.iterfind("itemMeta/signal")],
        "slugline": words(item.find("contentMeta/slugline")),
        "urgency": words(item.find("contentMeta/urgency")),
        "genre": _name(item.find("contentMeta/genre")),
        "creditline": words(item.find("contentMeta/creditline")),
        "content_created": words(item.find("contentMeta/contentCreated")),
        "content_modified": words(item.find("contentMeta/contentModified")),
        "copyright_holder": _name(item.find("rightsInfo/copyrightHolder")),
        "copyright_notice": words(item.find("rightsInfo/copyrightNotice")),
    }


def _headline(item: Any) -> str:
    """The main headline, which bears no role or one that says so; else any, else the content's."""
    headlines = item.findall("contentMeta/headline")
    main = [found for found in headlines if _code(found, "role") in {"", "main", "headline"}]
    shown = (item.find(f"contentSet//{{*}}{name}") for name in ("hl1", "h1"))
    candidates = (*main, *headlines, *shown, item.find("itemMeta/title"))
    return next((line for line in map(words, candidates) if line), "")


def _correction(item: Any) -> str | None:
    """What was corrected, if a note has that role; a note to editors is nothing to be shown."""
    if all(_code(signal) != "correction" for signal in item.iterfind("itemMeta/signal")):
        return None
    notes = item.findall("itemMeta/edNote")
    said = [words(note) for note in notes if "correction" in _code(note, "role")]
    return " ".join(said) or _CORRECTED


def _language(item: Any) -> str | None:
    tags = [found.get("tag") for found in item.iterfind("contentMeta/language")]
    content = item.find("contentSet/inlineXML")
    shown = content is not None and len(content) and content[0].get(_XML_LANG)
    return next((tag.strip() for tag in (*tags, shown, item.get(_XML_LANG)) if tag), None)


def _time(item: Any, path: str) -> Any:
    return time_of(words(item.find(path)))


def _code(element: Any, attribute: str = "") -> str:
    """The code without its scheme, in lower case: of `stat:usable`, or of a URI that ends so."""
    if element is None:
        return ""
    names = (attribute, f"{attribute}uri") if attribute else ("qcode", "uri", "literal")
    code = next((code for name in names if (code := element.get(name, "").strip())), "")
    return re.split("[:/#]", code)[-1].lower()


def _name(element: Any) -> str:
    """What a concept is called; failing a name, its literal or its code."""
    if element is None:
        return ""
    name = words(element.find("name")) or element.get("literal", "").strip()
    return name or element.get("qcode", "").partition(":")[2] or element.get("uri", "")


def _each_once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _place(item: Any) -> str:
    guid = " ".join(item.get("guid", "").split())
    return f"#{guid}" if guid else f"#{local_name(item)}"


_ITEMS = frozenset({"newsItem", *_PASSED_OVER})
SOURCE = Source(
    name="newsml-g2",
    suffixes=frozenset({".xml"}),
    recognises=recognises(_ITEMS | {"newsMessage"}),
    items=each(_ITEMS, _articles, _place),
)
