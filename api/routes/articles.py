"""/v1/articles: list, read, deliver and withdraw articles."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints
from pydantic.config import JsonDict
from pydantic_core import CoreSchema

from api.access.scopes import demand
from api.conditional import IF_NONE_MATCH, TAGGED
from api.deps import ApiKey, EngineDep, PipelineDep
from api.description import problems
from api.idempotency import DESCRIBED
from api.paging import NEXT, link_next
from api.schemas import ArticleList, Withdrawal
from ingest.sources import Delivered, Refused
from ingest.sources.fields import article_from
from ingest.summary import DeliveryReport, Failure, ItemDone
from rag.errors import HiddenError, IngestError, NotFoundError, UsageError, WithdrawnError
from rag.types import MAX_VERSION, Article, AsOf, Filters, PubStatus, StoredArticle, WrittenMoment

router = APIRouter(prefix="/v1/articles", tags=["articles"])

_EXAMPLE = {
    "title": "Harbour reopens after storm",
    "text": "The harbour of Port Ellery reopened on Tuesday, its master said.",
    "source": "Ellery Gazette",
    "url": "https://gazette.example/harbour-reopens",
    "published_at": "2025-03-04T09:00:00Z",
}
_MAX_ARTICLES = 1000
_MAX_SOURCES = 50  # no request line may be much longer than these
_MAX_FIND = 200  # each of its words is a query of its own


class _AsAnArticle:
    """Described as one, and looked at later, each for itself: one that is none fails no other."""

    def __get_pydantic_json_schema__(
        self, _plain: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(Article.__pydantic_core_schema__)


def _one_or_many(delivery: object) -> object:
    if not isinstance(delivery, dict | list):
        raise ValueError("has to be an article, which is a JSON object, or a list of them")
    return delivery


_LENGTHS: JsonDict = {"minItems": 1, "maxItems": _MAX_ARTICLES}
_Source = Annotated[str, StringConstraints(max_length=500)]  # as an article's own
_Language = Annotated[str, StringConstraints(max_length=35)]
_One = Annotated[dict[str, Any], _AsAnArticle()]
_Many = Annotated[list[Annotated[Any, _AsAnArticle()]], Field(json_schema_extra=_LENGTHS)]
_Delivery = Annotated[_One | _Many, BeforeValidator(_one_or_many)]


_LISTED = TAGGED | {200: {"headers": TAGGED[200]["headers"] | NEXT}}


@router.get("", responses=_LISTED, openapi_extra=IF_NONE_MATCH)
def list_articles(
    request: Request,
    response: Response,
    engine: EngineDep,
    key: ApiKey,
    source: Annotated[list[_Source], Query(default_factory=list, max_length=_MAX_SOURCES)],
    language: Annotated[list[_Language], Query(default_factory=list, max_length=_MAX_SOURCES)],
    find: Annotated[
        str,
        Query(
            max_length=_MAX_FIND, description='Only those that have all these words, or "phrases".'
        ),
    ] = "",
    after: WrittenMoment | None = None,
    before: WrittenMoment | None = None,
    as_of: Annotated[AsOf | None, Query(description="List the archive as it stood then.")] = None,
    status: PubStatus | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArticleList:
    """The articles that a question may use, newest first; or those withheld or canceled.

    The latter are told to those alone who deliver: they need the scope `ingest` besides `ask`.
    Words to `find` are looked for in headline and text of what a question may use, in any form:
    "boats" finds "boat"; those between quotation marks, one behind the other. Words as common as
    "the" are passed over elsewhere.
    """
    if status not in (None, PubStatus.USABLE):
        demand(key, "ingest", f"a list of what is {status.value}")
    filters = Filters(after=after, before=before, sources=source, languages=language)
    page = engine.articles(
        filters=filters, as_of=as_of, status=status, find=find, cursor=cursor, limit=limit
    )
    link_next(request, response, page.next_cursor)
    return ArticleList(articles=page.articles, total=page.total, next_cursor=page.next_cursor)


@router.post(
    "",
    openapi_extra=DESCRIBED
    | {"requestBody": {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def deliver(delivery: Annotated[_Delivery, Body()], pipeline: PipelineDep) -> DeliveryReport:
    """Ingests one article or a list of up to 1,000. Delivering the same again changes nothing.

    An article of a list that cannot be ingested is reported under `failures` and quarantined; the
    others are ingested. A single one that cannot be is answered with 422, and quarantined too.
    """
    wanted = delivery if isinstance(delivery, list) else [delivery]
    if not 1 <= len(wanted) <= _MAX_ARTICLES:
        raise UsageError(f"send 1 to {_MAX_ARTICLES:,} articles in a request, not {len(wanted):,}")
    ids: list[str] = []
    failures: list[Failure] = []

    def watch(item: ItemDone) -> None:
        if item.refused is not None:
            refused = item.refused
            failures.append(Failure(where=refused.where, reason=refused.reason))
        elif item.article_id is not None:
            ids.append(item.article_id)

    items = (_item(data, f"item {number}") for number, data in enumerate(wanted, start=1))
    summary = pipeline.run(items, watch)
    if failures and not isinstance(delivery, list):
        raise UsageError(failures[0].reason)
    counts = summary.model_dump(exclude={"articles"})
    return DeliveryReport(**counts, articles=ids, failures=failures)


@router.get(
    "/{article_id:path}",
    responses=TAGGED | problems(NotFoundError, WithdrawnError, HiddenError),
    openapi_extra=IF_NONE_MATCH,
)
def read(
    article_id: str,
    engine: EngineDep,
    version: Annotated[int | None, Query(ge=1, le=MAX_VERSION)] = None,
) -> StoredArticle:
    """An article with its full text: its current version, or the one asked for."""
    return engine.article(article_id, version)


@router.delete("/{article_id:path}", responses=problems(NotFoundError))
def withdraw(article_id: str, pipeline: PipelineDep) -> Withdrawal:
    """Withdraws an article for good: no version of it is found or quoted again."""
    pipeline.withdraw(article_id)
    return Withdrawal(id=article_id)


def _item(data: Any, where: str) -> Delivered | Refused:
    if not isinstance(data, dict):
        return Refused(where, "an article is a JSON object of fields", repr(data).encode())
    try:
        return Delivered(article_from(data, where), where)
    except IngestError as error:
        raw = json.dumps(data, ensure_ascii=False).encode(errors="replace")
        return Refused(where, error.reason, raw)
