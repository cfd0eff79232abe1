"""Words by what they mean to a comparison: a stem, or the value of a number however written."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rag.words import STOP_WORDS

_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_WORD = re.compile(rf"{_FIGURE.pattern}(?!\w)|\w+")
_POSSESSIVE = re.compile(r"['’]s\b")

_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_DIGITS = set(list(_SMALL)[1:10])
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12
}  # fmt: skip

_SUFFIXES = (
    "ations", "ation", "ments", "ment", "ions", "ion", "ings", "ing", "ers", "er", "ors", "or",
    "ies", "ied", "edly", "ed", "es", "ly", "s", "e", "y",
)  # fmt: skip
_SHORTEST_STEM = 3


class WordKey(NamedTuple):
    """A content word.

    Attributes:
        key: the same for words that are to be held alike.
        particular: a number or a name, for which no other word will do.
    """

    key: str
    particular: bool


def word_keys(text: str) -> list[WordKey]:
    """The content words of a text, in order.

    "1,200", "1.2 thousand" and "twelve hundred" have one key, and so do "killed" and "killing". A
    capitalised word counts as a name, the first of a sentence too: in news it often is one.
    """
    text = _POSSESSIVE.sub("", text).replace("%", " percent ")
    found = list(_WORD.finditer(text))
    folded = [word[0].casefold() for word in found]
    keys: list[WordKey] = []
    at = 0
    while at < len(found):
        number, taken = _number(folded[at:])
        if number is not None:
            keys.append(WordKey(str(number.normalize()), particular=True))
        elif folded[at] not in STOP_WORDS:
            keys.append(WordKey(stem(folded[at]), particular=found[at][0][0].isupper()))
        at += taken
    return keys


def stem(word: str) -> str:
    """The lower-case word without one common ending; enough for inflections to meet.

    Of a doubled consonant before the ending one stays, so that "running" and "runs" are "run".
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word.removesuffix(suffix)
            break
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls"
    return word[:-1] if doubled else word


def _number(words: Sequence[str]) -> tuple[Decimal | None, int]:
    """The number that the words begin with, or None, and how many words that is.

    Known are figures, words up to ninety-nine, and either times hundred, thousand, ...; "one" by
    itself is a word like any other, since it is seldom a count.
    """
    first, following = words[0], words[1] if len(words) > 1 else ""
    taken = 1
    if _FIGURE.fullmatch(first):
        value = Decimal(first.replace(",", ""))
    elif first in _TENS and following in _DIGITS:
        value, taken = Decimal(_TENS[first] + _SMALL[following]), 2
    elif first in _TENS or (first in _SMALL and (first != "one" or following in _SCALES)):
        value = Decimal((_TENS | _SMALL)[first])
    else:
        return None, 1
    for scale in words[taken:]:
        if scale not in _SCALES:
            break
        value, taken = value * _SCALES[scale], taken + 1
    return value, taken
