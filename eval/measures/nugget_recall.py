"""nugget_recall and nugget_recall_vital: how many of the facts asked for does the answer state?"""

from eval.measures.base import OUTSIDE, Measure, Part
from eval.outcome import Outcome


class NuggetRecall(Measure):
    """The share of gold nuggets that the answer states.

    Formula: the mean over questions of stated nuggets / nuggets of the question; for
    nugget_recall_vital only vital nuggets count. What judges whether a nugget is stated is in the
    run's configuration.
    Range: 0 to 1. Denominator: answerable questions with nuggets, or with vital ones.
    Reference: Voorhees, "Overview of the TREC 2003 Question Answering Track" (2003), for vital and
    okay nuggets; the "all" and "vital" scores of Pradeep et al., "Initial Nugget Evaluation
    Results for the TREC 2024 RAG Track with the AutoNuggetizer Framework" (2024), which are means
    over topics as here. A nugget is stated or not: there is no half for partial support, as in
    their strict variants.
    Edge cases: a refusal, a failure and an answer with no text state nothing and score 0. A longer
    answer can only gain: read it beside answer_words.
    """

    over = "answerable questions with such nuggets"

    def __init__(self, *, vital: bool) -> None:
        self.name = "nugget_recall_vital" if vital else "nugget_recall"
        self._vital = vital

    def part(self, outcome: Outcome) -> Part:
        question = outcome.question
        wanted = [nugget.vital or not self._vital for nugget in question.nuggets]
        if not (question.answerable and any(wanted)):
            return OUTSIDE
        stated = sum(w and s for w, s in zip(wanted, outcome.nuggets, strict=False))
        return Part(stated / sum(wanted))
