"""A share with its interval, as the benchmarks print it."""

import math
from collections.abc import Sequence

_Z = 1.96  # of a 95% interval


def share(flags: Sequence[bool]) -> str:
    """A proportion with its 95% interval (Wilson, JASA 22, 1927)."""
    count, of = sum(flags), len(flags)
    p = count / of
    middle = (p + _Z * _Z / (2 * of)) / (1 + _Z * _Z / of)
    reach = _Z / (1 + _Z * _Z / of) * math.sqrt(p * (1 - p) / of + _Z * _Z / (4 * of * of))
    return f"{count:3} of {of:4} = {p:.3f} [{max(0, middle - reach):.3f}, {middle + reach:.3f}]"
