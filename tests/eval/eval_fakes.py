"""A system with a script, a corpus of three articles, and short ways to make gold and replies."""

from collections.abc import Iterable, Mapping
from typing import Any

from eval.questions import GoldQuestion
from eval.reply import Reply, Statement
from rag.types import Citation, Passage

TEXTS = {
    "strike": "Three ships were hit on Friday. The navy said it had fired first.",
    "budget": "Parliament passed the budget by 51 votes to 49.",
    "flood": "The river rose four metres. Two hundred people left their homes.",
}


def gold(name: str = "q", *, answers: tuple[str, ...] = ("three",), **fields: Any) -> GoldQuestion:
    """An answerable question whose evidence is the article "strike", unless told otherwise."""
    fields = {
        "answerable": bool(answers),
        "evidence": [{"article": "strike"}] if answers else [],
    } | fields
    return GoldQuestion(id=name, question=f"What about {name}?", answers=list(answers), **fields)


def citation(article: str, quote: str, *, number: int = 1, **fields: Any) -> Citation:
    """A citation of where the quote stands in the article, or of its start if it does not."""
    start = max(TEXTS.get(article, "").find(quote), 0)
    fields = {"start": start, "end": start + len(quote), "version": 1} | fields
    return Citation(
        number=number,
        quote=quote,
        article_id=article,
        title=article,
        passage_id=f"{article}:1:0",
        **fields,
    )


def answer(
    *citations: Citation,
    text: str | None = None,
    refers: list[int] | None = None,
    ranking: Iterable[str] = (),
    **fields: Any,
) -> Reply:
    """An answer of one sentence that refers to all its citations, unless told otherwise.

    Args:
        citations: what it cites.
        text: what it says; unless given, its quotes.
        refers: the numbers in the sentence; unless given, those of the citations.
        ranking: the articles whose whole texts were retrieved as passages.
        fields: further fields of the reply.
    """
    said = text if text is not None else " ".join(c.quote for c in citations)
    numbers = refers if refers is not None else [c.number for c in citations]
    fields = {
        "answer": said + "".join(f" [{n}]" for n in numbers),
        "sentences": [Statement(text=said, citations=numbers)] if said else [],
        "confidence": 0.5,
        "passages": passages(ranking),
    } | fields
    return Reply(answerable=True, citations=list(citations), **fields)


def refusal(ranking: Iterable[str] = (), **fields: Any) -> Reply:
    fields = {"confidence": 0.1, "passages": passages(ranking)} | fields
    return Reply(answerable=False, notes=["the corpus is silent"], **fields)


def passage(article: str, ordinal: int = 0, *, start: int = 0, end: int | None = None) -> Passage:
    """A part of an article's text; unless told otherwise, the whole of it."""
    text = TEXTS.get(article, "?")
    end = len(text) if end is None else end
    return Passage(
        passage_id=f"{article}:1:{ordinal}",
        article_id=article,
        version=1,
        title=article,
        start=start,
        end=end,
        text=text[start:end],
        score=1.0,
    )


def passages(ranking: Iterable[str]) -> list[Passage]:
    return [passage(article, ordinal) for ordinal, article in enumerate(ranking)]


class ScriptedSystem:
    """Says to each question, by its id, what the script says; an exception in it is raised."""

    def __init__(self, script: Mapping[str, Reply | BaseException]) -> None:
        self.script = script
        self.asked: list[str] = []

    def config(self) -> dict[str, Any]:
        return {"system": "scripted"}

    def ask(self, question: GoldQuestion) -> Reply:
        self.asked.append(question.id)
        said = self.script[question.id]
        if isinstance(said, BaseException):
            raise said
        return said


class SmallCorpus:
    """The articles of `TEXTS`, each known by its id; the one named "broken" cannot be read."""

    def describe(self) -> dict[str, Any]:
        return {"articles": len(TEXTS), "fingerprint": "f"}

    def articles(self) -> list[str]:
        return list(TEXTS)

    def resolve(self, name: str) -> frozenset[str]:
        return frozenset({name} & TEXTS.keys())

    def text(self, article_id: str, version: int | None) -> str | None:
        if article_id == "broken":
            raise OSError("the disk is gone")
        return TEXTS.get(article_id) if version in (1, None) else None
