"""The nouns of a timeline; like those of `rag.types` they are the outward contract as well."""

from typing import Literal

from pydantic import BaseModel, Field

from rag.types import Moment

Interval = Literal["hour", "day", "week", "month", "year", "decade", "century"]
"""How long a bucket is; a week begins on Monday, and all of them at midnight UTC, but the hour."""


class TimelineArticle(BaseModel):
    """An article of the story and its most telling sentence: `text[start:end] == quote`."""

    article_id: str
    version: int
    title: str
    source: str | None = None
    url: str | None = None
    published_at: Moment | None = None
    passage_id: str
    quote: str
    start: int = Field(ge=0, description="First code point of the quote in the article's text.")
    end: int = Field(description="One past the last code point of the quote.")
    copies: int = Field(ge=0, description="How many other articles are copies of it.")


class Bucket(BaseModel):
    """A stretch of time and the articles that were published in it."""

    start: Moment = Field(description="Its first moment; the next bucket begins where it ends.")
    articles: int = Field(ge=0)


class Coverage(BaseModel):
    """How many articles there were, when."""

    names: list[str] = Field(
        description="Those names of the question that most articles of the story have. Counted "
        "are the articles that have all of them, and those of the story; without names only these."
    )
    interval: Interval
    buckets: list[Bucket] = Field(
        description="Without a gap from the first article's to the last one's; at most 62, or "
        "101 of centuries."
    )


class Timeline(BaseModel):
    """The articles of a story in the order of their publication, and its coverage over time."""

    articles: list[TimelineArticle] = Field(description="Undated ones come last.")
    coverage: Coverage
    undated: int = Field(ge=0, description="How many of the counted articles have no date.")
