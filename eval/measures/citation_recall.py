"""citation_recall: how much of what an answer says is borne out by what it cites?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class CitationRecall(Measure):
    """The share of an answer's sentences that its quotes support.

    Formula: the mean over answers of supported sentences / sentences. A sentence is supported when
    all quotes that it refers to are real and, put together, support it.
    Range: 0 to 1. Denominator: answers given, to answerable questions or not.
    Reference: Gao et al. (ALCE, EMNLP 2023), section 3. What judges support is in the run's
    configuration.
    Edge cases: a sentence that cites nothing, or anything that does not exist, is not supported. An
    answer with no sentence scores 0. Refusals and failures claim nothing and are outside the
    denominator.
    """

    name = "citation_recall"
    over = "answers"

    def part(self, outcome: Outcome) -> Part:
        if not outcome.answered:
            return OUTSIDE
        supported = [statement.supported for statement in outcome.statements]
        return Part(sum(supported) / len(supported) if supported else 0.0)
