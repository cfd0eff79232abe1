"""Whether a quotation stands in a text, and if not, what stands there instead."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.errors import UsageError
from rag.words import WORD

_CLOSE = (
    0.6  # of the words shared; with fewer, another sentence is more likely than this one altered
)
# What copying changes and no reader calls a change: the shape of quotation marks and of dashes.
_SHAPES = str.maketrans(
    "\u2018\u2019\u201a\u2032\u201c\u201d\u201e\u00ab\u00bb\u2033\u2010\u2011\u2012\u2013\u2014\u2212",
    '\'\'\'\'""""""------',
)
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, zero-width characters

_Word = tuple[str, int, int]  # case-folded, and where it stands


class QuoteVerdict(BaseModel):
    """What became of a quotation in an article.

    Found: it stands there, but for white space and the shape of quotation marks and dashes.
    Altered: something close to it does. Absent: nothing does.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["found", "altered", "absent"]
    start: int | None = Field(default=None, description="First code point in the article's text.")
    end: int | None = Field(default=None, description="One past the last code point.")
    quote: str | None = Field(
        default=None, description="The article's own words: `text[start:end]`."
    )
    similarity: float = Field(
        ge=0, le=1, description="Share of the words that both have, in order (Dice); 1 if found."
    )


def verify_quote(text: str, quote: str) -> QuoteVerdict:
    """Looks a quotation up in a text; the first place, where there are several.

    Raises:
        UsageError: the quotation has no letter and no figure.
    """
    asked = _words(quote)
    if not asked:
        raise UsageError("the quote has no words; send the words that should stand in the article")
    folded, places = _fold(text)
    wanted = _fold(quote)[0].strip()
    if found := _whole(wanted).search(folded):
        return _verdict("found", text, places[found.start()], places[found.end() - 1] + 1, 1.0)
    return _closest(text, asked)


def _closest(text: str, asked: Sequence[_Word]) -> QuoteVerdict:
    """The stretch that shares most words with the quotation, if it shares enough."""
    words = _words(text)
    quoted = [word for word, _, _ in asked]
    begin = max(0, _densest([word for word, _, _ in words], quoted) - len(quoted) // 2)
    near = words[begin : begin + 2 * len(quoted)]
    matcher = SequenceMatcher(None, quoted, [word for word, _, _ in near], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return QuoteVerdict(status="absent", similarity=0)
    # A first or last word that differs is taken along: what stands in its place is of interest.
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(near), blocks[-1].b + len(quoted) - blocks[-1].a)
    shared = sum(block.size for block in blocks)
    similarity = 2 * shared / (len(quoted) + last - first)
    if similarity < _CLOSE:
        return QuoteVerdict(status="absent", similarity=similarity)
    return _verdict("altered", text, near[first][1], near[last - 1][2], similarity)


def _whole(wanted: str) -> re.Pattern[str]:
    """Matches it where it neither begins nor ends within a word or a figure: no "8" in "8.50"."""
    before = r"(?<!\w)(?<!\d[.,])" if wanted[0].isalnum() else ""
    after = r"(?!\w|[.,]\d)" if wanted[-1].isalnum() else ""
    return re.compile(before + re.escape(wanted) + after)


def _densest(words: Sequence[str], quoted: Sequence[str]) -> int:
    """Where the stretch of the quotation's length begins that shares most words with it."""
    lacking = Counter(quoted)
    shared = best = where = 0
    for end, word in enumerate(words):
        shared += lacking[word] > 0
        lacking[word] -= 1
        leaves = end - len(quoted)
        if leaves >= 0:
            lacking[words[leaves]] += 1
            shared -= lacking[words[leaves]] > 0
        if shared > best:
            best, where = shared, max(0, leaves + 1)
    return where


def _words(text: str) -> list[_Word]:
    return [(found[0].casefold(), *found.span()) for found in WORD.finditer(text)]


def _fold(text: str) -> tuple[str, list[int]]:
    """The text with what copying changes evened out, and where each of its characters stood."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(_SHAPES)):
        plain = " " if character.isspace() else character
        if plain in _UNSEEN or (plain == " " and kept and kept[-1] == " "):
            continue
        kept.append(plain)
        places.append(place)
    return "".join(kept), places


def _verdict(
    status: Literal["found", "altered"], text: str, start: int, end: int, similarity: float
) -> QuoteVerdict:
    return QuoteVerdict(
        status=status, start=start, end=end, quote=text[start:end], similarity=similarity
    )
