"""The training examples: what is asked, what is read, and where in it the answer stands, if any.

    python -m eval.training examples --data DIR --out examples.jsonl.gz

Each answered question gives one example with its answer and, on average, a little more than one
without, whose kind says how it was made. The choice is seeded: the same data give the same file.
"""

import csv
import gzip
import html
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.training import alterations as alter
from eval.training.near_misses import NearMisses
from eval.training.paragraphs import (
    SQUAD_FILES,
    TIMEQA_FILES,
    Paragraph,
    Question,
    squad_paragraphs,
    timeqa_paragraphs,
)

# How many examples of each kind a question gives on average, where the kind applies to it.
SHARES = {
    "sentence removed": 0.2,
    "answer made vague": 0.3,
    "elsewhere in the article": 0.4,
    "near miss": 0.3,
    "name or figure exchanged": 0.5,
    "word turned round": 0.5,  # applies to few
    "about another": 0.4,  # likewise
    "other matters": 0.1,
}


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage, and the span of the passage's text that answers it.

    Attributes:
        kind: "answered", or how the absence came about; "relevance" where nothing but relevance is
            to be learnt from it.
        start, end: code points in `text`; both 0 where it does not answer.
    """

    kind: str
    question: str
    title: str
    text: str
    start: int = 0
    end: int = 0


def examples(data: Path, seed: int) -> Iterator[Example]:
    """Every example of the data sets in the folder `data`, in a fixed order."""
    rng = random.Random(seed)
    paragraphs = [p for name in SQUAD_FILES for p in squad_paragraphs(data / name)]
    paragraphs += [p for name in TIMEQA_FILES for p in timeqa_paragraphs(data / name)]
    news = list(_news_passages(data))
    absences, in_news = _Absences(paragraphs, rng), NearMisses(news)
    for paragraph in paragraphs:
        for question in paragraph.questions:
            yield from _answered_or_impossible(question, paragraph)
            if question.answer:
                yield from absences.of(question, paragraph)
                if paragraph.title and rng.random() < SHARES["other matters"]:
                    for found in in_news.nearest(question.text)[:1]:
                        yield Example("other matters", question.text, found.title, found.text)
    yield from _relevance(news, rng)


def _answered_or_impossible(question: Question, paragraph: Paragraph) -> Iterator[Example]:
    if question.answer:
        end = question.start + len(question.answer)
        yield Example(
            "answered", question.text, paragraph.title, paragraph.text, question.start, end
        )
    else:
        yield Example("written impossible", question.text, paragraph.title, paragraph.text)


class _Absences:
    """Makes examples without an answer from answered ones, each kind with its share's chance."""

    def __init__(self, paragraphs: Sequence[Paragraph], rng: random.Random) -> None:
        self._rng = rng
        self._near = NearMisses(paragraphs)
        self._titled = [p for p in paragraphs if p.title and "timeqa" not in p.article]
        self._articles: dict[str, list[Paragraph]] = defaultdict(list)
        for paragraph in paragraphs:
            self._articles[paragraph.article].append(paragraph)

    def of(self, question: Question, paragraph: Paragraph) -> Iterator[Example]:
        """Those of an answered question."""
        yield from self._other_texts(question, paragraph)
        if paragraph.title:
            # Of untitled comments and reviews, whose questions ask about "this product", any may
            # answer.
            yield from self._elsewhere(question, paragraph)
        yield from self._other_questions(question, paragraph)

    def _other_texts(self, question: Question, paragraph: Paragraph) -> Iterator[Example]:
        """The paragraph altered."""
        title, text = paragraph.title, paragraph.text
        if self._wanted("sentence removed"):
            rest = alter.without_sentence(question, text)
            yield from _example("sentence removed", question.text, title, rest)
        if self._wanted("answer made vague"):
            vague = alter.made_vague(question, text, self._rng)
            yield from _example("answer made vague", question.text, title, vague)

    def _elsewhere(self, question: Question, paragraph: Paragraph) -> Iterator[Example]:
        """Another paragraph: of the article, or the nearest of all."""
        if self._wanted("elsewhere in the article"):
            siblings = self._articles[paragraph.article]
            silent = [
                p for p in siblings if p is not paragraph and not alter.holds(p.text, question)
            ]
            if silent:
                some = self._rng.sample(silent, min(8, len(silent)))
                chosen = self._near.nearest_of(question.text, some)
                yield Example(
                    "elsewhere in the article", question.text, paragraph.title, chosen.text
                )
        if self._wanted("near miss"):
            found = self._near.nearest(question.text)
            silent = [p for p in found if p is not paragraph and not alter.holds(p.text, question)]
            for other in silent[:1]:
                yield Example("near miss", question.text, other.title, other.text)

    def _other_questions(self, question: Question, paragraph: Paragraph) -> Iterator[Example]:
        """The question altered."""
        title, text = paragraph.title, paragraph.text
        if self._wanted("name or figure exchanged"):
            siblings = self._articles[paragraph.article]
            asked = alter.with_another(question, paragraph, siblings, self._rng)
            yield from _example("name or figure exchanged", asked, title, text)
        if self._wanted("word turned round"):
            asked = alter.with_opposite(question, text, self._rng)
            yield from _example("word turned round", asked, title, text)
        if title and self._wanted("about another"):
            other = self._rng.choice(self._titled)
            asked = alter.about_another(question, title, other)
            yield from _example("about another", asked, other.title, other.text)

    def _wanted(self, kind: str) -> bool:
        return self._rng.random() < SHARES[kind]


def _example(kind: str, asked: str | None, title: str, text: str | None) -> Iterator[Example]:
    if asked and text:
        yield Example(kind, asked, title, text)


def _news_passages(data: Path) -> Iterator[Paragraph]:
    """Passages of eight sentences from news and press releases."""
    for number, (title, text) in enumerate([*_wikinews(data), *_hhs(data)]):
        spans = alter.sentences(text)
        for at in range(0, len(spans), 8):
            passage = text[spans[at][0] : spans[min(at + 8, len(spans)) - 1][1]].strip()
            if len(passage.split()) > 20:
                yield Paragraph(f"news/{number}", title, passage[:1500], ())


def _relevance(news: Sequence[Paragraph], rng: random.Random) -> Iterator[Example]:
    """News passages with what might be typed to find them, or others of the article."""
    articles: dict[str, list[Paragraph]] = defaultdict(list)
    for passage in news:
        articles[passage.article].append(passage)
    for passage in news:
        other = rng.choice(articles[passage.article])
        start, end = rng.choice(alter.sentences(other.text))
        for query in (passage.title, " ".join(other.text[start:end].split()[:20])):
            if len(query.split()) > 2:
                yield Example("relevance", query, passage.title, passage.text)


def _wikinews(data: Path) -> Iterator[tuple[str, str]]:
    with (data / "wikinews" / "articles.jsonl").open(encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            yield article["title"], article["text"][:8000]


def _hhs(data: Path) -> Iterator[tuple[str, str]]:
    """The press releases: after the breadcrumb, whose end repeats the headline, the text."""
    for path in sorted((data / "hhs_press").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        for *_, cleaned in rows:
            text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), cleaned)
            text = re.sub(r"\s+|\\xa0", " ", html.unescape(text)).strip("[] ")
            text = text.rpartition("> News > ")[2]
            yield " ".join(text.split()[:10]), text[:6000]


def write_examples(data: Path, out: Path, seed: int) -> Counter[str]:
    """Writes the examples as gzipped JSON lines, shuffled; returns how many of each kind."""
    made = list(examples(data, seed))
    random.Random(seed).shuffle(made)
    with gzip.open(out, "wt", encoding="utf-8", compresslevel=6) as file:
        for example in made:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
    return Counter(example.kind for example in made)


def read_examples(path: Path) -> list[Example]:
    """The examples in a file that `write_examples` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [Example(**json.loads(line)) for line in file]
