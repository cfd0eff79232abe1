"""Which of an article's versions is the later one, whatever order they arrived in.

A version's place is what its sender says of it: when it was updated, or failing that published;
then the provider's own number of the version. Where two agree in both, the one that allows less
counts: a withheld one before a usable one, then the later embargo, then one with a correction; and
what is still equal is settled by the content's hash, so that arrival decides nothing.

A sender who gives neither an update's time nor a version's number tells which article it is, not
which version. Of such deliveries with the same date, and of those without any, arrival is the only
truth: the first arrival of each text counts, and the last word on its status.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func

PROVIDER_VERSION = "provider_version"
"""The extra field that holds the provider's own number of a version."""

_NUMBERED = re.compile(r"[vV]?([0-9]{1,20}(?:\.[0-9]{1,20}){0,3})")
_YEAR_1 = datetime.min.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def says_which(fields: Mapping[str, Any]) -> bool:
    """Whether a delivery says which version it is: by the time of its update or by a number."""
    return fields.get("updated_at") is not None or bool(_provider_order(fields))


def rank(fields: Mapping[str, Any], number: int, arrival: datetime) -> str:
    """What versions of one article are sorted by, as text that compares character by character.

    Args:
        fields: of the version; `updated_at`, `published_at` and `extra` are looked at.
        number: the version's, which counts arrivals.
        arrival: when it came, for one that gives no time.
    """
    order = _provider_order(fields)
    said = fields.get("updated_at") or fields.get("published_at") or (_YEAR_1 if order else arrival)
    tail = "1" if says_which(fields) else f"0 {number:012}"
    return f"{(said - _YEAR_1) // _MICROSECOND:018} {order} {tail}"


def latest_first(versions: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY that puts the latest of an article's versions first; `versions` or an alias."""
    return (
        versions.c.rank.desc(),
        versions.c.status.desc(),  # withheld comes after usable in the alphabet
        func.coalesce(versions.c.embargoed_until, -(2**62)).desc(),
        versions.c.correction.is_not(None).desc(),
        versions.c.content_hash.desc(),
    )


def _provider_order(fields: Mapping[str, Any]) -> str:
    """The provider's number so that it sorts as text: `2` before `10`; empty where there is none.

    What is no number, such as a hash, says nothing of the order.
    """
    given = (fields.get("extra") or {}).get(PROVIDER_VERSION)
    found = None if isinstance(given, bool) else _NUMBERED.fullmatch(str(given).strip())
    return ".".join(part.zfill(20) for part in found[1].split(".")) if found else ""
