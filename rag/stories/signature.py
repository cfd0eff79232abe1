"""MinHash signatures and their bands: what finds the few texts that are worth comparing.

They are of pairs of neighbouring content words, which survive rewriting better than longer runs of
all words do, and which unrelated articles have as rarely in common. The share of equal values in
two signatures estimates the resemblance of their pairs (Broder 1997). Cut into bands of two values,
two texts of resemblance s have a band in common with probability 1 - (1 - s^2)^48: .99 at .30, .86
at .20, and .001 at .005, which is more than most articles have in common (banding: Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", 3.4). More bands would find a little more, and
each costs an article a random write.
"""

from dataclasses import dataclass

import numpy as np
from rensa import RMinHash

from rag.stories.wording import Wording
from rag.words import STOP_WORDS

_ROWS = 2
_BANDS = 48
_SEED = 1

_GOLDEN = 0x9E3779B1  # Knuth's multiplicative hash, to make 32 bits of two values

ALGORITHM = f"rensa {RMinHash.ALGORITHM_VERSION}, word pairs, {_BANDS} bands of {_ROWS}"
"""What signatures are made with: those of another algorithm cannot be compared with these."""

# A copy that was cut by half and rewritten by 15% has a resemblance of .21, estimated to +-.04.
_WORTH_COMPARING = 0.08
# Three standard errors under this, with three quarters of its pairs in common, each text carries so
# much of the other that comparing them can only say so.
_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Signature:
    """Of a text.

    Attributes:
        bands: one of them in common makes two texts candidates; 32 bits, signed.
        sketch: the lowest byte of each value, for estimating resemblances.
    """

    bands: list[int]
    sketch: bytes


def signature(text: Wording) -> Signature:
    """The signature of a text, the same in every process; without bands where it has no words."""
    pairs = _pairs(text)
    if not pairs:
        return Signature([], b"")
    minhash = RMinHash(num_perm=_ROWS * _BANDS, seed=_SEED)
    minhash.update(pairs)
    values = np.array(minhash.digest(), dtype=np.uint32)
    bands = values[::2] * np.uint32(_GOLDEN) + values[1::2]  # modulo 2^32
    return Signature(bands.view(np.int32).tolist(), values.astype(np.uint8).tobytes())


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


def surely_copies(resemblance: float) -> bool:
    """Whether texts of this estimated resemblance are copies without looking closer."""
    return resemblance >= _SURE


def _pairs(text: Wording) -> list[str]:
    """Each two content words that follow each other in a sentence; one that is alone by itself."""
    pairs: list[str] = []
    for sentence in text.sentences:
        said = sentence.words
        content = [word for word in said if word not in STOP_WORDS] or list(said)
        pairs += [f"{a} {b}" for a, b in zip(content, content[1:] or [""], strict=False)]
    return pairs
