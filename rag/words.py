"""Words of a question or a sentence, and which of them carry its content."""

import re

WORD = re.compile(r"\w+(?:[.,]\d+)*", re.UNICODE)
"""A word or a figure: "8.50" and "1,200" are one each."""

STOP_WORDS = frozenset(
    """a about after all also an and any are as at be because been before being between both but by
    can could did do does doing done down during each either ever few for from further had has have
    having he her here hers him his how i if in into is it its itself just may me might more most
    much must my near no nor not of off on once only or other our out over own per s same shall she
    should since so some such t than that the their them then there these they this those through
    to too under until up upon us very was we were what when where whether which while who whom
    whose why will with within without would you your""".split()
)


def words(text: str) -> list[str]:
    """The words and figures of a text, case-folded, in order; "8.50" and "1,200" are one each."""
    return list(map(str.casefold, WORD.findall(text)))


def content_words(text: str) -> list[str]:
    """The distinct words that are not stop words, in order of first appearance."""
    return [word for word in dict.fromkeys(words(text)) if word not in STOP_WORDS]


_SUFFIXES = ("ing", "ied", "ies", "ed", "es", "en", "s", "d", "e", "y")
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """A case-folded word without one common ending, so that its inflections meet.

    Of a doubled consonant before the ending one stays: "running" and "runs" are "run".
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word.removesuffix(suffix)
            break
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls"
    return word[:-1] if doubled else word


_TYPOGRAPHY = str.maketrans("“”„«»‘’‚—–", '"""""\'\'\'--')


def folded(text: str) -> str:
    """White space, case and typography folded: what copies of one text differ in."""
    return " ".join(text.translate(_TYPOGRAPHY).split()).casefold()
