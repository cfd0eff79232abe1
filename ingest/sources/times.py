"""Times as news formats write them: ISO 8601, also without its separators, and as in e-mail."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TRUNCATED = re.compile(r"\d{4}(-\d{2})?")


def time_of(value: str | None) -> datetime | str | None:
    """The time that a field gives; without a zone it is UTC.

    What is no time comes back as it is, so that whoever makes the article of it can say so; a mere
    year or month, which names no time, is None like nothing.
    """
    value = (value or "").strip()
    if not value or _TRUNCATED.fullmatch(value):
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = parse(value)
            return (time.replace(tzinfo=UTC) if time.tzinfo is None else time).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return value
