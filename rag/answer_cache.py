"""Answers that were given before, for as long as nothing has changed since.

A question is answered from memory if it was asked in the same words, with the same history, filters
and `as_of`, and neither a write nor the passing of an embargo or an expiry has changed what may be
seen. Whatever changes, all of it is forgotten.
"""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

from rag.answering import Asked
from rag.archive.changes import Changes
from rag.events import Event, Trace
from rag.usage import Usage

_Key = tuple[Any, ...]
_Answer = Callable[[Asked], Generator[Event, None, None]]


class AnswerCache:
    """Keeps the answers that were asked for last. Safe to use from several threads.

    Args:
        changes: of the archive that the answers are from.
        size: how many answers are kept, at least 1.
    """

    def __init__(self, changes: Changes, size: int) -> None:
        self._changes = changes
        self._size = size
        self._lock = threading.Lock()
        self._state = 0
        self._kept: OrderedDict[_Key, list[Event]] = OrderedDict()

    def through(self, asked: Asked, answer: _Answer) -> Generator[Event, None, None]:
        """What `answer` tells of a quoted answer, or what it told before."""
        began = time.perf_counter()
        state, key = self._changes.state(), _key(asked)
        known = self._get(state, key)
        if known is not None:
            for event in known:
                yield _again(event, began) if isinstance(event, Trace) else event
            return
        told: list[Event] = []
        with closing(answer(asked)) as events:
            for event in events:
                told.append(event)
                if isinstance(event, Trace):  # whoever asked may not read on
                    self._keep(state, key, told)
                yield event

    def _get(self, state: int, key: _Key) -> list[Event] | None:
        with self._lock:
            if state != self._state or key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def _keep(self, state: int, key: _Key, told: list[Event]) -> None:
        if self._changes.state() != state:  # it may be of before the change, in part
            return
        with self._lock:
            if state != self._state:
                self._kept.clear()
                self._state = state
            self._kept[key] = told
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


def _key(asked: Asked) -> _Key:
    history = tuple(turn.model_dump_json() for turn in asked.history)
    filters = asked.filters.model_dump_json()
    return asked.question, history, filters, asked.as_of, asked.max_citations, asked.ranked


def _again(trace: Trace, began: float) -> Trace:
    """The trace under an id and with times of its own: no model has run for it."""
    took = round((time.perf_counter() - began) * 1000, 1)
    own = {"request_id": uuid.uuid4().hex, "timings_ms": {"cache": took, "total": took}}
    answer = trace.answer.model_copy(update=own)
    return trace.model_copy(update={"answer": answer, "usage": Usage(model_runs=0, tokens=0)})
