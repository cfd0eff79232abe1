"""A BEIR folder: queries and judgements of relevance, but no answers: only retrieval is measured.

Layout (https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset): corpus.jsonl, {"_id",
"title"?, "text"} a line; queries.jsonl, {"_id", "text"} a line; qrels/SPLIT.tsv, a header line,
then query-id, corpus-id and score between tabs. The test split is read; give the path of another
split's file to read that one. Only the queries that it judges are asked, as BEIR does.

Grades are folded: a score above 0 is relevant. A query without a relevant article is left out, for
no ranking can be right or wrong about it (trec_eval would score it 0). An article without a text is
its title, one without either is left out. So is a query that is longer than a question may be.

Reference: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information
Retrieval Models" (NeurIPS 2021), arXiv 2104.08663.
"""

from pathlib import Path

from pydantic import Field, TypeAdapter

from eval.formats.base import Format, GoldSet, Published, bytes_of, gold_set, json_lines, made
from eval.questions import GoldQuestion
from rag.errors import NotFoundError, UsageError
from rag.types import QUESTION_CHARACTERS, Article

_SPLIT = "test"
_COLUMNS = 3


class _Document(Published):
    id: str = Field(alias="_id")
    text: str = ""
    title: str | None = None


_DOCUMENT = TypeAdapter(_Document)


def _recognises(path: Path) -> bool:
    folder = path if path.is_dir() else path.parent.parent
    judged = path.is_dir() or (path.suffix == ".tsv" and path.parent.name == "qrels")
    return judged and (folder / "queries.jsonl").is_file() and (folder / "qrels").is_dir()


def _read(path: Path) -> GoldSet:
    folder, qrels = (path, _test_split(path)) if path.is_dir() else (path.parent.parent, path)
    judged = _relevant(qrels)
    queries = folder / "queries.jsonl"
    asked = {query.id: (where, query) for where, query in json_lines(_DOCUMENT, queries)}
    if unknown := next((name for name in judged if name not in asked), None):
        raise UsageError(f"{qrels}: query-id: {unknown!r} is not in {queries}")
    questions = [
        made(
            GoldQuestion,
            asked[name][0],
            id=name,
            question=asked[name][1].text,
            answerable=True,
            evidence=[{"article": article} for article in relevant],
            tags=["beir", "retrieval-only"],
        )
        for name, relevant in judged.items()
        if relevant and len(asked[name][1].text.strip()) <= QUESTION_CHARACTERS
    ]
    answerable = sum(bool(relevant) for relevant in judged.values())
    articles, empty = _articles(folder / "corpus.jsonl")
    left_out = {
        "queries without a relevant article": len(judged) - answerable,
        f"queries of more than {QUESTION_CHARACTERS:,} characters": answerable - len(questions),
        "articles with neither title nor text": empty,
    }
    notes = [f"{what}, left out: {count}" for what, count in left_out.items() if count]
    return gold_set(qrels, questions, articles, notes)


def _test_split(folder: Path) -> Path:
    qrels = folder / "qrels" / f"{_SPLIT}.tsv"
    if not qrels.is_file():
        others = sorted(str(other) for other in qrels.parent.glob("*.tsv"))
        advice = f"; give the path of one of its splits: {', '.join(others)}" if others else ""
        raise NotFoundError(f"{folder} has no qrels/{_SPLIT}.tsv{advice}")
    return qrels


def _relevant(qrels: Path) -> dict[str, dict[str, None]]:
    """The relevant articles, in the file's order, of every query that it judges."""
    judged: dict[str, dict[str, None]] = {}
    for number, line in enumerate(bytes_of(qrels).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{qrels}, line {number}"
        try:
            query, article, score = line.decode().split("\t")
            relevant = float(score) > 0
        except ValueError:
            if number == 1:  # the header; a file without one loses no judgement
                continue
            raise UsageError(
                f"{where}: a line has {_COLUMNS} columns between tabs: query-id, corpus-id and a "
                "number, the score"
            ) from None
        if not query.strip() or not article.strip():
            raise UsageError(f"{where}: query-id and corpus-id must not be empty")
        judged.setdefault(query, {}).update({article: None} if relevant else {})
    return judged


def _articles(corpus: Path) -> tuple[list[Article], int]:
    """The articles, and how many were left out; none if the folder comes without its corpus."""
    documents = list(json_lines(_DOCUMENT, corpus)) if corpus.is_file() else []
    articles = [
        made(Article, where, id=d.id, title=d.title or "", text=d.text.strip() or d.title)
        for where, d in documents
        if d.text.strip() or (d.title or "").strip()
    ]
    return articles, len(documents) - len(articles)


FORMAT = Format(
    name="beir",
    about="A BEIR folder (corpus.jsonl, queries.jsonl, qrels/): retrieval only",
    recognises=_recognises,
    read=_read,
)
