"""What kind of answer a question asks for, and whether a span of text can be one."""

import re

from rag.words import STOP_WORDS

_PENALTY = 5.0  # on the scale of a sentence's score; what it costs to be no possible answer

_COUNTED = re.compile(
    r"\bhow (?:many|much|long|far|tall|high|heavy|old|large|big|wide|deep|fast|often)\b"
    r"|\bwhat (?:number|age|amount|sum)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?:what|which) (?:percent|percentage|proportion|share|portion)\b", re.I)
_DATED = re.compile(r"^when\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b", re.I)
_EXPLAINED = re.compile(
    r"\bwhy\b|\bhow (?:do|does|did|is|was|were|are|can|could|will|would)\b", re.I
)

_WHETHER = re.compile(
    r"^(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)\b"
    r"(?!.*\bor\b)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bwhy\b|\b(?:for|on|under) what (?:reason|purpose|grounds|basis|pretext)|\bjustif|\bmotiv"
    r"|\bwhat (?:prompted|caused|led to|triggered|drove|kept)\b|\breasons?\b|\bexplanations?\b"
    r"|\bhow did .{0,60}\bexplain\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\bbecause\b|\bin order to\b|\bso that\b|\bcit(?:ed|ing|es)\b|\bdue to\b|\bowing to\b"
    r"|\breasons?\b|\bas a result\b|\bblam(?:ed|ing)\b|\bjustif|\bmotiv|\baim\b|\bthanks to\b"
    r"|\bto (?:prevent|avoid|protect|reduce|stop|ensure|deter)\b",
    re.IGNORECASE,
)

_NUMBER = re.compile(
    r"\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|trillions?|dozens?|half|halves|thirds?|quarters?|fifths?|tenths?|couple|pair|several|few"
    r"|none|no|all|every|both|single|once|twice|double|triple|most|majority|zero)\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"%|per ?cent|percentage|\b(?:half|thirds?|quarters?|fifths?|tenths?|majority|most|all|none)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)"
    r"|\b(?:century|decade|years?|months?|weeks?|days?|yesterday|today|tomorrow|morning|afternoon"
    r"|evening|night|noon|midnight|spring|summer|autumn|winter|fall|ago|later|earlier|after|before"
    r"|during|when|while|until|since|christmas|easter)\b",
    re.IGNORECASE,
)


def asks_for_an_explanation(question: str) -> bool:
    """Whether a sentence and no few words of it is the answer: a why, or a how it came about."""
    return _EXPLAINED.search(question) is not None


def asks_whether(question: str) -> bool:
    """Whether yes or no answers."""
    return _WHETHER.search(question) is not None


def asks_why(question: str) -> bool:
    """Whether a reason answers."""
    return _WHY.search(question) is not None


def gives_a_reason(sentence: str) -> bool:
    """Whether a sentence has words that introduce a reason, and not just what happened."""
    return _REASON.search(sentence) is not None


def asks_how_many(question: str) -> bool:
    """Whether a number answers."""
    return _COUNTED.search(question) is not None


def asks_when(question: str) -> bool:
    """Whether a date or a time answers."""
    return _DATED.search(question) is not None


def misfit(question: str, span: str) -> float:
    """What a span loses as an answer: 0, or for each reason that it cannot be one, 5.

    A count has a number in it, a share a fraction, a date something of time; and what only
    repeats words of the question tells nothing.
    """
    reasons = [not _of_the_kind(question, span), _repeats(question, span)]
    return _PENALTY * sum(reasons)


def _of_the_kind(question: str, span: str) -> bool:
    for asked, given in ((_SHARE, _FRACTION), (_COUNTED, _NUMBER), (_DATED, _TIME)):
        if asked.search(question):
            return given.search(span) is not None
    return True


def _repeats(question: str, span: str) -> bool:
    asked = set(re.findall(r"\w+", question.casefold()))
    said = [word for word in re.findall(r"\w+", span.casefold()) if word not in STOP_WORDS]
    return bool(said) and all(word in asked or len(word) == 1 for word in said)
