"""When articles were published, as a histogram of not too many equal stretches of time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rag.timeline.types import Bucket, Interval

_MOST = 62  # buckets, so that the days of two months are shown as days
_FEWEST = 12  # that are allowed however few articles there are
_FOR_AN_ARTICLE = 2  # more than so many for each, and nearly all would be empty
_MONDAY = datetime(1, 1, 1, tzinfo=UTC)  # the first day of the calendar was one


@dataclass(frozen=True, slots=True)
class _Scale:
    """Numbers the stretches of one length.

    Attributes:
        number: of the stretch that a moment is in.
        start: the first moment of a stretch, by its number.
    """

    interval: Interval
    number: Callable[[datetime], int]
    start: Callable[[int], datetime]


def _of_time(interval: Interval, length: timedelta) -> _Scale:
    return _Scale(
        interval,
        lambda moment: (moment - _MONDAY) // length,
        lambda number: _MONDAY + number * length,
    )


def _of_months(interval: Interval, months: int) -> _Scale:
    def number(moment: datetime) -> int:
        return (12 * moment.year + moment.month - 1) // months

    def start(number: int) -> datetime:
        year, month = divmod(number * months, 12)
        # Of the years before the tenth or the hundredth the calendar lacks the first, which is 0.
        return datetime(max(year, 1), month + 1, 1, tzinfo=UTC)

    return _Scale(interval, number, start)


_SCALES = (
    _of_time("hour", timedelta(hours=1)),
    _of_time("day", timedelta(days=1)),
    _of_time("week", timedelta(days=7)),
    _of_months("month", 1),
    _of_months("year", 12),
    _of_months("decade", 120),
    _of_months("century", 1200),
)


def histogram(moments: Sequence[datetime]) -> tuple[Interval, list[Bucket]]:
    """How many moments, which are in UTC, fall into each stretch from the first to the last one.

    The stretches are the shortest of which there are not too many.
    """
    if not moments:
        return "day", []
    first, last = min(moments), max(moments)
    most = min(_MOST, max(_FEWEST, _FOR_AN_ARTICLE * len(moments)))
    scale = next((s for s in _SCALES if s.number(last) - s.number(first) < most), _SCALES[-1])
    found = Counter(map(scale.number, moments))
    numbers = range(scale.number(first), scale.number(last) + 1)
    return scale.interval, [Bucket(start=scale.start(n), articles=found[n]) for n in numbers]
