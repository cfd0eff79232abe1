"""ninjs, News in JSON by the IPTC, from 1.0 to 3.1: one object, a list, or an object a line.

The names of 1.x and 2.x are in lower case (`versioncreated`), those of 3.x in camel case
(`versionCreated`); they are taken for the same. What 1.x puts into single properties (`headline`,
`body_xhtml`), later versions put into lists with roles (`headlines`, `bodies`).
https://iptc.org/standards/ninjs/
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ingest.sources.base import Beginning, Source
from ingest.sources.fields import article_from
from ingest.sources.html import text_of_html
from ingest.sources.json_items import each, first_items
from ingest.sources.nitf import text_of_nitf
from ingest.sources.titles import shorten, without_headline
from rag.errors import IngestError
from rag.types import Article, PubStatus

# Our field, and the names it has; the first that says something counts.
_PLAIN = {
    "id": ("uri", "guid"),
    "published_at": ("firstcreated", "contentcreated", "versioncreated"),
    "updated_at": ("versioncreated",),
    "embargoed_until": ("embargoed", "embargoeduntil"),
    "expires_at": ("expires",),
    "language": ("language",),
    "dateline": ("located",),
}
_KINDS = ("html", "nitf", "text")  # of bodies, the best first
_MARKUP = re.compile(r"\s*<[a-zA-Z!?]")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_PROVIDING = re.compile("provid|distribut|deliver", re.IGNORECASE)
_NOT_NEWS = re.compile("caption|summary|teaser|shotlist|script", re.IGNORECASE)
# Links to files differ at each download, and would make each a new version of the article.
_DROPPED = {"renditions", "trustindicators", "trustindicator", "$standard", "standard"}
_TELLING = {
    "pubstatus", "versioncreated", "bodies", "headlines", "representationtype", "altids",
    "copyrightholder", "infosources", "ednote", "usageterms",
}  # fmt: skip


def article(item: dict[str, object], where: str) -> Article:
    """The article that a ninjs object describes.

    Raises:
        IngestError: a property does not hold what it should, or there is no text though the
            object is not being withdrawn.
    """
    return article_in_their_words(fields(item, where), folded(item), where)


def article_in_their_words(
    found: dict[str, object], said: Mapping[str, object], where: str
) -> Article:
    """The article of our fields, with errors that name the properties they were taken from."""
    try:
        return article_from(found, where)
    except IngestError as error:
        reason = error.reason
        for ours, theirs in _PLAIN.items():
            taken = next((name for name in theirs if said.get(name)), theirs[0])
            reason = reason.replace(f"field '{ours}'", f"'{taken}'")
        raise IngestError("; ".join(dict.fromkeys(reason.split("; "))), where) from None


def fields(item: dict[str, object], where: str) -> dict[str, object]:
    """Our fields of a ninjs object; what has no field is kept under its own name."""
    said = folded(item)
    found: dict[str, object] = {ours: first(said, *theirs) for ours, theirs in _PLAIN.items()}
    sources = _entries(first(said, "infosources", "infosource"))
    providing = [entry for entry in sources if _PROVIDING.search(_role(entry))]
    named = [name for entry in sources if entry not in providing for name in names([entry])]
    holder = first(said, "copyrightholder")
    title = _headline(said)
    found |= {
        "title": title,
        "text": _text(said, title, where),
        "status": status(said, where),
        "authors": names(first(said, "authors")) or authors(first(said, "by", "byline")),
        "source": first(said, "source") or next(iter(named), holder),
        "provider": first(said, "provider") or next(iter(names(providing)), holder),
        "section": next(iter(names(first(said, "service"))), None),
        "subjects": names(first(said, "subjects", "subject")),
        "usage_terms": first(said, "usageterms") or _rights(first(said, "rightsinfo")),
        "correction": _correction(said),
        "url": canonical_url(first(said, "links")),
        "provider_version": version(said),
        "ednote": first(said, "ednote"),
        "associations": _associations(first(said, "associations")),
    }
    if found["status"] == PubStatus.USABLE and _is_embargoed(said) and not found["embargoed_until"]:
        found["status"] = PubStatus.WITHHELD  # until an unknown time, which is until further notice
    return _kept(item) | {name: value for name, value in found.items() if value not in (None, [])}


def folded(item: Mapping[str, object]) -> dict[str, object]:
    """The properties by their names in lower case; the first of several spellings counts."""
    said: dict[str, object] = {}
    for name, value in item.items():
        said.setdefault(name.lower(), value)
    return said


def first(said: Mapping[str, Any], *properties: str) -> Any:
    """The first of some properties that says anything."""
    return next(
        (said[name] for name in properties if said.get(name) not in (None, "", [], {})), None
    )


def names(entries: object) -> list[str]:
    """What subjects, parties and the like are called: by name, failing that by their code."""
    found = []
    for entry in _entries(entries):
        name = first(folded(entry), "name", "literal", "code")
        if isinstance(name, str) and name.strip() and name.strip() not in found:
            found.append(name.strip())
    return found


def authors(byline: object) -> list[str]:
    """The byline, without its "By", as the one author it is written as."""
    return [_BY.sub("", byline.strip(), count=1)] if isinstance(byline, str) else []


def status(said: Mapping[str, object], where: str) -> PubStatus:
    """What `pubstatus` says, also as IPTC's code or address (`stat:canceled`), or in British."""
    given = first(said, "pubstatus")
    word = re.split("[:/]", str(given or PubStatus.USABLE).strip().lower())[-1]
    word = PubStatus.CANCELED if word == "cancelled" else word
    if word == "embargoed":
        return PubStatus.USABLE
    if word not in list(PubStatus):
        known = ", ".join([*PubStatus, "embargoed"])
        raise IngestError(f"'pubstatus': {str(given)[:80]!r} is not one of {known}", where)
    return PubStatus(word)


def canonical_url(links: object) -> str | None:
    """The address of the link that is marked as canonical."""
    for link in map(folded, _entries(links)):
        if str(link.get("rel", "")).lower() == "canonical" and isinstance(link.get("href"), str):
            return str(link["href"])
    return None


def version(said: Mapping[str, object]) -> str | None:
    """The provider's own version of the item."""
    given = first(said, "version")
    return None if given is None else str(given)


def _is_embargoed(said: Mapping[str, object]) -> bool:
    return str(said.get("pubstatus", "")).lower().endswith("embargoed")


def _entries(value: object) -> list[dict[str, object]]:
    """A property's entries, of which there may be one or several, as text or as objects."""
    several = value if isinstance(value, list) else [value]
    return [
        {"name": entry} if isinstance(entry, str) else entry
        for entry in several
        if isinstance(entry, str | dict)
    ]


def _role(entry: Mapping[str, object]) -> str:
    return str(entry.get("role") or entry.get("rel") or "")


def _headline(said: Mapping[str, Any]) -> str:
    headlines = [folded(entry) for entry in _entries(said.get("headlines"))]
    headlines.sort(key=lambda entry: _role(entry).lower() not in {"", "main"})
    values = [first(entry, "value", "name") for entry in headlines]
    found = next(filter(None, values), None) or first(said, "headline", "title")
    if isinstance(found, str) and _MARKUP.match(found):
        found = text_of_html(found)
    return shorten(found) if isinstance(found, str) else ""


def _text(said: Mapping[str, object], title: str, where: str) -> str:
    """The text of the best body that has any."""
    bodies = _bodies(said, where)
    for kind in _KINDS:
        for value in (value for found, value in bodies if found == kind):
            text = _READ[kind](value)
            if text.strip():
                return without_headline(text, title)
    return ""


def _bodies(said: Mapping[str, object], where: str) -> list[tuple[str, str]]:
    """The bodies, each with its kind, in their order but for the main one, which goes first."""
    listed = said.get("bodies") or []
    if not isinstance(listed, list):
        raise IngestError("'bodies': should be a list of objects with a 'value'", where)
    entries = [folded(entry) for entry in listed if isinstance(entry, dict)]
    entries.sort(key=lambda entry: _role(entry).lower() != "main")
    found = [
        (
            _kind(f"{entry.get('contenttype') or ''} {_role(entry)}", entry.get("value")),
            entry["value"],
        )
        for entry in entries
        if isinstance(entry.get("value"), str) and not _NOT_NEWS.search(_role(entry))
    ]
    found += [
        (_kind(name, value), value)
        for name, value in said.items()
        if name.startswith("body_") and isinstance(value, str) and not _NOT_NEWS.search(name)
    ]
    return [(kind, str(value)) for kind, value in found]


def _kind(called: str, value: object) -> str:
    if "nitf" in called.lower():
        return "nitf"
    if "html" in called.lower() or ("text" not in called.lower() and _MARKUP.match(str(value))):
        return "html"
    return "text"


_READ: dict[str, Callable[[str], str]] = {
    "html": text_of_html,
    "nitf": text_of_nitf,
    "text": str,
}


def _rights(rights: object) -> object:
    said = folded(rights) if isinstance(rights, dict) else {}
    return first(said, "encodedrights", "linkedrights")


def _correction(said: Mapping[str, Any]) -> object:
    """A correction that is meant for readers; one for editors would be in the ednote."""
    listed = [folded(entry) for entry in _entries(said.get("descriptions"))]
    values = [entry.get("value") for entry in listed if "correct" in _role(entry).lower()]
    return first(said, "description_correction", "correction") or next(iter(values), None)


def _associations(value: object) -> list[dict[str, str]]:
    """Which items go with this one; of what they hold, only what they are called by."""
    named = value.items() if isinstance(value, dict) else [("", entry) for entry in _entries(value)]
    found = []
    for name, entry in named:
        if isinstance(entry, dict):
            said = folded(entry)
            told = {"name": first(said, "name") or name, "headline": _headline(said)}
            told |= {key: said.get(key) for key in ("uri", "type", "rel")}
            found.append(
                {key: text for key, text in told.items() if text and isinstance(text, str)}
            )
    return found


_TAKEN = {name for theirs in _PLAIN.values() for name in theirs} | {
    "headline", "headlines", "bodies", "pubstatus", "by", "byline", "usageterms", "ednote",
    "version", "links", "subject", "subjects", "associations", "title", "correction",
    "description_correction", "infosource", "infosources", "source", "provider", "authors",
}  # fmt: skip


def _kept(item: Mapping[str, object]) -> dict[str, object]:
    """The properties that have no field of ours; under another name where that is one."""
    return {
        f"ninjs_{name}" if name in Article.model_fields else name: value
        for name, value in item.items()
        if name.lower() not in _TAKEN | _DROPPED and not name.lower().startswith("body_")
    }


def _recognises(beginning: Beginning) -> bool:
    return any(is_ninjs(item) for item in first_items(beginning))


def is_ninjs(item: Mapping[str, object]) -> bool:
    """Whether an object is told as ninjs by its properties, and not in the contract's own form."""
    said = {name.lower() for name in item}
    if {"text", "html"} & said:
        return False
    body = any(name.startswith("body_") for name in said)
    return bool({"uri", "guid"} & said) and (body or bool(_TELLING & said))


SOURCE = Source(
    name="ninjs",
    suffixes=frozenset(),
    recognises=_recognises,
    items=each(article),
)
