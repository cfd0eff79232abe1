"""Which article versions a question may see, as SQL conditions.

A version is visible when it is the one in force, its article is usable, its embargo is over, it
has not expired, and the caller's filters admit it. With `as_of` the version in force is the
latest one that was valid then, and an embargo must already have been over then. A withdrawal, a
withholding and an expiry count as of now whatever `as_of` says: they are never undone by asking
about the past.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from rag.archive.records import seconds
from rag.archive.schema import articles, versions
from rag.types import Filters, PubStatus


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
    """The condition on a join of `articles` and `versions`."""
    now = seconds(view.now)
    embargo_clock = seconds(view.now if view.as_of is None else min(view.now, view.as_of))
    return and_(
        articles.c.status == PubStatus.USABLE.value,
        _in_force(view.as_of),
        or_(versions.c.embargoed_until.is_(None), versions.c.embargoed_until <= embargo_clock),
        or_(versions.c.expires_at.is_(None), versions.c.expires_at > now),
        *_admitted(view.filters),
    )


def _in_force(as_of: datetime | None) -> ColumnElement[bool]:
    if as_of is None:
        return versions.c.version == articles.c.current_version
    other = versions.alias("other")
    latest_then = (
        select(other.c.version)
        .where(other.c.article_id == articles.c.id, other.c.valid_from <= seconds(as_of))
        .order_by(other.c.valid_from.desc(), other.c.version.desc())
        .limit(1)
        .correlate(articles)
        .scalar_subquery()
    )
    return versions.c.version == latest_then


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
