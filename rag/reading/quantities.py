"""Numbers in a text by their value, however they are written: "1.2 million", "twelve", "$8.50"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.reading.calendar import is_calendar

_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_WORDS = "|".join([*_TENS, *sorted(_SMALL, key=len, reverse=True)])
_QUANTITY = re.compile(
    rf"(?P<money>(?:US|C|A|CDN|AU|NZ)?[$£€¥]\s?)?"
    rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:{_WORDS})(?:-(?:{_WORDS}))?)"
    rf"(?![\w]|[.,]\d)(?:\s(?P<scale>hundred|thousand|million|billion)\b)?"
    rf"(?P<unit>\s?%|(?:[\s-][^\W\d_]+){{0,2}})",
    re.IGNORECASE,
)
_INEXACT = (
    r"\b(?:about|around|roughly|nearly|almost|over|under|some|approximately|more than|less than"
    r"|fewer than|up to|at least|at most|an estimated|close to)\s"
)
_ABOUT = re.compile(rf"{_INEXACT}(?:(?:US|C|A)?[$£€¥])?$", re.IGNORECASE)
_BOUNDS = re.compile(rf"{_INEXACT}$", re.IGNORECASE)
_ABOUT_LONG = 30  # code points that such words take at most
_PEOPLE = frozenset(
    """people person persons dead deaths killed lives victims men women passengers civilians
    fatalities bodies others injured survivors residents""".split()
)
_NO_UNIT = frozenset(
    """and or in on at of to for from by with was were is are has have had were after before when
    as a an the its their his her this that which who died more""".split()
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: its value, what it counts ("" where that does not follow), and where it stands.

    `about`: it is given as no exact one ("nearly 80").
    """

    value: Decimal
    unit: str
    about: bool
    start: int
    end: int


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of a text, in order; years and days of the month count as numbers too."""
    for found in _QUANTITY.finditer(text):
        value = _value(found["number"].lower().replace(",", ""))
        value *= _SCALES.get((found["scale"] or "").lower(), 1)
        end = found.end("scale") if found["scale"] else found.end("number")
        ahead = text[max(0, found.start() - _ABOUT_LONG) : found.start()]
        about = _ABOUT.search(ahead) is not None
        yield Quantity(value, _unit(found["money"], found["unit"]), about, found.start(), end)


def with_bounds(text: str, start: int) -> int:
    """Where a number that begins at `start` begins with the words that make it no exact one.

    "At least 11 people": to say 11 of them would say something else.
    """
    ahead = text[max(0, start - _ABOUT_LONG) : start]
    bounds = _BOUNDS.search(ahead)
    return start - len(bounds[0]) if bounds else start


def _value(number: str) -> Decimal:
    if number[0].isdigit():
        return Decimal(number)
    return Decimal(sum(_TENS.get(word, _SMALL.get(word, 0)) for word in number.split("-")))


def _unit(money: str | None, after: str) -> str:
    if money:
        return money.strip().upper()
    words = [word for word in after.lower().replace("-", " ").split() if word not in _NO_UNIT]
    if not words:
        return ""
    if words[0] in ("%", "percent", "per"):
        return "%"
    if any(word in _PEOPLE for word in words):
        return "people"
    counted = next((word for word in words if word.endswith("s")), words[0])
    return "" if is_calendar(counted.capitalize()) else counted.removesuffix("s")
