"""Where a gold quote stands in an article's text, exactly or nearly."""

import re
from collections.abc import Collection
from itertools import chain, combinations

_QUOTATION_MARKS = "\"'`“”„‟‘’‚‛«»‹›′″"
_DASHES = "-‐‑‒–—―−"
_DIFFERENCES = ("letter case", "quotation marks", "dashes")

Span = tuple[int, int]


def quote_span(text: str, quote: str) -> Span | None:
    """The quote's first place in the text, any run of white space standing for any other.

    A gold quote is copied from some printing of the article, whose line breaks and paragraph
    spacing are seldom those of the cleaned text; all else has to agree, character by character.
    White space around the quote does not count.

    Returns:
        `(start, end)` in code points of the text as it is, so that `text[start:end]` is the quote
        in the text's own spacing; None when it does not stand there, or is nothing but white space.
    """
    return _find(text, quote, overlooked=())


def near_span(text: str, quote: str) -> tuple[Span, tuple[str, ...]] | None:
    """The place of a quote that was retyped rather than copied, and how the text differs from it.

    Returns:
        The span, and the fewest of "letter case", "quotation marks" and "dashes" that have to be
        overlooked to find it (none, where `quote_span` finds it); None when that is not enough.
    """
    subsets = chain.from_iterable(
        combinations(_DIFFERENCES, size) for size in range(len(_DIFFERENCES) + 1)
    )
    for overlooked in subsets:
        if span := _find(text, quote, overlooked):
            return span, overlooked
    return None


def _find(text: str, quote: str, overlooked: Collection[str]) -> Span | None:
    words = quote.split()
    if not words:
        return None
    pattern = r"\s+".join("".join(_any_of(c, overlooked) for c in word) for word in words)
    flags = re.IGNORECASE if "letter case" in overlooked else re.NOFLAG
    found = re.search(pattern, text, flags)
    return found.span() if found else None


def _any_of(character: str, overlooked: Collection[str]) -> str:
    """A pattern for the character and for those that it may be mistaken for."""
    for name, alike in (("quotation marks", _QUOTATION_MARKS), ("dashes", _DASHES)):
        if name in overlooked and character in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(character)
