"""The clock that embargoes, expiries and arrivals are judged by: one for all doors."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC. Call it as `present.now()`, so that a test can move the clock."""
    return datetime.now(UTC)
