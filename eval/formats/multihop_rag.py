"""MultiHop-RAG: news questions whose answers take two to four articles, or none at all.

Layout (https://github.com/yixuantt/MultiHop-RAG): MultiHopRAG.json is a list of {"query", "answer",
"question_type", "evidence_list": [{"title", "author", "url", "source", "category", "published_at",
"fact"}]}; corpus.json beside it is a list of {"title", "author", "source", "published_at",
"category", "url", "body"}. A null_query's answer is "Insufficient information.": unanswerable.

A subset that others publish has the same in two files: queries.json, {"queries": [{"id",
"question", "question_type"}]}, and ground_truth.json, {id: {"answer", "evidence_list"}}
(https://github.com/zc277584121/search-datasets, tasks/multihop_rag).

Without corpus.json the articles are made of the facts quoted from them: fewer and shorter than the
real ones, so retrieval over them is easier than over the published corpus.

Reference: Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop
Queries" (COLM 2024), arXiv 2401.15391.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter

from eval.formats.base import Format, GoldSet, Published, bytes_of, gold_set, head_of, made, parsed
from eval.questions import GoldQuestion
from rag.errors import NotFoundError, UsageError
from rag.types import Article, Moment

_WHOLE = "MultiHopRAG.json"
_ASKED = "queries.json"


class _Source(Published):
    title: str
    url: str
    author: str | None = None
    source: str | None = None
    category: str | None = None
    published_at: Moment | None = None


class _Evidence(_Source):
    fact: str


class _Body(_Source):
    body: str


class _Truth(Published):
    answer: str
    evidence_list: list[_Evidence]


class _Query(_Truth):
    query: str
    question_type: str


class _Asked(Published):
    id: str
    question: str
    question_type: str


class _Subset(Published):
    queries: list[_Asked]


_QUERIES = TypeAdapter(list[_Query])
_SUBSET = TypeAdapter(_Subset)
_TRUTHS = TypeAdapter(dict[str, _Truth])
_CORPUS = TypeAdapter(list[_Body])


def _recognises(path: Path) -> bool:
    if path.is_dir():
        return (path / _WHOLE).is_file() or _truths(path) is not None
    head = head_of(path)
    if head.opens == "[":
        return {"query", "evidence_list"} <= head.keys
    return head.opens == "{" and (
        {"answer", "evidence_list"} <= head.keys or {"queries", "question_type"} <= head.keys
    )


def _read(path: Path) -> GoldSet:
    folder = path if path.is_dir() else path.parent
    if path.is_dir() and (path / _WHOLE).is_file():
        path /= _WHOLE
    if path.is_dir() or head_of(path).opens == "{":
        entries = _joined(folder)
    else:
        queries = parsed(_QUERIES, bytes_of(path), str(path))
        entries = [(f"mhr-{number}", query) for number, query in enumerate(queries)]
    corpus = folder / "corpus.json"
    if corpus.is_file():
        bodies = parsed(_CORPUS, bytes_of(corpus), str(corpus))
        articles = [_article(body, body.body, f"{corpus}: {n}") for n, body in enumerate(bodies)]
    else:
        articles = _fact_pool((entry for _, entry in entries), str(path))
    questions = [_question(name, entry, f"{path}: question {name}") for name, entry in entries]
    return gold_set(path, questions, articles)


def _truths(folder: Path) -> Path | None:
    """The subset's answers, if the folder holds the subset."""
    if not (folder / _ASKED).is_file():
        return None
    found = (folder / name for name in ("ground_truth.json", "ground_truth.json.gz"))
    return next((truths for truths in found if truths.is_file()), None)


def _joined(folder: Path) -> list[tuple[str, _Query]]:
    """The subset's questions with their answers."""
    asked, truths = folder / _ASKED, _truths(folder)
    if truths is None:
        raise NotFoundError(f"{folder} has neither {_WHOLE} nor {_ASKED} with ground_truth.json")
    answers = parsed(_TRUTHS, bytes_of(truths), str(truths))
    entries = []
    for number, query in enumerate(parsed(_SUBSET, bytes_of(asked), str(asked)).queries):
        truth = answers.get(query.id)
        if truth is None:
            where = f"{asked}: queries.{number}.id"
            raise UsageError(f"{where}: {query.id!r} has no answer in {truths}")
        entry = _Query(query=query.question, question_type=query.question_type, **dict(truth))
        entries.append((f"mhr-{query.id}", entry))
    return entries


def _question(name: str, entry: _Query, where: str) -> GoldQuestion:
    answer = entry.answer.strip().rstrip(".").casefold()
    answerable = answer != "insufficient information"
    more_tags = ["yes-no"] if answer in {"yes", "no"} else [] if answerable else ["unanswerable"]
    evidence = dict.fromkeys((item.url, item.fact) for item in entry.evidence_list)
    return made(
        GoldQuestion,
        where,
        id=name,
        question=entry.query,
        answerable=answerable,
        answers=[entry.answer] if answerable else [],
        evidence=[{"article": url, "quote": fact} for url, fact in evidence] if answerable else [],
        tags=["multihop-rag", entry.question_type, *more_tags],
    )


def _fact_pool(entries: Iterable[_Query], where: str) -> list[Article]:
    """An article of each source that facts are quoted from: those facts, a paragraph each."""
    sources: dict[str, _Source] = {}
    facts: dict[str, dict[str, None]] = {}
    for item in (item for entry in entries for item in entry.evidence_list):
        sources.setdefault(item.url, item)
        facts.setdefault(item.url, {})[item.fact] = None
    return [
        _article(source, "\n\n".join(facts[url]), f"{where}: article {url}")
        for url, source in sources.items()
    ]


def _article(source: _Source, text: str, where: str) -> Article:
    return made(
        Article,
        where,
        id=source.url,
        url=source.url,
        title=source.title,
        text=text,
        source=source.source,
        authors=[source.author] if source.author else [],
        section=source.category,
        published_at=source.published_at,
    )


FORMAT = Format(
    name="multihop-rag",
    about="MultiHop-RAG's MultiHopRAG.json, with corpus.json beside it if there",
    recognises=_recognises,
    read=_read,
)
