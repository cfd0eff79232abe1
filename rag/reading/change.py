"""By how much something changed, which is not to what: "by half a point to 5 per cent"."""

import re

_CHANGES = (
    r"(?:rise|rose|raise|increase|grow|grew|climb|jump|gain|fall|fell|drop|decline|shrink|cut|lower"
    r"|reduce|change|move)\w*"
)
_ASKED = re.compile(
    rf"\bby how (?:much|many)\b|\bhow (?:much|far|sharply|steeply)\b.*\b{_CHANGES}\b", re.IGNORECASE
)
_WORDS = r"(?:[^,.;:]|\.(?=\d)){1,60}"
_STEP_AND_LEVEL = (  # "by 2 points to 7", "by 2 points from 5 to 7", "to 7 by 2 points"
    re.compile(rf"\bby\s(?P<step>{_WORDS}?)\s(?:from\s{_WORDS}?\s)?to\s{_WORDS}"),
    re.compile(rf"\bto\s{_WORDS}?\sby\s(?P<step>{_WORDS})"),
)
_TO = re.compile(
    r"\b(?:to|at|from)\s(?:(?:about|around|nearly|almost|only|just)\s)?$", re.IGNORECASE
)


def asks_by_how_much(question: str) -> bool:
    """Whether the size of a change answers, and not where it led to."""
    return _ASKED.search(question) is not None


def step_of(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of the step, where a sentence tells step and level and words of it answer.

    Args:
        sentence: tells of the change.
        start, end: the place of what was taken for the answer.

    Returns:
        That place, or the step's if both were taken or the level alone; None where only a level is
        told, which is no answer.
    """
    for form in _STEP_AND_LEVEL:
        for found in form.finditer(sentence):
            if start < found.end() and found.start() < end:
                return found.span("step")
    return None if _TO.search(sentence, 0, start) else (start, end)
