"""What the tools give where no type of the engine fits."""

from pydantic import BaseModel, Field

from rag.errors import UsageError
from rag.quoting import QuoteVerdict
from rag.types import Moment, Passage, StoredArticle


class Finds(BaseModel):
    """The passages that fit best, best first."""

    passages: list[Passage]


class Verified(QuoteVerdict):
    """The verdict on a quotation, and on which version of the article it is passed."""

    version: int = Field(description="The version that was looked in.")
    stands_in: list[int] = Field(
        [], description="The other versions that have it, newest first; only if this one has not."
    )


class ArticleText(BaseModel):
    """A version of an article, or a part of it: `text` is its characters `start` to `end`.

    Offsets count Unicode code points. With `start` 0 a citation's quote is `text[start:end]` of the
    citation's own offsets.
    """

    article_id: str
    version: int
    current: bool = Field(description="Whether this is the version that is searched now.")
    title: str
    source: str | None
    url: str | None
    authors: list[str]
    published_at: Moment | None
    updated_at: Moment | None
    language: str | None
    correction: str | None = Field(description="What this version corrects, as published.")
    characters: int = Field(ge=0, description="Of the whole article.")
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


def part_of(article: StoredArticle, start: int, characters: int) -> ArticleText:
    """The part of an article that begins at a character.

    Raises:
        UsageError: the article ends before.
    """
    size = len(article.text)
    if start and start >= size:
        raise UsageError(f"start is {start:,}, and the article has {size:,} characters")
    end = min(size, start + characters)
    return ArticleText(
        article_id=article.id, version=article.version, current=article.current,
        title=article.title, source=article.source, url=article.url, authors=article.authors,
        published_at=article.published_at, updated_at=article.updated_at,
        language=article.language, correction=article.correction,
        characters=size, start=start, end=end, text=article.text[start:end],
    )  # fmt: skip
