"""RealTime QA: weekly news quizzes, asked as open questions as of the day they were published.

Layout (https://github.com/realtimeqa/realtimeqa_public, past/YEAR/DATE_qa.jsonl), an object a line:
{"question_id", "question_date": "2022/06/16", "question_source", "question_url",
"question_sentence", "choices": [...], "answer": ["0"], "evidence"}. `answer` holds indices into
`choices` from 0; `evidence` is the quiz's own comment, HTML with links to the news it is about.
DATE_gold.jsonl beside it has the linked articles: {"question_id", "search_result": [{"url", "text",
"authors", "publish_date"}]}; they have no headlines.

The right choices are the answers, the choices are not shown. A question whose right choice points
at the others ("None of the above", as in the _nota files) has no answer of its own and is left out,
and so is one whose answer is not published (the _public files).

A question is asked as of the end of its day; not where one of its articles has no date, which would
then be hidden. Without DATE_gold.jsonl the links in `evidence` are the articles.

Reference: Kasai et al., "RealTime QA: What's the Answer Right Now?" (NeurIPS 2023 Datasets and
Benchmarks), arXiv 2207.13332.
"""

import re
from datetime import UTC, datetime, time
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

from pydantic import TypeAdapter

from eval.formats.base import Format, GoldSet, Published, gold_set, head_of, json_lines, made
from eval.questions import GoldQuestion
from rag.errors import UsageError
from rag.types import Article

_LINK = re.compile(r"""href\s*=\s*["'](https?://[^"']+)""", re.IGNORECASE)
_POINTS_AT_OTHERS = re.compile(r"\W*(?:none|all|both|neither) of (?:the above|these)\W*", re.I)
_QUESTIONS_FILE = re.compile(r"_qa(?:_nota)?\.jsonl$")


class _Question(Published):
    question_id: str
    question_date: str
    question_sentence: str
    choices: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    evidence: str | None = None


class _Linked(Published):
    url: str
    text: str | None = None
    authors: tuple[str, ...] = ()
    publish_date: str | None = None


class _Gold(Published):
    question_id: str
    search_result: list[_Linked]


_QUESTION = TypeAdapter(_Question)
_GOLD = TypeAdapter(_Gold)


def _recognises(path: Path) -> bool:
    head = head_of(path)
    return head.opens == "{" and {"question_id", "question_sentence"} <= head.keys


def _read(path: Path) -> GoldSet:
    linked = _linked(path)
    articles = {item.id: item for items in (linked or {}).values() for item in items}
    questions: list[GoldQuestion] = []
    left_out = 0
    for where, asked in json_lines(_QUESTION, path):
        answers = _answers(asked, where)
        if not answers:
            left_out += 1
            continue
        its_articles = (linked or {}).get(asked.question_id.removesuffix("_nota"), [])
        names = [item.id for item in its_articles] if linked is not None else _links(asked)
        undated = any(item.published_at is None for item in its_articles)
        day = _day(asked.question_date, f"{where}: question_date")
        questions.append(
            made(
                GoldQuestion,
                where,
                id=asked.question_id,
                question=asked.question_sentence,
                answers=answers,
                answerable=True,
                evidence=[{"article": name} for name in names],
                as_of=None if undated else datetime.combine(day, time.max, UTC),
                tags=["realtimeqa"],
            )
        )
    notes = [f"questions without an answer of their own, left out: {left_out}"] if left_out else []
    with_text = [item for item in articles.values() if item.text]
    return gold_set(path, questions, with_text, notes)


def _answers(asked: _Question, where: str) -> list[str]:
    """The right choices; none if one of them only points at the others, or none is published."""
    right = []
    for index in asked.answer:
        if not re.fullmatch(r"[0-9]{1,4}", index) or int(index) >= len(asked.choices):
            raise UsageError(f"{where}: answer: {index!r} is no index into choices, from 0")
        right.append(asked.choices[int(index)].strip())
    return [] if any(map(_POINTS_AT_OTHERS.fullmatch, right)) else list(dict.fromkeys(right))


def _links(asked: _Question) -> list[str]:
    links = _LINK.findall(asked.evidence or "")
    return list(dict.fromkeys(urldefrag(unescape(link)).url for link in links))


def _linked(path: Path) -> dict[str, list[Article]] | None:
    """Each question's articles, out of the gold file beside; None if there is none."""
    if not _QUESTIONS_FILE.search(path.name):
        return None
    gold = path.with_name(_QUESTIONS_FILE.sub("_gold.jsonl", path.name))
    if not gold.is_file():
        return None
    return {
        entry.question_id: [_article(item, where) for item in entry.search_result]
        for where, entry in json_lines(_GOLD, gold)
    }


def _article(item: _Linked, where: str) -> Article:
    url = urldefrag(item.url).url
    date = item.publish_date and _day(item.publish_date, f"{where}: publish_date")
    published = datetime.combine(date, time.min, UTC) if date else None
    return made(
        Article,
        where,
        id=url,
        url=url,
        text=item.text,
        authors=list(item.authors),
        published_at=published,
    )


def _day(text: str, where: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y/%m/%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no date such as 2022/06/16") from None


FORMAT = Format(
    name="realtimeqa",
    about="RealTime QA's weekly questions (DATE_qa.jsonl, with DATE_gold.jsonl beside it if there)",
    recognises=_recognises,
    read=_read,
)
