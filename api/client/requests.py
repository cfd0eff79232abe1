"""Every request of the clients, described once: what is sent, and how the response is read."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import quote

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from api.client.exchange import Request
from api.client.files import parts
from api.schemas import (
    ArticleList,
    CorpusState,
    QuarantinedItem,
    QuarantineList,
    Ready,
    SearchResponse,
    Withdrawal,
)
from ingest.job_told import Job
from ingest.summary import DeliveryReport
from rag.errors import QuoteMismatchError, UsageError
from rag.quoting import QuoteVerdict
from rag.states import ReindexState
from rag.timeline import Timeline
from rag.types import (
    Answer,
    Article,
    Citation,
    Mode,
    Passage,
    PubStatus,
    StoredArticle,
    Turn,
)

if TYPE_CHECKING:  # what reads files is heavy to import
    from ingest.sources import Format, Naming

When = date | str
"""A date, a time (without a zone: in UTC) or either as ISO 8601 writes it: "2025-03-04"."""

ArticleLike = Article | Mapping[str, Any]
"""An article to deliver: the fields of `rag.types.Article`, and any others, which are kept."""

_JSON = {"Content-Type": "application/json"}
_EVENTS = {"Accept": "text/event-stream"}
_JOBS = "/v1/ingest-jobs"


class FilterOptions(TypedDict, total=False):
    """Which articles may be seen; see `rag.types.Filters`.

    Attributes:
        after: published then or later.
        before: published earlier.
        sources, languages, article_ids: of one of these; none: of any.
        excluded_article_ids: of none of these.
    """

    after: When | None
    before: When | None
    sources: str | Iterable[str]
    languages: str | Iterable[str]
    article_ids: str | Iterable[str]
    excluded_article_ids: str | Iterable[str]


class ListOptions(TypedDict, total=False):
    """Which articles are listed.

    Attributes:
        after: published then or later.
        before: published earlier.
        sources, languages: of one of these; none: of any.
        find: only those that have all these words, or `"phrases"`.
        status: "withheld" or "canceled" lists these in place of what may be used.
    """

    after: When | None
    before: When | None
    sources: str | Iterable[str]
    languages: str | Iterable[str]
    find: str
    status: PubStatus | str | None


class SearchOptions(FilterOptions, total=False):
    """How passages are searched.

    Attributes:
        as_of: search the archive as it stood then.
        limit: how many passages, 1 to 100, or articles of a timeline, 1 to 50; 10 if it is not
            given.
    """

    as_of: When | None
    limit: int


class TalkOptions(FilterOptions, total=False):
    """How questions are answered.

    Attributes:
        as_of: answer as the archive stood then.
        mode: "extractive", which quotes, or "generative", which needs a language model.
        max_citations: 1 to 20; 5 if it is not given.
        include_passages: return the passages that were read, too.
    """

    as_of: When | None
    mode: Mode
    max_citations: int
    include_passages: bool


class AskOptions(TalkOptions, total=False):
    """How a question is answered.

    Attributes:
        history: the turns before it, oldest first.
    """

    history: Iterable[Turn | Mapping[str, Any]]


def ask(question: str, **options: Unpack[AskOptions]) -> Request[Answer]:
    """A question, to be answered as a whole."""
    body = _json(_question(question, **options))
    return Request("POST", "/v1/ask", Answer.model_validate_json, headers=_JSON, content=body)


def stream(question: str, **options: Unpack[AskOptions]) -> Request[bytes]:
    """A question, to be answered as `api.client.events` come about."""
    body = _json(_question(question, **options) | {"stream": True})
    return Request("POST", "/v1/ask", bytes, headers=_JSON | _EVENTS, content=body)


def search(query: str, **options: Unpack[SearchOptions]) -> Request[list[Passage]]:
    """A query, for passages."""
    body = _json(_search(query, **options))
    return Request("POST", "/v1/search", _passages, headers=_JSON, content=body)


def timeline(question: str, **options: Unpack[SearchOptions]) -> Request[Timeline]:
    """What a story is about, for its articles by date."""
    asked = _search(question, **options)
    body = _json({"question": asked.pop("query"), **asked})
    read = Timeline.model_validate_json
    return Request("POST", "/v1/timeline", read, headers=_JSON, content=body)


def corpus() -> Request[CorpusState]:
    """What the corpus holds."""
    return Request("GET", "/v1/corpus", CorpusState.model_validate_json)


def article(article_id: str, version: int | None = None) -> Request[StoredArticle]:
    """An article, with its text."""
    query = {} if version is None else {"version": str(version)}
    return Request("GET", _article_path(article_id), StoredArticle.model_validate_json, query=query)


def proof(citation: Citation) -> Request[StoredArticle]:
    """The version that a citation cites, which is read only if the quote stands there."""
    asked = article(citation.article_id, citation.version)
    return Request("GET", asked.path, partial(_proven, citation), query=asked.query)


def articles(
    *,
    cursor: str | None = None,
    limit: int = 50,
    after: When | None = None,
    before: When | None = None,
    sources: str | Iterable[str] = (),
    languages: str | Iterable[str] = (),
    find: str = "",
    status: PubStatus | str | None = None,
) -> Request[ArticleList]:
    """A page of the listing."""
    given = {"after": _moment(after), "before": _moment(before), "status": status, "cursor": cursor}
    query: dict[str, str | list[str]] = {k: str(v) for k, v in given.items() if v is not None}
    query |= {"source": _values(sources), "language": _values(languages), "limit": str(limit)}
    query |= {"find": find} if find else {}
    return Request("GET", "/v1/articles", ArticleList.model_validate_json, query=query)


def verify(article_id: str, quotation: str, version: int | None = None) -> Request[QuoteVerdict]:
    """A quotation, to be looked up in an article."""
    body = _json({"article_id": article_id, "quote": quotation, "version": version})
    return Request(
        "POST", "/v1/citations/verify", QuoteVerdict.model_validate_json, headers=_JSON,
        content=body,
    )  # fmt: skip


def deliver(
    delivered: ArticleLike | Iterable[ArticleLike], key: str | None = None
) -> Request[DeliveryReport]:
    """Articles to ingest. The key of idempotency is made up if none is given."""
    if isinstance(delivered, Article | Mapping):
        body = _json(_fields(delivered))
    else:
        body = _json([_fields(each) for each in delivered])
    return Request(
        "POST", "/v1/articles", DeliveryReport.model_validate_json, headers=_JSON | _once(key),
        content=body,
    )  # fmt: skip


def withdraw(article_id: str) -> Request[Withdrawal]:
    """An article to withdraw for good."""
    return Request("DELETE", _article_path(article_id), Withdrawal.model_validate_json)


def ingest(
    files: Sequence[Path],
    format: "Format" = "auto",  # noqa: A002
    source: str | None = None,
    naming: "Naming | None" = None,
    sent: Callable[[int], None] | None = None,
    key: str | None = None,
) -> Request[Job]:
    """Files to ingest as a job.

    Args:
        files: in the order in which they are to be ingested.
        format, source, naming: see `ingest.sources.read`.
        sent: called with how many bytes of the files have been sent.
        key: of idempotency; made up if none is given.
    """
    boundary = uuid.uuid4().hex
    columns = [f"{field}={column}" for field, column in (naming or {}).items()]
    named: dict[str, str | list[str]] = {} if source is None else {"source": source}
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return Request(
        "POST", _JOBS, _job, query={"format": format, "map": columns} | named,
        headers=kind | _once(key), pieces=lambda: parts(files, boundary.encode(), sent),
    )  # fmt: skip


def job(job_id: str, failures_after: int = 0) -> Request[Job]:
    """How far a job is, with the failures of its items after that one."""
    query = {"failures_after": str(failures_after)}
    return Request("GET", f"{_JOBS}/{quote(job_id, safe='')}", _job, query=query)


def quarantine(cursor: str | None = None, limit: int = 50) -> Request[QuarantineList]:
    """A page of what could not be ingested."""
    query: dict[str, str | list[str]] = {"limit": str(limit)}
    query |= {} if cursor is None else {"cursor": cursor}
    return Request("GET", "/v1/quarantine", QuarantineList.model_validate_json, query=query)


def retry(numbers: Iterable[int] = (), *, transient: bool = False) -> Request[Job]:
    """Items of the quarantine to ingest anew; none: all."""
    body = _json({"numbers": list(numbers), "transient": transient})
    return Request(
        "POST", "/v1/quarantine/retry", _job, headers=_JSON | _once(None), content=body
    )  # fmt: skip


def drop(number: int) -> Request[QuarantinedItem]:
    """An item of the quarantine to delete."""
    return Request(
        "DELETE", f"/v1/quarantine/{number}", QuarantinedItem.model_validate_json, repeatable=False
    )


def status() -> Request[Ready]:
    """What the server has open."""
    return Request("GET", "/readyz", Ready.model_validate_json)


def reindex() -> Request[ReindexState]:
    """Both indexes to rebuild."""
    return Request("POST", "/v1/admin/reindex", ReindexState.model_validate_json)


def reindexing() -> Request[ReindexState]:
    """How far that is."""
    return Request("GET", "/v1/admin/reindex", ReindexState.model_validate_json)


def backup() -> Request[bytes]:
    """The corpus as a tar file; it is read as it comes."""
    return Request("POST", "/v1/admin/backup", bytes)


def _question(
    question: str,
    *,
    as_of: When | None = None,
    mode: Mode = "extractive",
    max_citations: int = 5,
    include_passages: bool = False,
    history: Iterable[Turn | Mapping[str, Any]] = (),
    **filters: Unpack[FilterOptions],
) -> dict[str, Any]:
    return {
        "question": question, "filters": _filters(**filters), "as_of": _moment(as_of),
        "mode": mode, "max_citations": max_citations, "include_passages": include_passages,
        "history": [dict(turn) for turn in history],  # a mapping too, which the server looks at
    }  # fmt: skip


def _search(
    query: str,
    *,
    as_of: When | None = None,
    limit: int = 10,
    **filters: Unpack[FilterOptions],
) -> dict[str, Any]:
    filtered = _filters(**filters)
    return {"query": query, "filters": filtered, "as_of": _moment(as_of), "limit": limit}


def _filters(
    *,
    after: When | None = None,
    before: When | None = None,
    sources: str | Iterable[str] = (),
    languages: str | Iterable[str] = (),
    article_ids: str | Iterable[str] = (),
    excluded_article_ids: str | Iterable[str] = (),
) -> dict[str, Any]:
    lists = {
        "sources": sources, "languages": languages, "article_ids": article_ids,
        "excluded_article_ids": excluded_article_ids,
    }  # fmt: skip
    dates = {"after": _moment(after), "before": _moment(before)}
    return dates | {name: _values(given) for name, given in lists.items()}


def _moment(given: When | None) -> str | None:
    return given.isoformat() if isinstance(given, date) else given


def _values(given: str | Iterable[str]) -> list[str]:
    """A single value is a list of one, not of its letters."""
    return [given] if isinstance(given, str) else list(given)


def _fields(delivered: ArticleLike) -> dict[str, Any]:
    if isinstance(delivered, Article):
        return delivered.model_dump(exclude_unset=True)
    if not isinstance(delivered, Mapping):
        raise UsageError(
            f"an article is an Article or a mapping of its fields, not {type(delivered).__name__}"
        )
    return dict(delivered)


def _json(body: object) -> bytes:
    try:
        return to_json(body)
    except PydanticSerializationError as error:
        raise UsageError(f"this cannot be sent as JSON: {error}") from error


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex if key is None else key}


def _article_path(article_id: str) -> str:
    return f"/v1/articles/{quote(article_id, safe='')}"


_FIELDS = TypeAdapter(dict[str, Any])


def _job(body: bytes) -> Job:
    data = _FIELDS.validate_python(from_json(body))
    return Job.model_validate(data | {"job_id": data.get("id")})


def _passages(body: bytes) -> list[Passage]:
    return SearchResponse.model_validate_json(body).passages


def _proven(citation: Citation, body: bytes) -> StoredArticle:
    found = StoredArticle.model_validate_json(body)
    there = found.text[citation.start : citation.end]
    if there != citation.quote:
        raise QuoteMismatchError(
            f"citation {citation.number} quotes {citation.quote!r}; characters {citation.start} to "
            f"{citation.end} of {citation.article_id}, version {citation.version}, are {there!r}"
        )
    return found
