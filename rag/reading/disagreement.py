"""Articles that give different figures for the same thing: shown as such, and never averaged.

Looked for where one asks for a count or a date. Two articles disagree if each answers, each has all
that the question names, they share names besides (so that they tell of the same event and not of
another of its kind; the fewer, the closer in time they are), their sentences have half of the
question's words, and their figures count the same and differ by more than rounding.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from rag.passage_reading import PassageReading
from rag.reading.asked import asks_how_many, asks_when
from rag.reading.base import Differing, Evidence
from rag.reading.calendar import MONTH, in_full
from rag.reading.candidates import Candidate, Version, candidate, version_of
from rag.reading.coverage import Demands, fold
from rag.reading.coverage import Evidence as Body
from rag.reading.quantities import Quantity, quantities, with_bounds
from rag.reading.span_model import SpanModel
from rag.reading.studied import Studied
from rag.words import content_words, stem

_ANSWERS = 0.0  # the score from which a sentence is taken to answer
_BEHIND = 6.0  # by how much its score may be less than the best one's
_DAYS = 400  # between two stories of one event, at most
_SHARED = 3  # names that two stories of one event have in common, besides the question's
_SHARED_SOON = 1  # and where they are of the same days and the question names something
_SOON = 7  # days
_MOST = 3
_READ = 8  # of the ranked passages, those among which another article is looked for
_ROUNDING = Decimal("0.1")
# The question itself says which of several figures it wants.
_CHOSEN = re.compile(
    r"\b(?:initial(?:ly)?|first|original(?:ly)?|previous(?:ly)?|earlier|before|between|chang(?:e|ed)"
    r"|according to|at the time|then|so far (?:on|by))\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"(?:\s\w+)?\s(?:more|fewer|less|higher|lower|later|earlier|ago)\b", re.I)
_MEASURE = re.compile(
    r"\s(?:second|minute|hour|day|week|month|year|metre|meter|kilometre|mile)s?\b"
)
_SEVERAL = re.compile(r"\b(?:and|or|to|until|through)\b|[–-]")
_OF_ANY_COUNT = frozenset("many number people".split())
_COUNTED = re.compile(r"\bhow many\s(?:(?:more|other)\s)?(\w+)", re.IGNORECASE)
_TIME = re.compile(rf"\b(?:{MONTH}|spring|summer|autumn|winter|\d{{4}}|\d{{1,2}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What one article gives: the sentence, the figure in it, and when it was published.

    `quantity` is the figure's number; None of a time.
    """

    sentence: Candidate
    figure: Differing
    quantity: Quantity | None
    published_at: datetime


def differing(
    studied: Studied, model: SpanModel, article_text: Callable[[str, int], str]
) -> list[Told]:
    """What the articles give where they disagree, newest first; empty where they do not.

    Articles that have all that the question names and were not read, since others surely answered,
    are read for it.
    """
    question, asked = studied.question, studied.asked
    counts = asks_how_many(question)
    if not (counts or asks_when(question)) or _CHOSEN.search(question):
        return []
    found, readings, bodies = _read_on(studied, model, article_text)
    told: list[Told] = []
    for one in found:
        if one.score < max(_ANSWERS, found[0].score - _BEHIND):
            break
        if one.version in {other.sentence.version for other in told}:
            continue
        figure = _figure(one, readings[one.rank], counts)
        published = one.hit.passage.published_at
        covers = all(map(bodies[one.version].has_name, asked.names))
        covers &= _says_what_is_asked(question, one.text)
        if figure is not None and published is not None and covers:
            now = Told(one, *figure, published)
            if all(
                _same_event(bodies, other, now, asked) and _apart(question, other, now, counts)
                for other in told
            ):
                told.append(now)
        elif not told:  # the best sentence gives no figure to compare
            return []
    newest_first = sorted(told[:_MOST], key=lambda t: t.published_at, reverse=True)
    return newest_first if len(told) > 1 else []


def _read_on(
    studied: Studied, model: SpanModel, article_text: Callable[[str, int], str]
) -> tuple[list[Candidate], dict[int, PassageReading], dict[Version, Body]]:
    """What was read, and with it the next few passages of other articles that name it all."""
    readings, bodies = dict(enumerate(studied.read)), dict(studied.bodies)
    more: list[int] = []
    for rank, hit in enumerate(studied.hits[:_READ]):
        version = version_of(hit.passage)
        if rank not in readings and version not in bodies:
            body = Body(hit.passage, article_text(*version))
            if all(map(body.has_name, studied.asked.names)):
                bodies[version] = body
                more.append(rank)
    passages = [studied.hits[rank].passage for rank in more]
    if passages:
        readings |= zip(more, model.read(studied.question, passages), strict=True)
    found = [
        candidate(studied.hits[rank], rank, sentence.number, sentence.score)
        for rank, reading in readings.items()
        for sentence in reading.sentences
    ]
    return sorted(found, key=lambda c: (-c.score, c.rank, c.start)), readings, bodies


def note(told: Sequence[Told]) -> str:
    """The figures with where and when they stand: "Sources differ: 83 (Gazette, 4 March 2025)"."""
    return "Sources differ: " + ", ".join(f"{t.figure.part.text} ({_where(t)})" for t in told) + "."


def _says_what_is_asked(question: str, sentence: str) -> bool:
    asked = {stem(word) for word in content_words(question) if word not in _OF_ANY_COUNT}
    said = {stem(word) for word in content_words(sentence)}
    return 2 * len(asked & said) >= len(asked)


def _where(told: Told) -> str:
    day = f"{told.published_at.day} {told.published_at:%B %Y}"
    return f"{told.sentence.hit.passage.source or told.sentence.hit.passage.title}, {day}"


def _figure(
    one: Candidate, reading: PassageReading, counts: bool
) -> tuple[Differing, Quantity | None] | None:
    """The part of the sentence that answers, if it gives one figure or one time.

    Of "from seven years to five" the figure is the one that it came to.
    """
    span = next((s for s in reading.sentences if s.number == one.number), None)
    if span is None or span.start < one.start:
        return None
    if not counts:
        part = Evidence(one.hit.passage, span.start, span.end)
        one_time = _times(part.text) and not _SEVERAL.search(part.text)
        return (Differing(part, None), None) if one_time else None
    start, end = span.start - one.start, span.end - one.start
    inside = [q for q in quantities(one.text) if start < q.end and q.start < end]
    last = _came_to(one.text, inside)
    if last is None or _RELATIVE.match(one.text, last.end):
        return None
    first_shown = with_bounds(one.text, inside[0].start)
    unit = _MEASURE.match(one.text, last.end, end)  # a count's is what was asked for
    last_shown = unit.end() if unit else last.end
    shown = Evidence(one.hit.passage, one.start + first_shown, one.start + last_shown)
    return Differing(shown, last.value), last


def _came_to(text: str, inside: Sequence[Quantity]) -> Quantity | None:
    """The one quantity, or the second of "from seven years to five"."""
    if len(inside) == 1:
        return inside[0]
    if len(inside) != 2:  # noqa: PLR2004
        return None
    first, last = inside
    stepped = text[: first.start].endswith("from ") and text[: last.start].endswith(" to ")
    return replace(last, unit=last.unit or first.unit) if stepped else None


def _apart(question: str, one: Told, other: Told, counts: bool) -> bool:
    """Whether two figures are of the same kind and cannot both be right."""
    if not counts:
        times, others = _times(one.figure.part.text), _times(other.figure.part.text)
        return not (times <= others or others <= times)
    a, b = one.quantity, other.quantity
    if a is None or b is None:
        return False
    asked = _COUNTED.search(question)
    noun = fold(asked[1]).removesuffix("s") if asked else ""
    comparable = a.unit == b.unit or (asked is not None and {a.unit, b.unit} <= {"", noun})
    near = abs(a.value - b.value) <= _ROUNDING * max(a.value, b.value)
    return comparable and a.value != b.value and not (near and (a.about or b.about))


def _times(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TIME.findall(in_full(text)))


def _same_event(bodies: dict[Version, Body], one: Told, other: Told, asked: Demands) -> bool:
    days = abs((one.published_at - other.published_at).days)
    if days > (_DAYS if asked.names else _SOON):
        return False
    own, others = bodies[one.sentence.version], bodies[other.sentence.version]
    besides = (own.named & others.named) - {fold(name) for name in asked.names}
    dated = all(own.has_figure(f) and others.has_figure(f) for f in asked.figures)
    shared = _SHARED_SOON if asked.names and days <= _SOON else _SHARED
    return dated and len(besides) >= shared
