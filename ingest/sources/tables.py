"""Tables of articles, whatever they are kept in: which column holds what, and a row's article.

Columns are known by the contract's names and by what such columns are commonly called; `--map`
says what their names do not. Columns that hold no field are kept as the article's extra fields.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import isfinite

from ingest.sources.cells import holds_html, keywords, moment, names, plain, unwrapped
from ingest.sources.fields import article_from, shown_names
from ingest.sources.html import fields_of_html, text_of_html
from ingest.sources.items import Naming
from rag.errors import IngestError, UsageError
from rag.types import Article

LARGEST_CELL = 10_000_000
"""Characters of one cell; a row with a larger one is refused."""

_CALLED = {
    "id": "id guid uuid uri articleid docid documentid newsid itemid identifier",
    "title": "title headline head heading articletitle newstitle",
    "text": "text body content articletext articlebody fulltext maintext bodytext story article"
            " plaintext cleantext cleanedtext",
    "html": "html bodyhtml contenthtml htmlbody htmlcontent articlehtml rawhtml",
    "source": "source publisher publication outlet newspaper sourcename sitename",
    "url": "url link href permalink canonicalurl articleurl sourceurl weburl pageurl",
    "authors": "authors author byline bylines writer reporter creator",
    "published_at": "publishedat published publisheddate publishdate datepublished datepublish"
                    " publicationdate pubdate publishedon firstcreated date datetime timestamp"
                    " createdat created",
    "updated_at": "updatedat updated updateddate modified modifiedat lastmodified lastupdated"
                  " datemodified datemodify versioncreated",
    "language": "language lang",
    "section": "section category",
    "subjects": "subjects subject tags keywords topics",
    "dateline": "dateline",
    "provider": "provider agency",
    "status": "status pubstatus",
    "embargoed_until": "embargoeduntil embargoed embargo",
    "expires_at": "expiresat expires expiry expirydate",
    "usage_terms": "usageterms rights copyright copyrightnotice license licence",
    "correction": "correction correctionnote correctionnotes",
}  # fmt: skip
_TIMES = ("published_at", "updated_at", "embargoed_until", "expires_at")
_NAMELESS = re.compile(r"(unnamed: \d+)?", re.IGNORECASE)  # what pandas calls the rows' numbers


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table is called in an article; None: it is not kept."""

    names: Sequence[str | None]

    @classmethod
    def of(cls, header: Sequence[str], naming: Naming) -> "Columns":
        """Tells the columns by their names.

        Args:
            header: the columns' own names, in their order.
            naming: what was said of them, which goes before what their names say.

        Raises:
            IngestError: a column that was said is not there, or none holds the text.
        """
        fields = {
            _found(header, column, field): field for field, column in naming.items() if column
        }
        for field in _CALLED.keys() - naming.keys():
            position = _called(header, field)
            if position is not None:
                fields.setdefault(position, field)
        if not {"text", "html", "status"} & set(fields.values()):  # a withdrawal has no text
            raise IngestError(
                f"no column is known to hold the text; the columns are {_shown(header)}. "
                "Say which of them does: --map text=COLUMN"
            )
        return cls([fields.get(at) or _extra(header, at) for at in range(len(header))])

    @property
    def known(self) -> int:
        """How many columns hold a field of the contract."""
        return len(_CALLED.keys() & set(self.names))

    def article(self, values: Sequence[object], where: str) -> Article:
        """The article in a row, which has a value for every column.

        Raises:
            IngestError: a cell is too large, or does not hold what it should.
        """
        row = {name: value for name, value in zip(self.names, values, strict=True) if name}
        for name, value in row.items():
            if isinstance(value, str | bytes) and len(value) > LARGEST_CELL:
                raise IngestError(
                    f"'{name}' is longer than {LARGEST_CELL // 1_000_000} million characters", where
                )
        said = {name: _value(name, storable(value)) for name, value in row.items()}
        said = {name: value for name, value in said.items() if value not in (None, "", [])}
        return article_from(_body(said) | said, where)


def article_of_object(data: Mapping[str, object], where: str, naming: Naming) -> Article:
    """The article that a JSON object describes, in the contract's names or in others.

    One that has its text under another name, or of which something was said, is read as a row
    whose columns are its fields; what was said of a field that it has not is no matter.

    Raises:
        IngestError: as of a row.
    """
    fields = list(data)
    said = {name: field for name, field in naming.items() if not field or field in data}
    known = {"text", "html", "status"} & data.keys()
    other = any(_called(fields, name) is not None for name in ("text", "html"))
    if said or (other and not known):
        return Columns.of(fields, said).article(list(data.values()), where)
    return article_from(_dated(data), where)


def _dated(data: Mapping[str, object]) -> Mapping[str, object]:
    """An object in the contract's names, but for its day, which is often just called the date."""
    day = data.get("date")
    if not isinstance(day, str) or "published_at" in data:
        return data
    others = {name: value for name, value in data.items() if name != "date"}
    return others | {"published_at": _value("published_at", day)}


def naming_of(options: Sequence[str]) -> dict[str, str]:
    """What `--map` was given, `title=Headline,text=Body`, perhaps several times.

    Raises:
        UsageError: it has not that form, or names no field of an article.
    """
    naming: dict[str, str] = {}
    for pair in (pair for option in options for pair in option.split(",") if pair.strip()):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals:
            raise UsageError(f"--map {pair.strip()!r}: write FIELD=COLUMN, as in text=Body")
        if field not in _CALLED:
            raise UsageError(f"--map: {field!r} is no field; the fields are {', '.join(_CALLED)}")
        naming[field] = column
    return naming


def storable(value: object) -> object:
    """A cell's value as JSON has it, at any depth."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _found(header: Sequence[str], column: str, field: str) -> int:
    alike = [at for at, name in enumerate(header) if name == column] or [
        at for at, name in enumerate(header) if _key(name) == _key(column)
    ]
    if not alike:
        raise IngestError(
            f"there is no column {column!r} to take '{field}' from; the columns are "
            f"{_shown(header)}"
        )
    return alike[0]


def _called(header: Sequence[str], field: str) -> int | None:
    """The column with the first of the names that a field's column is called by."""
    keys = [_key(name) for name in header]
    return next((keys.index(name) for name in _CALLED[field].split() if name in keys), None)


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _extra(header: Sequence[str], at: int) -> str | None:
    """What an extra field is called: as its column, unless that name is taken."""
    name = header[at].strip()
    if _NAMELESS.fullmatch(name):
        return None
    if name in Article.model_fields:
        name = f"{name}_column"
    earlier = [other.strip() for other in header[:at]].count(header[at].strip())
    return f"{name}_{earlier + 1}" if earlier else name


def _value(name: str, value: object) -> object:
    """A cell's value as its field wants it."""
    if not isinstance(value, str) or name not in Article.model_fields or name in ("text", "html"):
        return value
    if name in _TIMES:
        try:
            return moment(value)
        except IngestError as error:
            raise IngestError(
                f"field '{name}': {error.reason}; or leave it out: --map {name}="
            ) from None
    value = plain(unwrapped(value))
    if name == "authors":
        return names(value)
    if name == "subjects":
        return keywords(value)
    return text_of_html(value) if name == "title" and holds_html(value) else value


def _body(said: dict[str, object]) -> dict[str, object]:
    """Takes the text out of a row's fields: with it comes what a page in a cell says of itself."""
    html = said.pop("html", None)
    if "text" not in said:
        return fields_of_html(unwrapped(html)) if isinstance(html, str) else {}
    text = said.pop("text")
    if not isinstance(text, str):
        return {"text": text}
    text = unwrapped(text)
    return fields_of_html(text) if holds_html(text) else {"text": plain(text)}


def _shown(header: Sequence[str]) -> str:
    return shown_names(header) or "without names"
