"""model_runs and tokens: what does an answer cost?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class ModelRuns(Measure):
    """The mean number of model runs for a question.

    Formula: the mean of the number of times that a model was run, as the system counts them.
    Range: 0 up; lower is better. Denominator: questions whose reply tells.
    Reference: none needed; it does not depend on the machine, as latency does.
    Edge cases: refusals count like answers. A failure, and a system that does not count, tell
    nothing and are outside the denominator.
    """

    name = "model_runs"
    over = "questions whose reply tells"
    unit = "count"
    better = "lower"

    def part(self, outcome: Outcome) -> Part:
        runs = outcome.reply.model_runs if outcome.reply else None
        return OUTSIDE if runs is None else Part(runs)


class Tokens(Measure):
    """The mean number of tokens for a question.

    Formula: the mean of the number of tokens that models were fed, and wrote if they write, as the
    system counts them.
    Range: 0 up; lower is better. Denominator: questions whose reply tells.
    Reference: as for model_runs. Tokens of different models are not of the same size or price.
    Edge cases: as for model_runs.
    """

    name = "tokens"
    over = "questions whose reply tells"
    unit = "count"
    better = "lower"

    def part(self, outcome: Outcome) -> Part:
        tokens = outcome.reply.tokens if outcome.reply else None
        return OUTSIDE if tokens is None else Part(tokens)
