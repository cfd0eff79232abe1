"""How many requests in how long: `60/minute`."""

import re
from dataclasses import dataclass

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(rf"(\d{{1,6}})/({'|'.join(_SECONDS)})")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `requests` in any `seconds` seconds."""

    requests: int
    seconds: int


def parse_rate(text: str) -> Rate:
    """Reads `60/minute`.

    Raises:
        ValueError: it is something else.
    """
    found = _RATE.fullmatch(text.replace(" ", "").lower())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"must look like 60/minute, with one of {', '.join(_SECONDS)}")
    return Rate(int(found[1]), _SECONDS[found[2]])
