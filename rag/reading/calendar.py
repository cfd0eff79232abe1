"""Months and weekdays, in full and short: "Dec. 12" and "12 December" speak of the same month."""

import re

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NAMES = _MONTHS + _WEEKDAYS

MONTH = "|".join(_MONTHS)
"""The months in full, for use within a pattern."""

WEEKDAY = "|".join(_WEEKDAYS)
"""The weekdays likewise."""

_BY_START = {name[:3].casefold(): name for name in _NAMES}
_FOLDED = frozenset(name.casefold() for name in _NAMES)

# A short form that is a name or a word too ("Jan Novak", "the Sun") is a date only with a full
# stop or beside a day's number.
_SHORT = re.compile(
    r"""\b(?=[A-Z])(?i:
        (?:feb|apr|jul|aug|sept?|oct|nov|dec|tues?|weds|thu(?:rs?)?|fri)\b\.?
        |(?:jan|mar|jun|mon|wed|sat|sun)(?:\.|(?=\ \d)|(?<=\d\ ...)\b)
    )""",
    re.VERBOSE,
)


def is_calendar(word: str) -> bool:
    """Whether a word is a month or a weekday in full, with a capital letter."""
    return word[0].isupper() and word.casefold() in _FOLDED


def in_full(text: str) -> str:
    """The text with its short months and weekdays in full: "December 12" for "Dec. 12"."""
    return _SHORT.sub(lambda found: _BY_START[found[0][:3].casefold()], text)


def shortened(text: str) -> frozenset[str]:
    """The months and weekdays that the text has in a short form: in full, in small letters."""
    return frozenset(_BY_START[f[0][:3].casefold()].casefold() for f in _SHORT.finditer(text))
