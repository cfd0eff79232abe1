"""The AP Media API's JSON: an item, a list of items, an item a line, or a feed (`data.items`).

It is built on ninjs 1.x, with names and rules of its own: the text is NITF in `body_nitf`, an item
is known by `altids.itemid`, and what `signals` does not call news content is not for publication.
https://api.ap.org/media/v/docs/
"""

from collections.abc import Mapping
from typing import Any

from ingest.sources import ninjs
from ingest.sources.base import Beginning, Source
from ingest.sources.json_items import each, first_items
from rag.errors import IngestError
from rag.types import Article, PubStatus

_CATEGORY = "category"  # of a subject: the department it belongs to
_CORRECTIVE = ("correct", "clarif")


def article(delivered: dict[str, object], where: str) -> Article:
    """The article that an item, bare or as a feed wraps it, describes.

    Raises:
        IngestError: a property does not hold what it should, or there is no text though the
            item is not being withdrawn.
    """
    item = unwrapped(delivered)
    said = ninjs.folded(item)
    found = ninjs.fields(item, where)
    subjects, section = _subjects(said.get("subject"))
    found |= {
        "id": _id(said),
        "title": found.get("title") or ninjs.first(said, "headline_extended"),
        "authors": _authors(said),
        "source": _name(ninjs.first(said, "source", "sources")) or found.get("source"),
        "provider": _name(said.get("provider")) or found.get("provider"),
        "dateline": found.get("dateline") or _place(said.get("datelinelocation")),
        "usage_terms": _joined(said.get("usageterms")),
        "subjects": subjects,
        "section": section or found.get("section"),
        "correction": found.get("correction") or _marked_as_corrective(said),
    }
    signals = said.get("signals")
    if isinstance(signals, list) and signals and "newscontent" not in signals:
        found["status"] = _not_for_publication(found["status"])
    if not found.get("text") and found["status"] != PubStatus.CANCELED:
        raise IngestError(_without_text(said), where)
    return ninjs.article_in_their_words(found, said, where)


def unwrapped(delivered: Mapping[str, object]) -> dict[str, object]:
    """The item that a response (`data.item`) or an entry of a feed (`item`) holds, or is."""
    inner: Any = delivered
    for name in ("data", "item"):
        if isinstance(inner.get(name), dict):
            inner = inner[name]
    return dict(inner)


def _id(said: Mapping[str, Any]) -> object:
    """The id that all versions of the item have; failing that the one in its address."""
    ids = said.get("altids")
    given = ninjs.first(ids, "itemid") if isinstance(ids, dict) else None
    return given or str(ninjs.first(said, "uri") or "").partition("?")[0].rpartition("/")[2]


def _authors(said: Mapping[str, Any]) -> list[str]:
    bylines = said.get("bylines")
    entries = bylines if isinstance(bylines, list) else [bylines]
    given = [entry.get("by") if isinstance(entry, dict) else entry for entry in entries]
    return [name for by in given for name in ninjs.authors(by)]


def _name(parties: object) -> str | None:
    return next(iter(ninjs.names(parties)), None)


def _place(location: object) -> object:
    said = ninjs.folded(location) if isinstance(location, dict) else {}
    return ninjs.first(said, "city", "name")


def _joined(terms: object) -> object:
    """Usage terms, of which there may be several, as one text."""
    return "; ".join(map(str, terms)) if isinstance(terms, list) else terms


def _subjects(given: object) -> tuple[list[str], str | None]:
    """The names of the subjects, and that of the department; its one-letter codes name none."""
    listed = given if isinstance(given, list) else [given]
    entries = [entry for entry in listed if isinstance(entry, dict)]
    departments = [entry for entry in entries if _CATEGORY in str(entry.get("rels"))]
    section = next((name for name in ninjs.names(departments) if len(name) > 1), None)
    return ninjs.names([entry for entry in entries if entry not in departments]), section


def _marked_as_corrective(said: Mapping[str, object]) -> str | None:
    """What marks an item as a correction or clarification; what was wrong is for editors only."""
    types = said.get("editorialtypes")
    marks = [
        str(kind)
        for kind in (types if isinstance(types, list) else [])
        if str(kind).lower().startswith(_CORRECTIVE)
    ]
    return ", ".join(marks) or None


def _not_for_publication(status: object) -> PubStatus:
    return PubStatus.CANCELED if status == PubStatus.CANCELED else PubStatus.WITHHELD


def _without_text(said: Mapping[str, object]) -> str:
    kind = said.get("type")
    if isinstance(kind, str) and kind != "text":
        return f"there is no text to ingest: the item is of type {kind[:40]!r}"
    return "there is no text to ingest: 'body_nitf' is missing or empty; deliver the item with it"


def _recognises(beginning: Beginning) -> bool:
    return any(_is_ap(unwrapped(item)) for item in first_items(beginning))


def _is_ap(item: Mapping[str, object]) -> bool:
    said = ninjs.folded(item)
    ids = said.get("altids")
    return isinstance(ids, dict) and "itemid" in ids


SOURCE = Source(
    name="ap",
    suffixes=frozenset(),
    recognises=_recognises,
    items=each(article),
)
