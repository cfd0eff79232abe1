"""Has a language model rewrite a follow-up question, and believes it where that can be verified.

The rules of `rag.talking` have rewritten it by then; theirs is the question wherever the model's
rewriting does not hold, or does not come in time.
"""

import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import NamedTuple

from llama_index.core.llms import ChatMessage

from rag.reading.calendar import is_calendar
from rag.reading.coverage import Body, demands
from rag.reading.prose import planted
from rag.sentences import sentence_spans
from rag.talking import RECALLED, leans
from rag.talking.ellipsis import fragment
from rag.talking.lexicon import AUXILIARIES, INTERROGATIVES
from rag.types import QUESTION_CHARACTERS, Turn
from rag.word_keys import word_keys
from rag.words import words
from rag.writing.base import Working
from rag.writing.draft import LONGEST_DRAFT, without_reasoning
from rag.writing.endpoint import Endpoint, ModelFailure
from rag.writing.prompt import rewriting_messages

SHARE = 0.2
"""How much of the time that the model has for an answer it may spend on the question."""

_ANSWER = 600  # characters of an earlier answer that the model is shown
_UNPRINTABLE = re.compile(r"[<>{}\[\]|\\`*#]|\b(?:https?|data|mailto):|\bwww\.")
_NEGATED = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)


def _keys(text: str) -> set[str]:
    return {word.key for word in word_keys(text)}


# What a question may be put with besides the words of the talk, and what of it may go.
_LENT = _keys("person people thing place time event happened connection regarding case")
_SPARE = _keys("ok okay well yes please thanks tell exactly else one ones former latter")


class Rewriting(NamedTuple):
    """A question that stands alone, and the seconds of the model's time that it took."""

    question: str
    spent_s: float


def rewritten(
    endpoint: Endpoint, question: str, history: Sequence[Turn], by_rules: str
) -> Generator[Working, None, Rewriting]:
    """The question as the model puts it, if that is verified; else as the rules do.

    A question that the rules leave as it is and that does not lean on anything is not sent. To
    close the generator stops the model.

    Args:
        endpoint: the model.
        question: as it was asked.
        history: the turns before it, oldest first, at least one.
        by_rules: the rules' rewriting.
    """
    if by_rules == question and not leans(question):
        return Rewriting(by_rules, 0.0)
    turns = [
        Turn(question=turn.question, answer=(turn.answer or "")[:_ANSWER] or None)
        for turn in history[-RECALLED:]
    ]
    most_s = SHARE * endpoint.timeout_s
    began = time.monotonic()
    said = yield from _said(endpoint, rewriting_messages(question, turns), most_s)
    spent_s = min(most_s, time.monotonic() - began)
    return Rewriting(verified(said, question, turns) or by_rules, spent_s)


def verified(said: str, question: str, turns: Sequence[Turn]) -> str | None:
    """The question that a model's reply is; None where it is none, or is not the one asked.

    It is if it is one question in one line, leans on nothing, says all that the follow-up says,
    and nothing that is said neither there nor in the turns.
    """
    text = without_reasoning(said).strip().strip('"“”').strip()
    if not 0 < len(text) <= QUESTION_CHARACTERS or not text.isprintable():
        return None
    heard = [part for turn in turns for part in (turn.question, turn.answer) if part]
    sound = (
        _is_one_question(text)
        and not _UNPRINTABLE.search(text)
        and not planted(text)
        and words(text) != words(turns[-1].question)
        and not leans(text)
        and _asks_the_same(text, question)
        and _keys(question) - _SPARE <= _keys(text)
        and _is_of(text, "\n".join([question, *heard]))
    )
    return text if sound else None


def _said(
    endpoint: Endpoint, messages: Sequence[ChatMessage], within_s: float
) -> Generator[Working, None, str]:
    """All that the model says; nothing if it fails, is not done in time or finds no end."""
    said = ""
    with closing(endpoint.stream(messages, within_s)) as pieces:
        try:
            for piece in pieces:
                yield Working()
                said += piece
                if len(said) > LONGEST_DRAFT:
                    return ""
        except ModelFailure:
            return ""
    return said


def _is_one_question(text: str) -> bool:
    if text.count("?") != 1 or not text.endswith("?") or len(sentence_spans(text)) != 1:
        return False
    low = words(text)
    return bool(low) and (low[0] in AUXILIARIES or not INTERROGATIVES.isdisjoint(low))


def _asks_the_same(text: str, question: str) -> bool:
    """Whether it asks who if that was asked, and denies only what was denied."""
    if bool(_NEGATED.search(question)) and not _NEGATED.search(text):
        return False
    if fragment(question) is not None:  # what "And Norway?" asks stands in an earlier turn
        return True
    asked = INTERROGATIVES.intersection(words(question))
    low = words(text)
    return asked <= set(low) and (bool(asked) or low[0] not in INTERROGATIVES)


def _is_of(text: str, talk: str) -> bool:
    """Whether the words, names, numbers and dates of a question are those of a talk.

    Names and months once more by themselves, because some are common words too: US, May.
    """
    named, body = demands(text), Body(talk)
    return (
        _keys(text) <= _keys(talk) | _LENT
        and all(body.has_name(name) for name in named.names)
        and all(body.has_figure(figure) for figure in filter(is_calendar, named.figures))
    )
