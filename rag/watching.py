"""Tells whoever watches what is being done: stages of an answer, model runs, Chroma queries.

Nobody watches unless `watched_by` says so; then `span` costs next to nothing. A watcher stands in
the context of a request or a job, and threads that get a copy of the context have it too.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol

Attributes = dict[str, str | int | float]


class Watcher(Protocol):
    """What is told of each span."""

    def span(
        self, name: str, attributes: Attributes, *, current: bool
    ) -> AbstractContextManager[None]:
        """Lasts as long as what it stands for; the attributes are complete when it ends.

        Args:
            name: what is done.
            attributes: what there is to say of it; never a question's or an article's text.
            current: whether what begins meanwhile in this context is a part of it.
        """


_WATCHER: ContextVar[Watcher | None] = ContextVar("newscite_watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher | None) -> Iterator[None]:
    """Has the watcher told of all that this context does, as long as the block lasts."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


@contextmanager
def span(
    name: str, *, current: bool = True, **attributes: str | int | float
) -> Iterator[Attributes]:
    """Something that is done in the block, whose attributes may be added to.

    Args:
        name: what is done.
        current: False in a generator, whose parts may run in different contexts.
        attributes: see `Watcher.span`.
    """
    told: Attributes = dict(attributes)
    watcher = _WATCHER.get()
    if watcher is None:
        yield told
        return
    with watcher.span(name, told, current=current):
        yield told
