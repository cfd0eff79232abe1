"""What an ingest job says of itself: item by item, and when it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:  # what reads files is heavy to import, and a summary is told to clients
    from ingest.sources.items import Refused

FIRST_ARTICLES = 10
"""How many of its articles a job names."""


class Summary(BaseModel):
    """What a job did. Every item seen is in exactly one of the counts up to `quarantined`.

    `syndicated` counts the added articles that joined a story: copies of an article that was here.
    `kept_out` counts, of the unchanged, deliveries of an article that was withdrawn: it stays so.
    """

    job_id: str
    seen: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    syndicated: int = 0
    kept_out: int = 0
    quarantined: int = 0
    passages: int = 0
    seconds: float = 0.0
    articles: list[str] = Field(
        default=[],
        description=f"The ids of the first {FIRST_ARTICLES} that were delivered, new or not; "
        "a withdrawal is no delivery.",
    )

    def brings(self, article_ids: Iterable[str]) -> None:
        """Notes that these articles were delivered; each is named once, and only the first."""
        self.articles = list(dict.fromkeys([*self.articles, *article_ids]))[:FIRST_ARTICLES]

    def add(self, more: "Summary") -> None:
        """Adds what another part of the same job counted; the time it took is not added."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(more, name))
        self.brings(more.articles)


_COUNTS = tuple(name for name, field in Summary.model_fields.items() if field.annotation is int)


class Failure(BaseModel):
    """An article that could not be ingested; it is kept in quarantine."""

    where: str = Field(description="Which item of the request, counted from 1.")
    reason: str


class DeliveryReport(Summary):
    """What became of the articles of one request."""

    articles: list[str] = Field(description="The ids of the articles, in the request's order.")
    failures: list[Failure]


@dataclass(frozen=True, slots=True)
class ItemDone:
    """One item has been looked at.

    Attributes:
        where: the file (and line) or request item it came from.
        article_id: whose delivery it was; None when it was refused.
        refused: why it could not be ingested, if so.
        summary: the job so far; versions waiting in a batch are not counted in it yet.
    """

    where: str
    article_id: str | None
    refused: "Refused | None"
    summary: Summary


Watcher = Callable[[ItemDone], None]
