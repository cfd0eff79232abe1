"""What goes into the archive and comes out of it, where the outward types do not fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from rag.types import ArticleSummary, ArticleVersion, PubStatus, StoredArticle

RowLike = Row[*tuple[Any, ...]]
"""A row of any columns."""

VersionKey = tuple[str, int]
"""An article's id and a version's number."""

Times = ("published_at", "updated_at", "embargoed_until", "expires_at")


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be stored: offsets into the version's text, and its vector."""

    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    vector: Sequence[float]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """An article version that is cleaned, cut and embedded, ready to be stored.

    Attributes:
        article_id: the article's identity.
        status: usable or withheld (a withdrawal goes another way).
        fields: the version's own columns but for its number and arrival.
        content_hash: of all that makes the version what it is.
        body_hash: of the text alone, equal for verbatim copies.
        passages: in reading order.
    """

    article_id: str
    status: PubStatus
    fields: dict[str, Any]
    content_hash: str
    body_hash: str
    passages: tuple[NewPassage, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage of a stored version, with what an answer needs to know of its article.

    `sentences` are those that may be cited; `left_out` the others (`rag.boilerplate`).
    """

    rowid: int
    id: str
    article_id: str
    version: int
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    text: str
    title: str
    source: str | None
    url: str | None
    published_at: datetime | None
    updated_at: datetime | None
    language: str | None
    dateline: str | None
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def readable(self) -> str:
        """The text as models are to read it: with spaces for what is left out."""
        text = self.text
        for place in self.left_out:
            start, end = (min(max(at - self.start, 0), len(text)) for at in place)
            text = text[:start] + " " * (end - start) + text[end:]
        return text


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An item that could not be ingested: when, from where, why, and whether it may be later."""

    id: int
    job_id: str
    at: datetime | None
    place: str
    reason: str
    transient: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON document."""
        return asdict(self) | {"at": self.at.isoformat() if self.at else None}


def passage_id(article_hash: str, version: int, ordinal: int) -> str:
    """A passage's id: the same for the same passage in every run and every index."""
    return f"{article_hash}-v{version}-p{ordinal}"


def moment(seconds: int | None) -> datetime | None:
    """A stored time as a datetime in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def seconds(when: datetime | None, *, up: bool = False) -> int | None:
    """A datetime as the archive stores it, a part of a second left out or, with `up`, made one."""
    return None if when is None else whole_seconds(when, up=up)


def whole_seconds(when: datetime, *, up: bool = False) -> int:
    """Seconds since 1970, rounded down or up, but not up to what no datetime can be."""
    whole = (when - _EPOCH) // timedelta(seconds=1)
    return whole + (up and when.microsecond > 0 and whole < _LAST_SECOND)


_EPOCH = datetime.fromtimestamp(0, UTC)
_LAST_SECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)


def stored_article(row: RowLike) -> StoredArticle:
    """One row of versions joined with its article."""
    data = dict(row._mapping)
    for name in (*Times, "ingested_at"):
        data[name] = moment(data[name])
    return StoredArticle(
        id=data.pop("article_id"), current=data["version"] == data.pop("current_version"), **data
    )


def stored_passage(row: RowLike) -> StoredPassage:
    """One row of passages joined with its version; `text` is the passage's own."""
    data = dict(row._mapping)
    data["sentences"] = tuple((a, b) for a, b in data["sentences"])
    data["published_at"] = moment(data["published_at"])
    data["updated_at"] = moment(data["updated_at"])
    return StoredPassage(**data)


def article_summary(row: RowLike) -> ArticleSummary:
    """One row of the listing query; of what may not be used nothing but its id and dates."""
    data = dict(row._mapping)
    if data["status"] != PubStatus.USABLE:
        data |= {"title": "", "url": None}
    data["published_at"] = moment(data["published_at"])
    data["updated_at"] = moment(data["updated_at"])
    return ArticleSummary(**data)


def listed_version(row: RowLike) -> ArticleVersion:
    """One row of an article's list of versions."""
    data = dict(row._mapping)
    times = {name: moment(data[name]) for name in ("at", "ingested_at")}
    return ArticleVersion(**data | times)
