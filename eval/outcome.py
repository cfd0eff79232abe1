"""What one gold question led to: the only thing that measures look at."""

import re
from dataclasses import dataclass

from eval.questions import GoldQuestion
from rag.types import Answer

_MARKER = re.compile(r"\[([0-9]{1,6})\]")


@dataclass(frozen=True)
class Outcome:
    """One question, asked.

    Attributes:
        question: the gold question.
        evidence: for each piece of gold evidence, the ids of the corpus' articles it names; empty
            when the corpus has no such article, which leaves the evidence impossible to find.
        answer: what the system said, or None when it failed.
        ranking: the retrieved articles' ids, best first, each once; empty when retrieval failed.
        exact: for each citation of the answer, whether its quote is what its article says.
        ask_ms: how long the answer, or the failure, took, in milliseconds of wall time.
    """

    question: GoldQuestion
    evidence: tuple[frozenset[str], ...] = ()
    answer: Answer | None = None
    ranking: tuple[str, ...] = ()
    exact: tuple[bool, ...] = ()
    ask_ms: float = 0.0

    @property
    def refused(self) -> bool:
        """The system said that it has no answer. Failing, or answering nothing, is no refusal."""
        return self.answer is not None and not self.answer.answerable

    @property
    def answered(self) -> bool:
        """The system gave what it holds to be an answer, even if the text is empty."""
        return self.answer is not None and self.answer.answerable

    @property
    def text(self) -> str:
        """The answer without its citation markers; empty for a refusal or a failure.

        Only numbers that the answer cites are markers, so that the brackets of "in [2018]" within
        a quoted sentence stay.
        """
        if self.answer is None or not self.answer.answerable:
            return ""
        cited = cited_numbers(self.answer) | {c.number for c in self.answer.citations}
        return _MARKER.sub(
            lambda marker: " " if int(marker[1]) in cited else marker[0], self.answer.answer or ""
        )

    @property
    def first_evidence_rank(self) -> int | None:
        """The rank, from 1, of the first retrieved article that is gold evidence, if any is."""
        wanted = frozenset().union(*self.evidence)
        ranks = (rank for rank, article in enumerate(self.ranking, start=1) if article in wanted)
        return next(ranks, None)


def cited_numbers(answer: Answer) -> set[int]:
    """The citation numbers that the answer's sentences refer to."""
    return {number for sentence in answer.sentences for number in sentence.citations}
