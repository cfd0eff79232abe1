"""A follow-up question, rewritten by rules so that it can be asked alone."""

from collections.abc import Callable, Sequence

from rag.talking.bare import applied
from rag.talking.ellipsis import asked_of, fragment
from rag.talking.partial import completed, without_opener
from rag.talking.pronouns import resolved
from rag.talking.recall import Recall
from rag.types import QUESTION_CHARACTERS, Turn

RECALLED = 6
"""Turns from which a question is understood; what was said before these is forgotten."""

Rewriter = Callable[[str, Sequence[Turn]], str]
"""Makes of a question and the turns before it, oldest first, a question that stands alone."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as somebody would ask it who had not heard the earlier turns.

    A question that stands alone, and one of which the earlier turns explain nothing, comes back
    as it is. Rules over words, no model: the same turns always make the same question.

    Args:
        question: 1 to 2,000 characters.
        history: the turns before it, oldest first; their questions may be follow-ups themselves.

    Returns:
        1 to 2,000 characters.
    """
    turns: list[Turn] = []
    for turn in history[-RECALLED:]:
        understood = _rewritten(turn.question, turns)
        turns.append(Turn(question=understood, answer=turn.answer))
    return _rewritten(question, turns)


def _rewritten(question: str, turns: Sequence[Turn]) -> str:
    """One question after turns that stand alone."""
    if not turns:
        return question
    recall = Recall(turns)
    if (whole := applied(question, recall.last)) is None:
        left = fragment(question)
        whole = asked_of(left, recall) if left else _in_full(question, recall)
    if whole is None:
        return question
    whole = whole.strip()
    return whole if 0 < len(whole) <= QUESTION_CHARACTERS else question


def _in_full(question: str, recall: Recall) -> str:
    plain = without_opener(question)
    named = resolved(plain, recall)
    return named if named != plain else completed(plain, recall)
