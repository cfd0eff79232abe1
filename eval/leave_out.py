"""Unanswerable by construction: each question again, with the articles that answer it hidden.

Hiding is a filter of the question, so nothing is indexed anew, and what is left of the corpus is
as near to the question as a corpus can be without answering it. A question of a text that other
articles tell too stays answerable, so the recall of refusals measured here is a lower bound.
"""

from collections.abc import Iterable, Iterator

from eval.questions import GoldQuestion
from eval.systems.base import ReferenceCorpus

SUFFIX = "/left-out"
TAG = "left-out"


def with_left_out(
    questions: Iterable[GoldQuestion], corpus: ReferenceCorpus
) -> Iterator[GoldQuestion]:
    """Every question, and after each answerable one whose evidence the corpus has its shadow.

    The shadow asks the same under the id `<id>/left-out`, may see no evidence article, and is
    unanswerable.
    """
    for question in questions:
        yield question
        names = (corpus.resolve(item.article) for item in question.evidence)
        hidden = sorted(frozenset().union(*names))
        if question.answerable and hidden:
            yield _shadow(question, hidden)


def _shadow(question: GoldQuestion, hidden: list[str]) -> GoldQuestion:
    excluded = [*question.filters.excluded_article_ids, *hidden]
    return question.model_copy(
        update={
            "id": question.id + SUFFIX,
            "answers": [],
            "answerable": False,
            "evidence": [],
            "nuggets": [],
            "filters": question.filters.model_copy(update={"excluded_article_ids": excluded}),
            "tags": [*question.tags, TAG],
        }
    )
