"""Articles that give different figures for the same thing: shown as such, and never averaged.

Looked for where one asks for a count or a date. Two articles disagree if each answers, each has all
that the question names, they share names besides (so that they tell of the same event and not of
another of its kind), and their figures count the same and differ by more than rounding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rag.archive.records import StoredPassage
from rag.passage_reading import PassageReading
from rag.reading.asked import asks_how_many, asks_when
from rag.reading.base import Evidence
from rag.reading.calendar import in_full, is_calendar
from rag.reading.candidates import Candidate, Version
from rag.reading.coverage import Demands, fold
from rag.reading.coverage import Evidence as Body
from rag.reading.quantities import Quantity, quantities

_ANSWERS = 0.0  # the score from which a sentence is taken to answer
_BEHIND = 8.0  # by how much its score may be less than the best one's
_DAYS = 400  # between two stories of one event, at most
_SHARED = 2  # names that two stories of one event have in common, besides the question's
_MOST = 3
_ROUNDING = Decimal("0.1")
# The question itself says which of several figures it wants.
_CHOSEN = re.compile(
    r"\b(?:initial(?:ly)?|first|original(?:ly)?|previous(?:ly)?|earlier|before|between|chang(?:e|ed)"
    r"|according to|at the time|then|so far (?:on|by))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow many\s(?:(?:more|other)\s)?(\w+)", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-ZÀ-ÖØ-Þ][\w'’-]+")
_TIME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter|\d{4}|\d{1,2})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one article gives: the sentence, the figure in it, and when it was published."""

    sentence: Candidate
    figure: Evidence
    published_at: datetime


def differing(
    question: str,
    asked: Demands,
    found: Sequence[Candidate],
    read: Sequence[PassageReading],
    bodies: dict[Version, Body],
) -> list[Told]:
    """What the articles give where they disagree, newest first; empty where they do not.

    Args:
        question: the question.
        asked: what it names.
        found: the sentences that were read, best first.
        read: the readings of their passages, by rank.
        bodies: the articles that were read.
    """
    counts = asks_how_many(question)
    if not (counts or asks_when(question)) or _CHOSEN.search(question) or not asked.names:
        return []
    told: list[Told] = []
    for one in found:
        if one.version in {other.sentence.version for other in told}:
            continue
        if one.score < max(_ANSWERS, found[0].score - _BEHIND):
            break
        figure = _figure(one, read[one.rank], counts)
        published = one.hit.passage.published_at
        covers = all(map(bodies[one.version].has_name, asked.names))
        if figure is None or published is None or not covers:
            if not told:
                return []
            continue
        now = Told(one, figure, published)
        if not told or (
            _same_event(bodies, told[0], now, asked)
            and all(_apart(question, other, now, counts) for other in told)
        ):
            told.append(now)
    newest_first = sorted(told[:_MOST], key=lambda t: t.published_at, reverse=True)
    return newest_first if len(told) > 1 else []


def note(told: Sequence[Told]) -> str:
    """The figures with where and when they stand: "Sources differ: 83 (Gazette, 4 March 2025)"."""
    return "Sources differ: " + ", ".join(f"{t.figure.text} ({_where(t)})" for t in told) + "."


def _where(told: Told) -> str:
    day = f"{told.published_at.day} {told.published_at:%B %Y}"
    return f"{told.sentence.hit.passage.source or told.sentence.hit.passage.title}, {day}"


def _figure(one: Candidate, reading: PassageReading, counts: bool) -> Evidence | None:
    """The part of the sentence that answers, if it gives one figure or one time."""
    span = next((s for s in reading.sentences if s.number == one.number), None)
    if span is None or span.start < one.start:
        return None
    if not counts:
        part = Evidence(one.hit.passage, span.start, span.end)
        return part if _times(part.text) else None
    inside = _inside(one, span.start, span.end)
    if len(inside) != 1:
        return None
    return _shown(one.hit.passage, one.start, inside[0])


def _inside(one: Candidate, start: int, end: int) -> list[Quantity]:
    return [
        q for q in quantities(one.text) if start < one.start + q.end and one.start + q.start < end
    ]


def _shown(passage: StoredPassage, at: int, quantity: Quantity) -> Evidence:
    return Evidence(passage, at + quantity.start, at + quantity.end)


def _apart(question: str, one: Told, other: Told, counts: bool) -> bool:
    """Whether two figures are of the same kind and cannot both be right."""
    if not counts:
        times, others = _times(one.figure.text), _times(other.figure.text)
        return not (times <= others or others <= times)
    (a,), (b,) = (_inside(t.sentence, t.figure.start, t.figure.end) for t in (one, other))
    asked = _COUNTED.search(question)
    noun = fold(asked[1]).removesuffix("s") if asked else ""
    comparable = a.unit == b.unit or (asked is not None and {a.unit, b.unit} <= {"", noun})
    near = abs(a.value - b.value) <= _ROUNDING * max(a.value, b.value)
    return comparable and a.value != b.value and not (near and (a.about or b.about))


def _times(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TIME.findall(in_full(text)))


def _same_event(bodies: dict[Version, Body], one: Told, other: Told, asked: Demands) -> bool:
    if abs((one.published_at - other.published_at).days) > _DAYS:
        return False
    shared = _named(one.sentence.hit.passage) & _named(other.sentence.hit.passage)
    figures = (bodies[t.sentence.version].has_figure for t in (one, other))
    besides = shared - {fold(name) for name in asked.names}
    return len(besides) >= _SHARED and all(has(f) for has in figures for f in asked.figures)


def _named(passage: StoredPassage) -> frozenset[str]:
    found = _NAME.findall(f"{passage.title} {passage.text}")
    return frozenset(fold(name) for name in found if not is_calendar(name))
