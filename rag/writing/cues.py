"""Words that change what the words around them amount to: denials, and what is merely said.

"The mayor did not resign", "police say the mayor resigned" and "the mayor may resign" all hold the
words "the mayor resigned" and none of them says it. Each such cue has a scope, the words that it
bears on, and a statement that uses words from there has to have a cue of the same kind. The scopes
are guessed by punctuation, generously: a true statement is rather dropped than a false one kept.
"""

import re
from collections.abc import Iterator
from enum import Enum

from rag.word_keys import word_keys
from rag.writing.same_words import unified


class Cue(Enum):
    """A kind of cue."""

    DENIED = "denied"
    SAID = "said"
    ALLEGED = "alleged"
    UNREAL = "unreal"  # planned, possible, feared, asked for


_PATTERNS = {
    Cue.DENIED: (
        r"(?<!\w)(?:not(?! only)|no|never|none|nobody|nothing|neither|nor|without|cannot"
        r"|den(?:y|ied|ies|ying)|refus(?:e[sd]?|ing)|fail(?:s|ed|ing)? to|reject(?:s|ed|ing)?"
        r"|false(?:ly)?|untrue|ruled out|unable|prevent(?:s|ed|ing)?|avoid(?:s|ed|ing)?"
        r"|lack(?:s|ed|ing)?|hoax|fiction(?:al)?)\b|n['’]t\b"
    ),
    Cue.SAID: (
        r"\b(?:said|says?|saying|told|tells?|according to|announc(?:e[sd]?|ing)|stat(?:e[sd]|ing)"
        r"|warn(?:s|ed|ing)?|report(?:s|ed|edly)|wrote|writes|argu(?:e[sd]?|ing)|add(?:s|ed)"
        r"|insist(?:s|ed)?|express(?:es|ed)|believ(?:e[sd]?|ing)|thinks?|thought"
        r"|testif(?:y|ies|ied)|conclud(?:e[sd]?)"
        r"|call(?:s|ed) (?:it|the|him|her)|describ(?:e[sd]?|ing)"
        r"|commented|tweeted)\b"
    ),
    Cue.ALLEGED: (
        r"\b(?:alleg\w+|accus\w+|suspect\w*|suspicion|claim(?:s|ed|ing)?|purported\w*|supposed\w*"
        r"|apparent(?:ly)?|charg(?:ed|es) with|rumou?r\w*|unconfirmed|believed to)\b"
    ),
    Cue.UNREAL: (
        r"\b(?:would|could|may|might|will|should|must|shall|if|unless|plan(?:s|ned|ning)?"
        r"|propos\w+|expect\w*|intend\w*|intention|aim(?:s|ed|ing)?|likely|possibl[ey]|potential\w*"
        r"|agree[sd]? to|vow\w*|promis\w+|threat\w*|seek(?:s|ing)?|sought|hop(?:e[sd]?|ing)"
        r"|want(?:s|ed)?|try|tries|tried|trying|attempt\w*|order(?:s|ed|ing)|urg(?:e[sd]?|ing)"
        r"|call(?:s|ed|ing)? for|ask(?:s|ed|ing)?|demand\w*|request\w*|recommend\w*|suggest\w*"
        r"|consider\w*|due to be|set to|scheduled|fear(?:s|ed|ing)?|appear(?:s|ed)|seem(?:s|ed)"
        r"|whether|perhaps|bid to)\b"
    ),
}
# Case counts for the month of May alone; a cue in capitals is none the less one.
_CUES = {
    cue: re.compile(rf"(?!May\b)(?i:{pattern})" if cue is Cue.UNREAL else f"(?i:{pattern})")
    for cue, pattern in _PATTERNS.items()
}
_BOUNDARY = re.compile(
    r"[,;:()\u2014\u2013]\s|\s[-\u2013\u2014]\s|[\"“”]|\b(?:but|although|though)\b", re.I
)
_LINKED = re.compile(r"\W*(?:and|but|while|though|although|which|who|whom|where)\b", re.I)
_ACCORDING = re.compile(r"according to", re.I)
_QUOTED = re.compile(r"[\"“«]((?:[^\"“”«»\s]+\s+){2}[^\"“”«»]+)(?:[\"”»]|$)")


def cues(sentence: str) -> frozenset[Cue]:
    """The kinds of cue that a sentence has. A quotation of some words counts as something said."""
    found = {cue for cue, pattern in _CUES.items() if pattern.search(sentence)}
    return frozenset(found | ({Cue.SAID} if _QUOTED.search(sentence) else set()))


def scopes(sentence: str) -> dict[Cue, frozenset[str]]:
    """For each kind of cue in a sentence, the word keys that stand in its scope alone.

    What stands outside of every scope of the kind as well is not listed: it is told outright.
    """
    found: dict[Cue, frozenset[str]] = {}
    for cue in cues(sentence):
        kept = [True] * len(sentence)
        for start, end in _ranges(cue, sentence):
            kept[start:end] = [False] * (end - start)
        inside = "".join(" " if keep else c for c, keep in zip(sentence, kept, strict=True))
        outside = "".join(c if keep else " " for c, keep in zip(sentence, kept, strict=True))
        found[cue] = _keys(inside) - _keys(outside)
    return found


def _ranges(cue: Cue, sentence: str) -> Iterator[tuple[int, int]]:
    """Where the scopes of a kind are."""
    if cue is Cue.SAID:
        yield from (quoted.span() for quoted in _QUOTED.finditer(sentence))
    for found in _CUES[cue].finditer(sentence):
        begins, ends = _clause(sentence, *found.span())
        if cue is Cue.SAID:
            yield from _of_saying(sentence, found, begins, ends)
        elif cue is Cue.ALLEGED:
            yield begins, ends
        elif cue is Cue.UNREAL or sentence[found.end() : ends].strip(" .!?"):
            yield found.end(), ends
        else:  # "the report is false": what is denied comes before
            yield begins, found.start()


def _of_saying(
    sentence: str, found: re.Match[str], begins: int, ends: int
) -> Iterator[tuple[int, int]]:
    """ "X said that ..." bears on what follows, "..., X said" and "according to X" on all else."""
    linked = _LINKED.match(sentence, begins) is not None
    if _ACCORDING.match(found[0]) or (begins > 0 and not linked):
        yield 0, begins
        yield ends, len(sentence)
    if not _ACCORDING.match(found[0]):
        yield found.end(), len(sentence)


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between two marks of punctuation in which a cue stands."""
    begins = max((m.end() for m in _BOUNDARY.finditer(sentence, 0, start)), default=0)
    after = _BOUNDARY.search(sentence, end)
    return begins, after.start() if after else len(sentence)


def _keys(text: str) -> frozenset[str]:
    return frozenset(unified(word.key) for word in word_keys(text))
