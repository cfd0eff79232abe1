"""Which article versions a question may see, as SQL conditions.

What a publisher allows is judged by the clock, as of now: an article may be seen when its version
in force is usable, its embargo is over and it has not expired. The version that is seen is the one
in force or, with `as_of`, the latest one that was valid then. That one too must be usable and not
expired, and its embargo must have been over then. So a withdrawal, a withholding, an embargo and an
expiry of today are never undone by asking about the past. Beyond that the caller's filters admit.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    ScalarSelect,
    and_,
    func,
    or_,
    select,
)

from rag.archive.ranking import latest_first
from rag.archive.records import seconds, whole_seconds
from rag.archive.schema import articles, versions
from rag.types import Filters, PubStatus

_Moment = BindParameter[int]


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one question may see.

    Attributes:
        now: the clock that embargo and expiry are judged by.
        filters: the caller's restrictions.
        as_of: answer as the archive stood then; None means now.
    """

    now: datetime
    filters: Filters = field(default_factory=Filters)
    as_of: datetime | None = None


def visible(view: Visibility) -> ColumnElement[bool]:
    """The condition on a join of `articles` and `versions`.

    The moments it is judged by are bind parameters, whose values for another view are its `clock`.
    """
    now, then, embargo_clock = [_Moment(name, at) for name, at in clock(view).items()]
    if view.as_of is None:
        shown = [versions.c.version == articles.c.current_version, _open(versions, now, now)]
    else:
        open_then = _open(versions, now, embargo_clock)
        shown = [versions.c.version == _in_force(then), open_then, _open_now(now)]
    usable = articles.c.status == PubStatus.USABLE.value
    return and_(usable, *shown, *_admitted(view.filters))


def open_at(now: datetime) -> ColumnElement[bool]:
    """The condition on `versions` that nothing of its own keeps a version from being shown."""
    moment = _Moment("now", whole_seconds(now))
    return _open(versions, moment, moment)


def clock(view: Visibility) -> dict[str, int]:
    """The values of the parameters `now`, `then` and `embargo_clock`, in seconds since 1970."""
    now = whole_seconds(view.now)
    then = now if view.as_of is None else whole_seconds(view.as_of)
    return {"now": now, "then": then, "embargo_clock": min(now, then)}


def _open(version: FromClause, now: _Moment, embargo_clock: _Moment) -> ColumnElement[bool]:
    """Whether a version (the table or an alias) is usable, free of embargo, and not expired."""
    return and_(
        version.c.status == PubStatus.USABLE.value,
        or_(version.c.embargoed_until.is_(None), version.c.embargoed_until <= embargo_clock),
        or_(version.c.expires_at.is_(None), version.c.expires_at > now),
    )


def _open_now(now: _Moment) -> ColumnElement[bool]:
    """Whether the article's version in force is open now."""
    latest = versions.alias("latest")
    in_force = and_(
        latest.c.article_id == articles.c.id, latest.c.version == articles.c.current_version
    )
    return (
        select(latest.c.version)
        .where(in_force, _open(latest, now, now))
        .correlate(articles)
        .exists()
    )


def _in_force(then: _Moment) -> ScalarSelect[int]:
    """The number of the version that was the latest at a time."""
    other = versions.alias("other")
    return (
        select(other.c.version)
        .where(other.c.article_id == articles.c.id, other.c.valid_from <= then)
        .order_by(*latest_first(other))
        .limit(1)
        .correlate(articles)
        .scalar_subquery()
    )


def _admitted(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.after is not None:
        conditions.append(versions.c.published_at >= seconds(filters.after))
    if filters.before is not None:
        conditions.append(versions.c.published_at < seconds(filters.before))
    if filters.sources:
        wanted = [s.casefold() for s in filters.sources]
        conditions.append(func.casefold(versions.c.source).in_(wanted))
    if filters.languages:
        conditions.append(versions.c.language.in_(filters.languages))
    if filters.article_ids:
        conditions.append(articles.c.id.in_(filters.article_ids))
    if filters.excluded_article_ids:
        conditions.append(articles.c.id.not_in(filters.excluded_article_ids))
    return conditions
