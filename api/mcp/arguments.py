"""What the tools take, each argument told to the language model that fills it in."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rag.types import MAX_VERSION, AsOf, Filters, FilterValues, History, QuestionText, WrittenMoment


def _one_or_more(values: object) -> object:
    """A name alone is a list of one: models often give it so."""
    return [values] if isinstance(values, str) else values


_Values = Annotated[FilterValues, BeforeValidator(_one_or_more)]


class Arguments(BaseModel):
    """What a tool takes; what it does not know is refused, so that a model can correct itself."""

    model_config = ConfigDict(extra="forbid")


class _Narrowed(Arguments):
    """What may be used: all filters have to be met."""

    after: WrittenMoment | None = Field(
        None,
        description="Only articles published at this moment or later: 2025-03-04 (midnight UTC) or "
        "2025-03-04T08:00:00Z. Give it, with `before`, for questions about a period.",
    )
    before: WrittenMoment | None = Field(
        None,
        description="Only articles published earlier than this moment, itself excluded. For all of "
        "March 2025: after=2025-03-01, before=2025-04-01.",
    )
    sources: _Values = Field(
        [], description="Only articles of these publishers, named as list_sources names them."
    )
    languages: _Values = Field(
        [], description="Only articles in these languages, as list_sources names them: en."
    )
    as_of: AsOf | None = Field(
        None,
        description="See the archive as it stood at this moment, or at the end of this day: later "
        "articles do not exist, and of corrected ones the version of then is used. For what was "
        "known or reported by a date. What is withdrawn today stays hidden. Not needed for the "
        "latest state of things.",
    )

    @property
    def filters(self) -> Filters:
        """They, but for `as_of`."""
        return Filters(
            after=self.after, before=self.before, sources=self.sources, languages=self.languages
        )


class _Question(Arguments):
    question: QuestionText = Field(
        description="One question in plain words that stands alone, with the names, places and "
        "dates that matter: 'How much will the Alder Street Bridge cost?'. 1 to 2,000 characters."
    )
    history: History = Field(
        [],
        description="Only for a follow-up that you pass on as the user put it ('And when?'): the "
        "turns before it, oldest first, at most 20. A question that you have made stand alone "
        "needs none.",
    )
    max_citations: int = Field(
        5, ge=1, le=20, description="At most so many sentences; more for a broad question."
    )


class Ask(_Narrowed, _Question):  # in this order the question is listed first
    """The arguments of `ask`."""


class _Query(Arguments):
    query: QuestionText = Field(
        description="What to look for: keywords or a sentence, 1 to 2,000 characters."
    )
    limit: int = Field(8, ge=1, le=50, description="At most so many passages.")


class Search(_Narrowed, _Query):
    """The arguments of `search`."""


_ArticleId = Annotated[
    str, Field(min_length=1, max_length=2000, description="As a citation or passage gives it.")
]
_Version = Annotated[
    int | None,
    Field(
        ge=1,
        le=MAX_VERSION,
        description="The version that was cited; the current one if it is not given.",
    ),
]


class ReadArticle(Arguments):
    """The arguments of `read_article`."""

    article_id: _ArticleId
    version: _Version = None
    start: int = Field(
        0,
        ge=0,
        description="The first character to read. For the context of a citation in a long "
        "article, a little less than its start.",
    )
    characters: int = Field(20_000, ge=1, le=100_000, description="At most so many characters.")


class VerifyQuote(Arguments):
    """The arguments of `verify_quote`."""

    article_id: _ArticleId
    quote: str = Field(
        min_length=1,
        max_length=10_000,
        description="The words as they are to be printed, without quotation marks around them.",
    )
    version: _Version = None


class ListSources(Arguments):
    """`list_sources` takes none."""
