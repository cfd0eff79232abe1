"""Which other paragraphs are nearest to a question by its words: what retrieval would bring."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from eval.training.paragraphs import Paragraph

_FOUND = 4
_COMMON = 0.1  # words of more than this share of the paragraphs find nothing


class NearMisses:
    """An inverted index over paragraphs, weighed by inverse document frequency."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._paragraphs = paragraphs
        self._places: dict[str, list[int]] = defaultdict(list)
        for number, paragraph in enumerate(paragraphs):
            for word in _words(f"{paragraph.title} {paragraph.text}"):
                self._places[word].append(number)
        self._weight = {
            word: math.log(len(paragraphs) / len(places)) for word, places in self._places.items()
        }

    def nearest(self, question: str) -> list[Paragraph]:
        """The few paragraphs that share most with the question, the nearest first."""
        scores: Counter[int] = Counter()
        for word in sorted(_words(question)):
            places = self._places.get(word, [])
            if len(places) <= _COMMON * len(self._paragraphs):
                for number in places:
                    scores[number] += self._weight[word]  # type: ignore[assignment]
        best = sorted(scores, key=lambda number: (-scores[number], number))[:_FOUND]
        return [self._paragraphs[number] for number in best]

    def nearest_of(self, question: str, paragraphs: Sequence[Paragraph]) -> Paragraph:
        """The one of these that shares most with the question."""
        asked = _words(question)

        def shared(paragraph: Paragraph) -> float:
            words = asked & _words(paragraph.text)
            return sum(self._weight.get(word, 0.0) for word in sorted(words))

        return max(paragraphs, key=shared)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
