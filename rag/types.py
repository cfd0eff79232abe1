"""The nouns of newscite: articles, passages, citations and answers.

These models are the outward contract as well: they are what HTTP responses, `--json` output and
eval runs are made of. Offsets are always Unicode code points into the stored text of one version
of one article. Times are UTC and carry their zone.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from rag.errors import UsageError

Mode = Literal["extractive", "generative"]
"""How an answer is made: of sentences of the articles, or of a language model's, verified."""


def _as_utc(moment: datetime) -> datetime:
    """A time without a zone is taken as UTC; any other is converted to it."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("in UTC this is outside the years 1 to 9999") from error


def encodable(text: str) -> str:
    """The text itself. Half a surrogate pair is no character: no store or response can hold it.

    Raises:
        ValueError: there is one in it.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half of a surrogate pair, which is no character")
    return text


Moment = Annotated[datetime, AfterValidator(_as_utc)]
"""A point in time, in UTC."""


def _is_written(moment: object) -> object:
    """A bare number is no time that one writes: 2019 would be 33 minutes past 1970."""
    try:
        float(moment)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return moment
    raise ValueError("is a bare number; write a time as in 2026-03-04 or 2026-03-04T08:00:00Z")


WrittenMoment = Annotated[Moment, BeforeValidator(_is_written)]
"""A point in time that somebody wrote into a request."""

_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _with_its_day(moment: object) -> object:
    """Who says "as of the 7th" means what that day brought, too."""
    alone = isinstance(moment, str) and _DAY_ALONE.fullmatch(moment.strip())
    return f"{alone[0]}T23:59:59.999999Z" if alone else moment


AsOf = Annotated[WrittenMoment, BeforeValidator(_with_its_day)]
"""The moment as of which somebody asks; a day alone is its end."""

QUESTION_CHARACTERS = 2000
"""The most characters of a question."""

ANSWER_CHARACTERS = 20_000
"""The most characters of an earlier turn's answer."""

MAX_VERSION = 2**31 - 1
"""More versions than any article has, and fewer than a database's integer holds."""

TURNS = 20
"""The most earlier turns of a conversation."""

QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_CHARACTERS),
    AfterValidator(encodable),
]
"""A question or search query: 1 to 2,000 characters once surrounding white space is gone."""


class Turn(BaseModel):
    """An earlier question of the conversation, and what was answered; null: nothing was."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    answer: Annotated[str, AfterValidator(encodable)] | None = Field(
        None, max_length=ANSWER_CHARACTERS
    )


History = Annotated[list[Turn], Field(max_length=TURNS)]
"""The turns before a question, oldest first; at most 20."""

FilterValues = Annotated[
    list[Annotated[str, StringConstraints(max_length=1000), AfterValidator(encodable)]],
    Field(max_length=1000),
]
"""Up to 1,000 values; none: no restriction."""


class PubStatus(StrEnum):
    """What the publisher allows (IPTC pubStatus): `canceled` is a withdrawal, or kill."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Article(BaseModel):
    """An article as it is delivered, before cleaning: one of `text` and `html` is required.

    Identity is, in order: `id`; else the canonical `url`; else a hash of the content. Fields that
    newscite does not know are kept as they are in the stored version's `extra`.
    """

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    id: str | None = Field(None, max_length=1000)
    title: str = Field("", max_length=2000)
    text: str | None = None
    html: str | None = None
    source: str | None = Field(None, max_length=500)
    url: str | None = Field(None, max_length=4000)
    authors: list[str] = []
    published_at: Moment | None = None
    updated_at: Moment | None = None
    language: str | None = Field(None, max_length=35)
    section: str | None = None
    subjects: list[str] = []
    dateline: str | None = None
    provider: str | None = None
    status: PubStatus = PubStatus.USABLE
    embargoed_until: Moment | None = None
    expires_at: Moment | None = None
    usage_terms: str | None = None
    correction: str | None = None


class StoryOf(BaseModel):
    """The story that an article is in: the visible articles whose texts are copies."""

    canonical: str = Field(description="The id of the earliest published, which stands for all.")
    copies: list[str] = Field(description="The ids of the others, in order of publication.")


class ArticleVersion(BaseModel):
    """A version of an article in the list of them: everything but its text."""

    version: int = Field(ge=1)
    title: str
    at: Moment = Field(description="When it was updated, else published, else ingested.")
    ingested_at: Moment
    correction: str | None = None
    current: bool = Field(description="Whether this is the version that is searched now.")


class StoredArticle(BaseModel):
    """One version of an article as the archive holds it. `text` is what citations point into."""

    id: str
    version: int = Field(ge=1)
    status: PubStatus
    title: str
    text: str
    source: str | None = None
    url: str | None = None
    authors: list[str] = []
    published_at: Moment | None = None
    updated_at: Moment | None = None
    language: str | None = None
    section: str | None = None
    subjects: list[str] = []
    dateline: str | None = None
    provider: str | None = None
    embargoed_until: Moment | None = None
    expires_at: Moment | None = None
    usage_terms: str | None = None
    correction: str | None = None
    extra: dict[str, Any] = {}
    ingested_at: Moment
    current: bool = Field(description="Whether this is the version that is searched now.")
    story: StoryOf | None = Field(
        default=None,
        description="The story of the version that is searched now; an article of which there is "
        "no copy is a story of its own.",
    )
    versions: list[ArticleVersion] = Field(
        default=[],
        description="The article's versions that may be shown, the oldest first and the one that "
        "is searched now last.",
    )


class ArticleSummary(BaseModel):
    """An article in a listing: its current version without the text."""

    id: str
    version: int
    status: PubStatus
    title: str
    source: str | None
    url: str | None
    language: str | None = None
    published_at: Moment | None
    updated_at: Moment | None
    versions: int = Field(description="How many versions the archive holds.")


class Filters(BaseModel):
    """Which articles a question may see. An empty list means no restriction.

    An article has to have one of each list's values, and must not be an excluded one. `after` is
    inclusive and `before` exclusive; both look at `published_at`, so an article without a date is
    left out as soon as either is given.
    """

    model_config = ConfigDict(extra="forbid")

    after: WrittenMoment | None = None
    before: WrittenMoment | None = None
    sources: FilterValues = []
    languages: FilterValues = []
    article_ids: FilterValues = []
    excluded_article_ids: FilterValues = Field(
        default=[], description="Articles that must not be seen."
    )


class Passage(BaseModel):
    """A run of whole sentences of one article version: `article.text[start:end] == text`."""

    passage_id: str
    article_id: str
    version: int
    title: str
    source: str | None = None
    url: str | None = None
    published_at: Moment | None = None
    updated_at: Moment | None = Field(
        default=None, description="When this version was published, where the publisher says so."
    )
    start: int
    end: int
    text: str
    score: float = Field(description="The last stage's score; higher is better, no fixed scale.")


class Citation(BaseModel):
    """Where a sentence of an answer comes from: `article(version).text[start:end] == quote`."""

    number: int = Field(ge=1, description="The number that stands in the answer as [number].")
    quote: str
    article_id: str
    version: int
    title: str
    source: str | None = None
    url: str | None = None
    published_at: Moment | None = None
    updated_at: Moment | None = Field(
        default=None, description="When this version was published, where the publisher says so."
    )
    start: int = Field(ge=0, description="First code point of the quote in the article's text.")
    end: int = Field(description="One past the last code point of the quote.")
    passage_id: str
    syndicated_in: list[str] = Field([], description="Ids of articles that carry the same quote.")
    correction: str | None = Field(
        default=None,
        description="What the publisher has corrected in the article, this version included.",
    )
    corrected_since: str | None = Field(
        default=None, description="What was corrected after this version: the quote may be wrong."
    )


class Gloss(BaseModel):
    """A name put into a sentence by newscite, in brackets: who "he" is. No part of the quote.

    The name stands in the cited article too: `article.text[start:end] == name`.
    """

    at: int = Field(ge=0, description="First code point of the gloss in the sentence's text.")
    text: str = Field(description='What was put in: " [Michael Bloomberg]".')
    name: str
    citation: int = Field(ge=1, description="The number of the citation whose article names him.")
    start: int = Field(ge=0, description="First code point of the name in that article's text.")
    end: int = Field(description="One past the last code point.")


class AnswerSentence(BaseModel):
    """One sentence of an answer and the numbers of the citations that support it.

    A sentence that is no language model's is its citation's quote but for its glosses.
    """

    text: str
    citations: list[int] = Field(min_length=1)
    glosses: list[Gloss] = Field([], description="What in the text is ours, in its order.")

    @property
    def quoted(self) -> str:
        """The text without its glosses."""
        text = self.text
        for gloss in reversed(self.glosses):
            text = text[: gloss.at] + text[gloss.at + len(gloss.text) :]
        return text


class Attribution(BaseModel):
    """Who says so, in the article's words: `article.text[start:end] == text`."""

    text: str
    start: int = Field(ge=0, description="First code point in the cited article's text.")
    end: int = Field(description="One past the last code point.")


class ShortAnswer(BaseModel):
    """The few words of a citation's quote that answer: `article.text[start:end] == text`."""

    text: str
    citation: int = Field(ge=1, description="The number of the citation in whose quote it stands.")
    start: int = Field(ge=0, description="First code point in the cited article's text.")
    end: int = Field(description="One past the last code point.")
    according_to: Attribution | None = Field(
        default=None, description="Where the article does not say it in its own name: who says it."
    )


class Figure(BaseModel):
    """A count or a time that one article gives and another contradicts.

    `article.text[start:end] == text`.
    """

    text: str
    citation: int = Field(ge=1, description="The number of the citation in whose quote it stands.")
    article_id: str
    version: int
    start: int = Field(ge=0, description="First code point in the cited article's text.")
    end: int = Field(description="One past the last code point.")
    published_at: Moment | None = Field(description="When the article was published.")
    value: float | None = Field(description="As a number, where it is a count; of a time null.")


class Answer(BaseModel):
    """What newscite says to a question; without an answer, `answer` is null and a note says why."""

    question: str
    standalone_question: str | None = Field(
        default=None,
        description="The question as it was understood from the earlier turns; null where it was "
        "asked alone or left unchanged.",
    )
    answerable: bool
    answer: str | None = Field(
        description="The lead, if any, and the sentences with their [n] markers, or null."
    )
    lead: str | None = Field(
        default=None,
        description='Our own words at the head of the answer: "Yes", "No", or which of two; only '
        "where the sentences make it certain.",
    )
    short_answer: ShortAnswer | None = Field(
        default=None,
        description="The few words that answer, where there are some and they are more probably "
        "right than wrong; not of a why.",
    )
    differing: list[Figure] = Field(
        [], description="Where articles give different figures, each of them, newest first."
    )
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    nearest: Citation | None = Field(
        default=None,
        description="Without an answer, the nearest statement of the corpus; it does not answer.",
    )
    confidence: float = Field(ge=0, le=1)
    mode: Mode = "extractive"
    model: dict[str, str] = Field({}, description="The models that took part, by their part.")
    as_of: Moment | None = None
    notes: list[str] = []
    passages: list[Passage] | None = Field(default=None, description="Only if asked for.")
    passages_read: int | None = Field(
        default=None, description="With `passages`: how many of the first were read for the answer."
    )
    timings_ms: dict[str, float] = {}
    request_id: str = ""


_QUESTION: TypeAdapter[str] = TypeAdapter(QuestionText)


def checked_question(question: str) -> str:
    """The question without surrounding white space.

    Raises:
        UsageError: it is empty or longer than 2,000 characters.
    """
    try:
        return _QUESTION.validate_python(question)
    except ValidationError as error:
        size = len(question.strip())
        what = "is empty" if size == 0 else f"has {size:,} characters"
        raise UsageError(f"the question {what}; ask one of 1 to 2,000 characters") from error
