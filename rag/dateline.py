"""Datelines: the place and agency before a report's first words, no part of what it says."""

import re

_DATELINE = re.compile(
    r"""
    [A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.\ -]{2,40}     # the place, in capitals
    (?:,\ [^\n—–]{2,40}?)?                   # its country or state, or the day
    (?:\ \([^()\n]{2,40}\))?                 # the agency
    \ *(?:—|–|--|\ -\ )\ *                   # the dash before the text
    (?=[^\W\d_a-z]|["“‘'\d])                 # which begins like a sentence
    """,
    re.VERBOSE,
)


def after_dateline(sentence: str) -> int:
    """Where the report begins in its first sentence: past a dateline, or 0 where there is none.

    "HALVORN, Oskelund (CPA) — The ferry sank." begins with "The".
    """
    found = _DATELINE.match(sentence)
    return found.end() if found else 0
