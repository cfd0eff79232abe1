"""The tools: what each takes and gives, and how it does its work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel
from structlog.contextvars import get_contextvars

from api.mcp import descriptions, text
from api.mcp.arguments import Arguments, Ask, ListSources, ReadArticle, Search, VerifyQuote
from api.mcp.results import ArticleText, Finds, Verified, part_of
from rag.states import Holdings
from rag.types import Answer

if TYPE_CHECKING:  # imported where it is opened: the client is answered before that is done
    from api.client import RemoteEngine
    from rag.engine import Engine

_OTHER_VERSIONS = 20  # are looked through for a quotation that the one asked for has not

Library: TypeAlias = "Engine | RemoteEngine"
"""What answers: the corpus itself, or a server that has it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gives.

    Attributes:
        structured: in the form of the tool's output schema.
        text: the same for a language model to read.
    """

    structured: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """Something to call.

    Attributes:
        name, title, description: what it is, the last for the model that chooses.
        takes: its arguments.
        gives: the form of what it gives.
        answers: does the work, in a thread of its own.
        asks: whether it waits its turn like a question.
    """

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: type[BaseModel]
    answers: Callable[[Any, Library], Result]
    asks: bool = False


def _ask(given: Ask, library: Library) -> Result:
    found = library.ask(
        given.question, history=given.history, filters=given.filters, as_of=given.as_of,
        max_citations=given.max_citations, request_id=get_contextvars().get("request_id"),
    )  # fmt: skip
    inner = {"passages", "passages_read", "timings_ms"}
    return Result(found.model_dump(mode="json", exclude=inner), text.answer_text(found))


def _search(given: Search, library: Library) -> Result:
    found = library.search(given.query, filters=given.filters, as_of=given.as_of, limit=given.limit)
    return Result(Finds(passages=found).model_dump(mode="json"), text.passages_text(found))


def _read_article(given: ReadArticle, library: Library) -> Result:
    article = library.article(given.article_id, given.version)
    found = part_of(article, given.start, given.characters)
    return Result(found.model_dump(mode="json"), text.article_text(found))


def _verify_quote(given: VerifyQuote, library: Library) -> Result:
    article = library.article(given.article_id, given.version)
    verdict = library.verify(given.article_id, given.quote, article.version)
    others = [v.version for v in reversed(article.versions) if v.version != article.version]
    stands_in = [
        version
        for version in (others[:_OTHER_VERSIONS] if verdict.status != "found" else ())
        if library.verify(given.article_id, given.quote, version).status == "found"
    ]
    found = Verified(**verdict.model_dump(), version=article.version, stands_in=stands_in)
    return Result(found.model_dump(mode="json"), text.verdict_text(found, given.article_id))


def _list_sources(_given: ListSources, library: Library) -> Result:
    found = library.holdings()
    return Result(found.model_dump(mode="json"), text.holdings_text(found))


TOOLS = (
    Tool(
        "ask", "Ask the news corpus", descriptions.ASK, Ask, Answer, _ask, asks=True,
    ),
    Tool(
        "search", "Search the news corpus", descriptions.SEARCH, Search, Finds, _search,
        asks=True,
    ),
    Tool(
        "read_article", "Read an article", descriptions.READ_ARTICLE, ReadArticle, ArticleText,
        _read_article,
    ),
    Tool(
        "verify_quote", "Verify a quotation", descriptions.VERIFY_QUOTE, VerifyQuote, Verified,
        _verify_quote, asks=True,
    ),
    Tool(
        "list_sources", "List the sources", descriptions.LIST_SOURCES, ListSources, Holdings,
        _list_sources,
    ),
)  # fmt: skip
"""Every tool, in the order in which they are listed."""
