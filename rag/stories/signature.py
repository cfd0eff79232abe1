"""MinHash signatures and their bands: what finds the few texts that are worth comparing.

The share of equal values in two signatures estimates the resemblance of their shingles (Broder
1997). Cut into bands of two values, two texts of resemblance s have a band in common with
probability 1 - (1 - s^2)^80: .97 at .20, .60 at .10, and .002 at .005, which is more than most
pairs of articles have (banding: Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).
"""

from dataclasses import dataclass

import numpy as np
from rensa import RMinHash

from rag.stories.wording import SHINGLE, Wording

_ROWS = 2
_BANDS = 80
_SEED = 1

ALGORITHM = f"rensa {RMinHash.ALGORITHM_VERSION}, {SHINGLE} words, {_BANDS} bands of {_ROWS}"
"""What signatures are made with: those of another algorithm cannot be compared with these."""

# A copy that was cut by half and rewritten by 15% has a resemblance of .17, estimated to +-.03.
_WORTH_COMPARING = 0.06


@dataclass(frozen=True, slots=True)
class Signature:
    """Of a text.

    Attributes:
        bands: one of them in common makes two texts candidates; 64 bits, signed.
        sketch: the lowest byte of each value, for estimating resemblances.
    """

    bands: list[int]
    sketch: bytes


def signature(text: Wording) -> Signature:
    """The signature of a text, the same in every process; without bands where it has no words."""
    if not text.shingles:
        return Signature([], b"")
    minhash = RMinHash(num_perm=_ROWS * _BANDS, seed=_SEED)
    minhash.update(sorted(text.shingles))
    values = np.array(minhash.digest(), dtype="<u4")
    return Signature(values.view("<i8").tolist(), values.astype(np.uint8).tobytes())


def resemblances(sketch: bytes, others: list[bytes]) -> list[float]:
    """The estimated resemblance of a text to each of others."""
    if not others:
        return []
    table = np.frombuffer(b"".join(others), dtype=np.uint8).reshape(len(others), -1)
    equal = (table == np.frombuffer(sketch, dtype=np.uint8)).mean(axis=1)
    by_chance = 1 / 256
    return [float(value) for value in (equal - by_chance) / (1 - by_chance)]


def worth_comparing(resemblance: float) -> bool:
    """Whether texts of this estimated resemblance may be copies."""
    return resemblance >= _WORTH_COMPARING
