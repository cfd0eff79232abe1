"""When an article is from, in words: the day it was published, and that of the version if later."""

from datetime import datetime


def dated(published_at: datetime | None, updated_at: datetime | None) -> str | None:
    """ "7 November 2024, updated 9 November 2024"; None of an article without a date."""
    published, updated = (f"{at:%-d %B %Y}" if at else None for at in (published_at, updated_at))
    if published is None:
        return f"updated {updated}" if updated else None
    return published if updated in (None, published) else f"{published}, updated {updated}"
