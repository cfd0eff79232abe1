"""A system with a script instead of an engine, and short ways to make gold and answers."""

from typing import Any

from eval.questions import GoldQuestion
from rag.types import Answer, AnswerSentence, Citation, Passage

TEXTS = {
    "strike": "Three ships were hit on Friday. The navy said it had fired first.",
    "budget": "Parliament passed the budget by 51 votes to 49.",
    "flood": "The river rose four metres. Two hundred people left their homes.",
}


def gold(name: str = "q", *, answers: tuple[str, ...] = ("three",), **fields: Any) -> GoldQuestion:
    """An answerable question whose evidence is the article "strike", unless told otherwise."""
    fields.setdefault("evidence", [{"article": "strike"}] if answers else [])
    return GoldQuestion(
        id=name,
        question=f"What about {name}?",
        answers=list(answers),
        answerable=bool(answers),
        **fields,
    )


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
    *citations: Citation, text: str | None = None, refers: list[int] | None = None
) -> Answer:
    """An answer of one sentence that refers to all its citations, unless told otherwise."""
    numbers = refers if refers is not None else [c.number for c in citations]
    said = text if text is not None else " ".join(c.quote for c in citations)
    marked = said + "".join(f" [{n}]" for n in numbers)
    sentences = [AnswerSentence(text=said, citations=numbers)] if numbers else []
    return Answer(
        question="?",
        answerable=True,
        answer=marked,
        sentences=sentences,
        citations=list(citations),
        confidence=0.5,
        passages=None,
    )


def refusal() -> Answer:
    return Answer(
        question="?",
        answerable=False,
        answer=None,
        confidence=0.1,
        notes=["the corpus is silent"],
        passages=None,
    )


def passage(article: str, ordinal: int = 0) -> Passage:
    return Passage(
        passage_id=f"{article}:1:{ordinal}",
        article_id=article,
        version=1,
        title=article,
        start=0,
        end=1,
        text=TEXTS.get(article, "?")[:1],
        score=1.0,
    )


class ScriptedSystem:
    """Says to each question, by its id, what the script says; an exception in it is raised."""

    def __init__(
        self,
        answers: dict[str, Answer | Exception],
        rankings: dict[str, list[str] | Exception] | None = None,
    ) -> None:
        self._answers = answers
        self._rankings = rankings or {}

    def config(self) -> dict[str, Any]:
        return {"system": "scripted"}

    def corpus(self) -> dict[str, Any]:
        return {"articles": len(TEXTS)}

    def ask(self, question: GoldQuestion) -> Answer:
        said = self._answers[question.id]
        if isinstance(said, Exception):
            raise said
        return said

    def rank(self, question: GoldQuestion) -> list[Passage]:
        ranking = self._rankings.get(question.id, [])
        if isinstance(ranking, Exception):
            raise ranking
        return [passage(article, ordinal) for ordinal, article in enumerate(ranking)]

    def text(self, article_id: str, version: int) -> str | None:
        if article_id == "broken":
            raise OSError("the disk is gone")
        return TEXTS.get(article_id) if version == 1 else None

    def resolve(self, name: str) -> frozenset[str]:
        return frozenset({name} & TEXTS.keys())
