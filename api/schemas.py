"""Request bodies and responses of the HTTP service that are not domain types already."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from ingest.job_told import Job
from rag.states import Holdings, Status
from rag.types import (
    MAX_VERSION,
    ArticleSummary,
    AsOf,
    Citation,
    Filters,
    Gloss,
    History,
    Mode,
    Moment,
    Passage,
    QuestionText,
)

QUESTION_EXAMPLE: JsonDict = {
    "question": "What justification did the Pentagon give?",
    "filters": {"after": "2025-11-01T00:00:00Z"},
    "max_citations": 3,
}


_QUOTE = "The harbour of Port Ellery reopened on Tuesday, its master said."
_SOURCE: JsonDict = {
    "article_id": "https://gazette.example/harbour-reopens",
    "version": 1,
    "title": "Harbour reopens after storm",
    "source": "Ellery Gazette",
    "url": "https://gazette.example/harbour-reopens",
    "published_at": "2025-03-04T09:00:00Z",
    "start": 0,
    "end": len(_QUOTE),
    "passage_id": "5f0c2f6f1e0b7a43-v1-p0",
}
ANSWER_EXAMPLE: JsonDict = {
    "question": "When did the harbour reopen?",
    "answerable": True,
    "answer": f"{_QUOTE} [1]",
    "differing": [],
    "sentences": [{"text": _QUOTE, "citations": [1]}],
    "citations": [_SOURCE | {"number": 1, "quote": _QUOTE, "syndicated_in": []}],
    "confidence": 0.97,
    "mode": "extractive",
    "notes": [],
}
STREAM_EXAMPLE = """event: passages
data: {"standalone_question": null, "passages": [...]}

event: sentence
data: {"text": "The harbour of Port Ellery reopened.", "citations": [{"number": 1, ...}], ...}

event: answer
data: {"question": "When did the harbour reopen?", "answerable": true, ...}
"""
PASSAGES_EXAMPLE: JsonDict = {"passages": [_SOURCE | {"text": _QUOTE, "score": 7.2}]}
TIMELINE_EXAMPLE: JsonDict = {
    "articles": [_SOURCE | {"quote": _QUOTE, "copies": 0}],
    "coverage": {
        "names": ["Port", "Ellery"],
        "interval": "hour",
        "buckets": [{"start": "2025-03-04T09:00:00Z", "articles": 1}],
    },
    "undated": 0,
}
VERIFY_EXAMPLE: JsonDict = {
    "article_id": "https://gazette.example/harbour-reopens",
    "quote": "The harbour of Port Ellery reopened on Monday",
}
VERDICT_EXAMPLE: JsonDict = {
    "status": "altered",
    "start": 0,
    "end": 46,
    "quote": "The harbour of Port Ellery reopened on Tuesday",
    "similarity": 0.875,
}

JOB_EXAMPLE: JsonDict = {
    "id": "0f6d1c3ab7c94a5a9f0f3c1f6f0a9d11",
    "state": "running",
    "seen": 1200,
    "added": 1100,
    "updated": 20,
    "unchanged": 15,
    "withdrawn": 1,
    "syndicated": 40,
    "kept_out": 0,
    "quarantined": 1,
    "passages": 6180,
    "seconds": 164.2,
    "articles": ["https://gazette.example/harbour-reopens"],
    "created_at": "2026-03-04T08:00:00Z",
    "started_at": "2026-03-04T08:00:00Z",
    "finished_at": None,
    "files": [{"name": "wire.jsonl", "bytes": 14844975}],
    "bytes_total": 14844975,
    "bytes_read": 5937990,
    "total": None,
    "items_per_second": 7.3,
    "seconds_left": 246.3,
    "failures": [{"item": 7, "where": "wire.jsonl:7", "reason": "not valid JSON"}],
    "error": None,
    "retried": None,
    "released": None,
}


def example(value: JsonDict) -> dict[int | str, dict[str, Any]]:
    """A route's `responses` with an example of its success."""
    return {200: {"content": {"application/json": {"example": value}}}}


def _a_number(value: object) -> object:
    if isinstance(value, str | bool):
        raise ValueError("has to be a whole number, without quotation marks")
    return value


Whole = Annotated[int, BeforeValidator(_a_number)]
"""A whole number of a JSON body: neither text that looks like one, nor true."""

Flag = Annotated[bool, Field(strict=True)]
"""true or false of a JSON body, and nothing that may be meant for it."""


class AskRequest(BaseModel):
    """A question and what may be used to answer it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [QUESTION_EXAMPLE]})

    question: QuestionText
    history: History = Field(
        [], description="The turns before it, oldest first; a follow-up is understood from them."
    )
    filters: Filters = Filters()
    as_of: AsOf | None = Field(None, description="Answer as the archive stood then.")
    mode: Mode = "extractive"
    max_citations: Whole = Field(5, ge=1, le=20)
    include_passages: Flag = Field(False, description="Return the passages that were read, too.")
    stream: Flag = Field(False, description="Answer with server-sent events; so does Accept.")


class PassagesEvent(BaseModel):
    """The first event of an answer: the passages that are read for it, best first."""

    standalone_question: str | None
    passages: list[Passage]


class SentenceEvent(BaseModel):
    """A verified sentence of an answer, which stands in it whatever comes later."""

    lead: str | None = Field(description="Our own words that the answer begins with.")
    text: str
    citations: list[Citation]
    glosses: list[Gloss]


class SearchRequest(BaseModel):
    """A query and what may be found by it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"query": "ferry accident", "limit": 5}]}
    )

    query: QuestionText
    filters: Filters = Filters()
    as_of: AsOf | None = Field(None, description="Search the archive as it stood then.")
    limit: Whole = Field(10, ge=1, le=100)


class SearchResponse(BaseModel):
    """The passages that fit best, best first."""

    passages: list[Passage]


class TimelineRequest(BaseModel):
    """What the story is about, and what may be told of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "How many boats did the storm sink?"}]},
    )

    question: QuestionText = Field(description="Of a follow-up, the `standalone_question`.")
    filters: Filters = Filters()
    as_of: AsOf | None = Field(None, description="Tell the story as it stood then.")
    limit: Whole = Field(12, ge=1, le=50, description="At most this many articles.")


class VerifyRequest(BaseModel):
    """A quotation and the article in which it should stand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [VERIFY_EXAMPLE]})

    article_id: str = Field(min_length=1, max_length=2000)
    version: Annotated[Whole, Field(ge=1, le=MAX_VERSION)] | None = Field(
        None, description="The current one, if it is not given."
    )
    quote: str = Field(min_length=1, max_length=10_000)


class ArticleList(BaseModel):
    """A page of articles, newest first."""

    articles: list[ArticleSummary]
    total: int = Field(description="How many articles the whole listing has.")
    next_cursor: str | None = Field(description="Give it back as `cursor`; null on the last page.")


class LastIngest(BaseModel):
    """The ingest job that was over last, whatever became of it."""

    finished_at: Moment
    added: int
    updated: int
    unchanged: int
    withdrawn: int


class CorpusState(Holdings):
    """What the corpus holds, what answers from it, and what came in last."""

    passages: int = Field(description="Passages that can be found.")
    version: str = Field(description="newscite's.")
    models: dict[str, str] = Field(description="The models that answer, by their part.")
    language_model: str | None = Field(
        description="What writes the answers of the generative mode; null: there is none."
    )
    last_arrival: Moment | None = Field(
        description="When the newest version of an article came in, in whatever way."
    )
    last_ingest: LastIngest | None = Field(description="Null: there has been no job.")
    quarantined: int | None = Field(
        description="Items in quarantine; null: the key has no scope `ingest`."
    )


class JobList(BaseModel):
    """A page of the ingest jobs, newest first."""

    jobs: list[Job]
    next_cursor: str | None = None


class Withdrawal(BaseModel):
    """An article that was withdrawn for good."""

    id: str
    status: str = "canceled"


class QuarantinedItem(BaseModel):
    """An item that could not be ingested."""

    id: int
    job_id: str
    at: Moment | None
    place: str = Field(description="The file or address, and the place in it.")
    reason: str
    transient: bool = Field(description="Whether it may succeed as it is when it is tried again.")


class QuarantineList(BaseModel):
    """A page of what could not be ingested, newest first."""

    items: list[QuarantinedItem]
    total: int = Field(description="How many items there are in all.")
    next_cursor: str | None = Field(description="Give it back as `cursor`; null on the last page.")


class RetryRequest(BaseModel):
    """Which items are to be ingested anew."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"numbers": [7]}, {"transient": True}]}
    )

    numbers: list[Whole] = Field([], max_length=10_000, description="None: all of them.")
    transient: Flag = Field(False, description="Only those that may succeed as they are.")


class Model(BaseModel):
    """What can be asked in OpenAI's protocol."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "newscite"


class ModelList(BaseModel):
    """Every model of the server."""

    object: Literal["list"] = "list"
    data: list[Model]


class Health(BaseModel):
    """The process is alive."""

    status: str = "ok"


class Check(BaseModel):
    """One part of the service, and whether it is ready."""

    name: str
    ok: bool
    detail: str


class Ready(Status):
    """What is open, and what was looked at."""

    checks: list[Check]


class Problem(BaseModel):
    """An error (RFC 9457): what was wrong, where, and what to do about it."""

    type: str = Field(examples=["urn:newscite:problem:not-found"])
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[dict[str, Any]] | None = Field(None, description="Field by field, if it applies.")
    checks: list[dict[str, Any]] | None = Field(None, description="Part by part, of /readyz.")
