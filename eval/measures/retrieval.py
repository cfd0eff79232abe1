"""What the retrieval measures share: one question's ranking, scored by trec_eval's code."""

from functools import lru_cache
from typing import Literal

import ir_measures

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome, Ranking

Level = Literal["article", "passage"]


class RetrievalMeasure(Measure):
    """A measure of the ranking that was retrieved, of distinct articles or of passages.

    The figures are those of ir_measures, which calls trec_eval. At article level an article stands
    at its best passage; the articles that gold evidence names are relevant, or else copies whose
    retrieved passages hold its quote, whichever comes first. At passage level those passages are
    relevant that are the first to hold half of a gold quote or more.

    Args:
        name: the measure's name at article level; `passage_` is put before it at passage level.
        computed: what ir_measures calls it.
        level: what is ranked.
    """

    over = "answerable questions with evidence"

    def __init__(self, name: str, computed: str, level: Level) -> None:
        self.name = f"passage_{name}" if level == "passage" else name
        self._computed = computed
        self._level = level

    def part(self, outcome: Outcome) -> Part:
        """The ranking's score; nothing retrieved, and evidence nowhere in the corpus, score 0."""
        question, by_passage = outcome.question, self._level == "passage"
        pieces = [item for item in question.evidence if item.quote or not by_passage]
        if not (question.answerable and pieces):
            return OUTSIDE
        return Part(_scored(self._computed, outcome.passages if by_passage else outcome.articles))


@lru_cache(maxsize=32)
def _measure(name: str) -> "ir_measures.Measure":
    return ir_measures.parse_measure(name)


def _scored(name: str, ranking: Ranking) -> float:
    """One ranking's score. trec_eval sorts by score, so that they fall with the rank, untied."""
    if not (ranking.names and ranking.relevant):
        return 0.0
    relevant = [ir_measures.Qrel("q", name, 1) for name in sorted(ranking.relevant)]
    found = [ir_measures.ScoredDoc("q", name, -i) for i, name in enumerate(ranking.names)]
    return sum(metric.value for metric in ir_measures.iter_calc([_measure(name)], relevant, found))
