"""The training examples: what is asked, what is read, and where in it the answer stands, if it does.

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
    articles: dict[str, list[Paragraph]] = defaultdict(list)
    for paragraph in paragraphs:
        articles[paragraph.article].append(paragraph)
    news = list(_news_passages(data))
    near, in_news = NearMisses(paragraphs), NearMisses(news)
    titled = [p for p in paragraphs if p.title and "timeqa" not in p.article]
    for paragraph in paragraphs:
        for question in paragraph.questions:
            yield from _answered_or_impossible(question, paragraph)
            if question.answer:
                siblings = articles[paragraph.article]
                yield from _absent(question, paragraph, siblings, near, titled, rng)
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


def _absent(
    question: Question,
    paragraph: Paragraph,
    siblings: Sequence[Paragraph],
    near: NearMisses,
    titled: Sequence[Paragraph],
    rng: random.Random,
) -> Iterator[Example]:
    """The examples made from an answered one that have no answer, each with its share's chance."""
    title, text = paragraph.title, paragraph.text

    def example(kind: str, asked: str | None, title: str, read: str | None) -> Iterator[Example]:
        if asked and read:
            yield Example(kind, asked, title, read)

    def wanted(kind: str) -> bool:
        return rng.random() < SHARES[kind]

    if wanted("sentence removed"):
        read = alter.without_sentence(question, text)
        yield from example("sentence removed", question.text, title, read)
    if wanted("answer made vague"):
        read = alter.made_vague(question, text, rng)
        yield from example("answer made vague", question.text, title, read)
    # Of untitled comments and reviews, whose questions ask about "this product", any may answer.
    if title and wanted("elsewhere in the article"):
        others = [p for p in siblings if p is not paragraph and not alter.holds(p.text, question)]
        if others:
            chosen = near.nearest_of(question.text, rng.sample(others, min(8, len(others))))
            yield from example("elsewhere in the article", question.text, title, chosen.text)
    if title and wanted("near miss"):
        found = near.nearest(question.text)
        read_from = [p for p in found if p is not paragraph and not alter.holds(p.text, question)]
        for other in read_from[:1]:
            yield from example("near miss", question.text, other.title, other.text)
    if wanted("name or figure exchanged"):
        asked = alter.with_another(question, paragraph, siblings, rng)
        yield from example("name or figure exchanged", asked, title, text)
    if wanted("word turned round"):
        yield from example(
            "word turned round", alter.with_opposite(question, text, rng), title, text
        )
    if title and wanted("about another"):
        other = rng.choice(titled)
        asked = alter.about_another(question, title, other)
        yield from example("about another", asked, other.title, other.text)


def _news_passages(data: Path) -> Iterator[Paragraph]:
    """Passages of eight sentences from news and press releases."""
    for number, (title, text) in enumerate([*_wikinews(data), *_hhs(data)]):
        spans = alter.sentences(text)
        for at in range(0, len(spans), 8):
            passage = text[spans[at][0] : spans[min(at + 8, len(spans)) - 1][1]].strip()
            if len(passage.split()) > 20:  # noqa: PLR2004
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
            if len(query.split()) > 2:  # noqa: PLR2004
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
            *_, text = text.split("> News > ")
            yield " ".join(text.split()[:10]), text[:6000]


def write_examples(data: Path, out: Path, seed: int) -> Counter[str]:
    """Writes the examples as gzipped JSON lines, shuffled; returns how many there are of each kind."""
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
