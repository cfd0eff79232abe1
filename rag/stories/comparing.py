"""Whether two articles are copies: exactly, by what of each the other one carries.

A sentence is carried if at least half of its words stand in shingles that the other text has too,
so that it may have been touched up. Two things tell a copy, whose text may be cut by half and have
boilerplate around it, from the next day's report, which may repeat a third of the last one as its
background: how much is common to both, and that the shorter one begins with it.
"""

from rag.stories.wording import SHINGLE, Sentence, Wording

_CARRIED = 0.5  # of a sentence's words
_OPENING = 60  # words, in sentences of at least
_WORDS = 8  # what is shorter is a byline, a date or a crosshead
# Chosen on the even half of the pairs of tests/benchmarks/stories.py.
_OPENING_WEIGHT = 0.4
_COPY = 0.58


def are_copies(one: Wording, other: Wording) -> bool:
    """Whether one of the texts is a copy of the other, or both of a third."""
    return likeness(one, other) >= _COPY


def likeness(one: Wording, other: Wording) -> float:
    """How surely the texts are copies, 0 to 1.4; the same whichever comes first.

    The share of all words that both carry (Jaccard, counted by sentences), and 0.4 times the share
    of the shorter one's opening that the other carries.
    """
    shorter, longer = sorted((one, other), key=_order)
    if not shorter.size:
        return 0.0
    in_shorter, in_longer = _carried(shorter, longer), _carried(longer, shorter)
    common = (_words_of(in_shorter) + _words_of(in_longer)) / 2
    share = common / (shorter.size + longer.size - common)
    return share + _OPENING_WEIGHT * _opening(in_shorter)


def _order(text: Wording) -> tuple[int, list[tuple[str, ...]]]:
    return text.size, [sentence.words for sentence in text.sentences]


def _carried(text: Wording, by: Wording) -> list[tuple[int, bool]]:
    """For each sentence how many words it has, and whether the other text carries it."""
    return [(len(sentence.words), _carries(by, sentence)) for sentence in text.sentences]


def _carries(text: Wording, sentence: Sentence) -> bool:
    size = len(sentence.words)
    covered = 0
    until = 0
    for at, shingle in enumerate(sentence.shingles):
        if shingle in text.shingles:
            end = min(at + SHINGLE, size)
            covered += end - max(at, until)
            until = end
    return covered >= _CARRIED * size


def _words_of(sentences: list[tuple[int, bool]]) -> int:
    return sum(size for size, carried in sentences if carried)


def _opening(sentences: list[tuple[int, bool]]) -> float:
    """The share of carried words in the first sentences that are long enough."""
    read = carried = 0
    for size, is_carried in sentences:
        if size >= _WORDS:
            read += size
            carried += size if is_carried else 0
        if read >= _OPENING:
            break
    return carried / read if read else float(all(carried for _, carried in sentences))
