"""Unanswerable by construction: each question again, with the articles that answer it hidden.

Hiding is a filter of the question, so nothing is indexed anew, and what is left of the corpus is
as near to the question as a corpus can be without answering it. Hidden are the articles that the
evidence names and every other one that has its quote word for word: a syndicated copy is no other
source. What an article tells in other words stays, so the recall of refusals measured here is a
lower bound.
"""

from collections.abc import Sequence

from eval.questions import GoldQuestion
from eval.systems.base import ReferenceCorpus
from rag.errors import UsageError

SUFFIX = "/left-out"
TAG = "left-out"


def with_left_out(questions: Sequence[GoldQuestion], corpus: ReferenceCorpus) -> list[GoldQuestion]:
    """Every question, and after each answerable one whose evidence the corpus has its shadow.

    The shadow asks the same under the id `<id>/left-out`, may see no article that holds the
    evidence, and is unanswerable. Looks through all articles of the corpus once.

    Raises:
        UsageError: the gold has a question with the id of a shadow.
    """
    holders = _holders(questions, corpus)
    ids = {question.id for question in questions}
    asked: list[GoldQuestion] = []
    for question in questions:
        asked.append(question)
        hidden = set().union(*(corpus.resolve(item.article) for item in question.evidence))
        if not (question.answerable and hidden):
            continue
        copies = (holders[_folded(item.quote)] for item in question.evidence if item.quote)
        shadow = _shadow(question, sorted(hidden.union(*copies)))
        if shadow.id in ids:
            raise UsageError(
                f"the gold has a question {shadow.id!r}, which is what --leave-out calls "
                f"{question.id!r} with its evidence hidden; give it another id"
            )
        asked.append(shadow)
    return asked


def _holders(questions: Sequence[GoldQuestion], corpus: ReferenceCorpus) -> dict[str, set[str]]:
    """For each quote, white space folded, the articles in which it stands."""
    quotes = {item.quote for q in questions if q.answerable for item in q.evidence if item.quote}
    holders: dict[str, set[str]] = {_folded(quote): set() for quote in quotes}
    for article in corpus.articles():
        text = _folded(corpus.text(article, None) or "")
        for quote, articles in holders.items():
            if quote in text:
                articles.add(article)
    return holders


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shadow(question: GoldQuestion, hidden: list[str]) -> GoldQuestion:
    excluded = dict.fromkeys([*question.filters.excluded_article_ids, *hidden])
    return question.model_copy(
        update={
            "id": question.id + SUFFIX,
            "answers": [],
            "answerable": False,
            "evidence": [],
            "nuggets": [],
            "filters": question.filters.model_copy(update={"excluded_article_ids": list(excluded)}),
            "tags": [*question.tags, TAG],
        }
    )
