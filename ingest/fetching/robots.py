"""What a site's robots.txt allows us, by RFC 9309; Crawl-delay, which it leaves out, is read too.

Of the standard library's parser the first rule that matches wins and `*` in a path means nothing;
in the files of news sites the longest rule does, and most of them use `*`.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

OURS = "newscite"
"""The product token that names us in such a file."""

LARGEST = 512_000
"""Bytes that are read; the standard asks for no fewer than 500 KiB."""

_MOST_STARS = 20
_ASCII = "".join(map(chr, range(33, 127)))
_UNRESERVED = string.ascii_letters + string.digits + "-._~"  # RFC 3986, section 2.3
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")


@dataclass(slots=True)
class Robots:
    """The rules for us.

    Attributes:
        delay: seconds between two requests that the site asks for, if it does.
    """

    rules: list[tuple[str, bool]] = field(default_factory=list)
    delay: float | None = None

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be fetched: the longest rule decides."""
        path = _normal(path)
        matching = [(len(rule), allowed) for rule, allowed in self.rules if _matches(rule, path)]
        return max(matching, default=(0, True))[1]  # of two as long the one that allows


ALL = Robots()
"""Everything is allowed."""


def parse(text: str) -> Robots:
    """Reads a robots.txt: the groups that name us, else those for everyone."""
    ours, everyone = Robots(), Robots()
    named = False
    group: list[Robots] = []
    in_rules = True
    for name, value in _lines(text):
        if name == "user-agent":
            group = [] if in_rules else group
            in_rules = False
            agent = value.split("/")[0].strip().lower()
            group += [ours] if agent == OURS else [everyone] if agent == "*" else []
            named = named or agent == OURS
            continue
        in_rules = True
        for robots in group:
            _add(robots, name, value)
    return ours if named else everyone


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name = name.strip().lower()
        if colon and name in ("user-agent", "allow", "disallow", "crawl-delay"):
            yield name, value.strip()


def _add(robots: Robots, name: str, value: str) -> None:
    if name == "crawl-delay":
        try:
            delay = float(value)
        except ValueError:
            return
        if delay >= 0:  # which `nan` is not
            robots.delay = max(delay, robots.delay or 0)
    elif value and value.count("*") <= _MOST_STARS:
        robots.rules.append((_normal(value), name == "allow"))


def _normal(path: str) -> str:
    """The path with its characters escaped in one way; an escaped slash stays another than one."""
    return _ESCAPED.sub(_unescaped, quote(path, safe=_ASCII))


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _matches(rule: str, path: str) -> bool:
    """Whether a path begins as the rule says; `*` is any characters, `$` at the end the end.

    Piece by piece from the left, so that no rule takes long.
    """
    ends = rule.endswith("$")
    first, *pieces = (rule[:-1] if ends else rule).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = pieces.pop() if pieces and ends else None
    for piece in pieces:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if last is not None:
        return len(path) - len(last) >= at and path.endswith(last)
    return not ends or at == len(path)
