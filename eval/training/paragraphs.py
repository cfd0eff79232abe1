"""Paragraphs with questions, from the data sets that the reader may be trained on.

Allowed are SQuAD 1.1's train part and SQuAD 2.0's dev-a, all of SQuADShifts, and TimeQA. The other
half of the SQuAD 2.0 development set (dev-b) and every news gold are for measuring and are never
read here.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SQUAD_FILES = (
    "squad/train-part.json.gz",
    "squad/dev-a.json.gz",
    "squadshifts/new_wiki_v1.0.json.gz",
    "squadshifts/reddit_v1.0.json.gz",
    "squadshifts/amazon_reviews_v1.0.json.gz",
)
TIMEQA_FILES = ("timeqa/human_annotated_train.json.gz", "timeqa/human_annotated_test.json.gz")

_NO_HEADLINE = re.compile(r"Amazon_Reviews|Filtered_Reddit")
_TIMEQA_CHARACTERS = 1200  # a window of its long documents, about a passage


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one paragraph.

    Attributes:
        text: as it was asked.
        start, answer: where the paragraph answers it, and the words; absent from one that does not.
        answers: every accepted answer, to tell which other texts hold one.
    """

    text: str
    start: int = 0
    answer: str | None = None
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, what it is headed by ("" where nothing is), and what was asked about it.

    `article` says which paragraphs belong together.
    """

    article: str
    title: str
    text: str
    questions: tuple[Question, ...]


def squad_paragraphs(path: Path) -> Iterator[Paragraph]:
    """Those of a file in SQuAD's format, 1.1 or 2.0."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for number, article in enumerate(articles):
        bare = _NO_HEADLINE.search(article["title"]) is not None
        title = "" if bare else article["title"].replace("_", " ")
        # A data set's comments and reviews are one "article" each: their paragraphs are strangers.
        for place, paragraph in enumerate(article["paragraphs"]):
            key = f"{path.name}/{number}" + (f"/{place}" if "Filtered" in article["title"] else "")
            asked = tuple(_squad_question(qa) for qa in paragraph["qas"])
            yield Paragraph(key, title, paragraph["context"], asked)


def _squad_question(qa: dict[str, Any]) -> Question:
    text = qa["question"].strip()
    if qa.get("is_impossible"):
        return Question(text)
    shortest = min(qa["answers"], key=lambda answer: len(answer["text"]))
    every = frozenset(answer["text"] for answer in qa["answers"])
    return Question(text, shortest["answer_start"], shortest["text"], every)


def timeqa_paragraphs(path: Path) -> Iterator[Paragraph]:
    """Windows of TimeQA's documents with the questions that they answer.

    Its texts are tokenised; they are put back into running text first.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        documents = json.load(file)
    for number, document in enumerate(documents):
        title = _running(document["paras"][0])
        held: dict[tuple[int, int], list[Question]] = {}
        for text, found in document["questions"]:
            for answer in [f for f in found if f["answer"]][:1]:
                para, said = document["paras"][answer["para"]], ""
                before = _running(para[: answer["from"]])
                said = _running(para[answer["from"] : answer["end"]])
                whole = _running(para)
                at = whole.find(said, max(0, len(before) - 3))
                if not said or at < 0:
                    continue
                begin = max(0, whole.rfind(". ", 0, max(0, at - _TIMEQA_CHARACTERS // 2)) + 2)
                begin = 0 if at < _TIMEQA_CHARACTERS // 2 else begin
                question = Question(text.strip(), at - begin, said, frozenset({said}))
                held.setdefault((answer["para"], begin), []).append(question)
        for (para, begin), questions in held.items():
            window = _running(document["paras"][para])[begin:]
            end = window.find(". ", _TIMEQA_CHARACTERS)
            window = window if end < 0 else window[: end + 1]
            kept = tuple(q for q in questions if q.start + len(q.answer or "") <= len(window))
            yield Paragraph(f"{path.name}/{number}", title, window, kept)


def _running(text: str) -> str:
    text = re.sub(r" +([.,;:!?%)\]'’])", r"\1", text)
    text = re.sub(r"([(\[$£]) +", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()
