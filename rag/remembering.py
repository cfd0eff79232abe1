"""Remembers what was made of a text: the same articles are read for question after question."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Made = TypeVar("Made")

_TEXTS = 256
_LONGEST = 50_000  # code points; longer ones are rare, and must not fill the memory


def remembered(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """A pure function of a text that remembers its results for the texts that came last."""
    remembering = lru_cache(maxsize=_TEXTS)(make)

    @wraps(make)
    def made(text: str) -> Made:
        return remembering(text) if len(text) <= _LONGEST else make(text)

    return made
