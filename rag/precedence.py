"""Questions come first: a reader waits for each answer, and nobody for an ingest's next passage."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Precedence:
    """Has other work wait while something more urgent is under way. Safe to use from threads.

    Args:
        longest_s: how long other work waits at most, so that it goes on under any load.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._under_way = 0
        self._changed = threading.Condition()

    @contextmanager
    def first(self) -> Iterator[None]:
        """What is done within goes before other work."""
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def give_way(self) -> bool:
        """Waits until nothing urgent is under way, or too long; tells whether nothing is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, self._longest_s)


QUESTIONS = Precedence(longest_s=0.25)
"""Those of this process. A passage's model run takes some 40 ms (docs/benchmarks.md: 48.5 a second
on two cores), so with questions under way without a pause an ingest keeps a seventh of its pace.
"""
