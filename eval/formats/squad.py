"""SQuAD 1.1 and 2.0 as an open corpus: its paragraphs are articles, its questions are asked alone.

Layout: {"version", "data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question",
"answers": [{"text", "answer_start"}], "is_impossible"?, "plausible_answers"?}]}]}]}, gzipped or
not; `answer_start` counts Unicode code points. SQuADShifts is laid out alike.

References: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (EMNLP
2016); Rajpurkar, Jia and Liang, "Know What You Don't Know" (ACL 2018), for the impossible ones;
the data set's site, https://rajpurkar.github.io/SQuAD-explorer/.

A gold quote is the sentence, or sentences, that hold the answer's place: from the nearest sentence
end before it to the nearest one after it. A sentence ends at a line break, or at a full stop,
question mark or exclamation mark with its closing quotation marks, before white space and a capital
or digit; not after an initial or a short title such as "Dr". Where annotators chose different
sentences the one that most of them chose is quoted.
"""

import re
from collections import Counter
from pathlib import Path

from pydantic import TypeAdapter

from eval.formats.base import Format, GoldSet, Published, bytes_of, gold_set, head_of, made, parsed
from eval.questions import GoldQuestion
from rag.errors import UsageError
from rag.types import Article

_SENTENCE_END = re.compile(
    r"""\n+|(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|Sr|Jr|St|No|vs))[.!?]["'”’)\]]*\s+(?=["'“‘(\[]*[A-Z0-9])"""
)
_QUESTION_WORD = re.compile(r"\b(how (?:many|much)|who(?:m|se)?|what|when|where|which|why|how)\b")


class _Answer(Published):
    text: str
    answer_start: int


class _Question(Published):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Published):
    context: str
    qas: list[_Question]


class _Entry(Published):
    title: str
    paragraphs: list[_Paragraph]


class _File(Published):
    data: list[_Entry]


_FILE = TypeAdapter(_File)


def _recognises(path: Path) -> bool:
    head = head_of(path)
    return head.opens == "{" and {"paragraphs", "context"} <= head.keys


def _read(path: Path) -> GoldSet:
    questions: list[GoldQuestion] = []
    articles: list[Article] = []
    numbers: Counter[str] = Counter()
    for entry in parsed(_FILE, bytes_of(path), str(path)).data:
        title = " ".join(entry.title.replace("_", " ").split())
        slug = re.sub(r"[^\w]+", "-", title.casefold()).strip("-") or "untitled"
        for paragraph in entry.paragraphs:
            numbers[slug] += 1
            article = f"squad-{slug}-{numbers[slug]}"
            where = f"{path}: paragraph {article}"
            articles.append(made(Article, where, id=article, title=title, text=paragraph.context))
            questions += [
                _question(asked, paragraph.context, article, f"{path}: question {asked.id!r}")
                for asked in paragraph.qas
            ]
    return gold_set(path, questions, articles)


def _question(asked: _Question, context: str, article: str, where: str) -> GoldQuestion:
    tags = ["squad", _question_word(asked.question)]
    if asked.is_impossible:
        tags += ["unanswerable", "near-miss"]
        fields: dict[str, object] = {"answerable": False}
    else:
        fields = {
            "answerable": True,
            "answers": list(dict.fromkeys(answer.text.strip() for answer in asked.answers)),
            "evidence": [{"article": article, "quote": q} for q in _quote(asked, context, where)],
        }
    return made(GoldQuestion, where, id=asked.id, question=asked.question, tags=tags, **fields)


def _quote(asked: _Question, context: str, where: str) -> list[str]:
    """The quote; none when there is no answer, which is then refused as no answer."""
    quotes: Counter[str] = Counter()
    for number, answer in enumerate(asked.answers):
        start, end = answer.answer_start, answer.answer_start + len(answer.text)
        if start < 0 or context[start:end] != answer.text:
            raise UsageError(
                f"{where}: answers.{number}.answer_start: {answer.text!r} does not stand at "
                f"{start} in its paragraph"
            )
        quotes[_sentences_around(context, start, end)] += 1
    return [quote for quote, _ in quotes.most_common(1)]


def _sentences_around(context: str, start: int, end: int) -> str:
    stops = [stop.end() for stop in _SENTENCE_END.finditer(context)]
    first = max((stop for stop in stops if stop <= start), default=0)
    last = min((stop for stop in stops if stop >= end), default=len(context))
    return context[first:last].strip()


def _question_word(question: str) -> str:
    """The first word that asks, as a tag: "how-many" and "how-much" are two of them."""
    found = _QUESTION_WORD.search(question.casefold())
    if found is None:
        return "other"
    return "who" if found[1].startswith("who") else found[1].replace(" ", "-")


FORMAT = Format(
    name="squad",
    about="SQuAD 1.1 or 2.0 (.json, .json.gz) as an open corpus of paragraphs",
    recognises=_recognises,
    read=_read,
)
