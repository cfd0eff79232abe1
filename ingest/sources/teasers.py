"""Telling a text that was cut off to make one read on elsewhere from a whole one."""

import re

_CUT_OFF = re.compile(
    r"(…|\.\.\.|\[\s*(?:…|\.\.\.|&hellip;)\s*\]|read more|continue reading|weiterlesen|"
    r"lire la suite|leer más)\W*$",
    re.IGNORECASE,
)
_END = 40  # characters


def is_cut(text: str) -> bool:
    """Whether a text ends in an ellipsis or in words such as "Read more"."""
    return _CUT_OFF.search(text[-_END:]) is not None
