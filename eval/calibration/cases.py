"""A question as the reader read it, and what it counts."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.reading.confidence import Signals

Floats = npt.NDArray[np.float64]

ANSWERABLE = "answerable"
HIDDEN = "its article hidden"
NEAR = "near miss"
OTHER = "other matters"

# How often each kind is asked, as we expect it; nobody has measured it. A kind's share is divided
# evenly among the corpora that have it, and a corpus' share evenly among its cases.
SHARES = {ANSWERABLE: 0.6, NEAR: 0.2, HIDDEN: 0.15, OTHER: 0.05}


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it was read.

    Attributes:
        corpus: which articles were asked, by a name of one's own.
        kind: one of the four above.
        question: its id.
        right: whether the sentences that would be given state a gold answer.
        signals: of the best sentence.
    """

    corpus: str
    kind: str
    question: str
    right: bool
    signals: Signals


def weights_of(cases: Sequence[Case]) -> Floats:
    """What each case counts; in all as much as there are cases."""
    sizes = Counter((case.kind, case.corpus) for case in cases)
    corpora = Counter(kind for kind, _ in sizes)
    each = np.array([SHARES[c.kind] / corpora[c.kind] / sizes[c.kind, c.corpus] for c in cases])
    counted: Floats = each / each.sum() * len(cases)
    return counted


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Writes them, a line each, and says how many they were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for case in cases:
            file.write(json.dumps(asdict(case)) + "\n")
            count += 1
    return count


def read_cases(paths: Iterable[Path]) -> list[Case]:
    """The cases in files that `write_cases` wrote."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    rows = map(json.loads, lines)
    return [Case(**(row | {"signals": Signals(**row["signals"])})) for row in rows]
