"""Why a version that was asked for by name may not be shown; `visibility.py` says so in SQL."""

from collections.abc import Callable
from datetime import datetime

from rag.types import PubStatus, StoredArticle


def kept_from_view(
    article: StoredArticle, in_force: Callable[[str], StoredArticle], now: datetime
) -> str | None:
    """What keeps a version from being shown: of the version in force, or else of its own.

    Args:
        article: the version.
        in_force: reads the version in force of the article with an id.
        now: the clock that embargo and expiry are judged by.
    """
    current = article if article.current else in_force(article.id)
    return hidden_because(current, now) or hidden_because(article, now)


def hidden_because(article: StoredArticle, now: datetime) -> str | None:
    """What keeps a version from being shown now, as a predicate of its article; None: nothing."""
    if article.status is PubStatus.CANCELED:
        return "was withdrawn"
    if article.status is PubStatus.WITHHELD:
        return "is withheld by its publisher"
    if article.embargoed_until is not None and article.embargoed_until > now:
        return f"is under embargo until {article.embargoed_until.isoformat()}"
    if article.expires_at is not None and article.expires_at <= now:
        return "may not be shown any more: the right to do so has expired"
    return None
