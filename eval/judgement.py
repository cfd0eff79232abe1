"""What an LLM judge found: its verdicts, their totals, and how far it agrees with the measures."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field


class Verdict(StrEnum):
    """What became of one question before the judge."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    REFUSED = "refused"
    UNCLEAR = "unclear"  # the judge said something else
    FAILED = "failed"  # the judge could not be asked
    NO_GOLD = "no gold"  # the gold does not say what is right

    @property
    def given(self) -> bool:
        """Whether the judge decided."""
        return self in {Verdict.CORRECT, Verdict.INCORRECT, Verdict.REFUSED}


class Judged(BaseModel):
    """One question before the judge."""

    id: str
    verdict: Verdict
    right: bool | None = Field(
        description="A gold answer was given, or an unanswerable question refused; null: no gold."
    )
    reason: str = Field(description="The judge's, or why there is no verdict.")
    asked: bool = Field(description="False: there was nothing to ask, and the verdict is a rule's.")


class Agreement(BaseModel):
    """A judge and a measure on the same questions, each saying yes or no to each."""

    both: int = Field(description="Both say yes.")
    judge_only: int
    measure_only: int
    neither: int
    over: int = Field(description="Questions on which both decided; the denominator of `share`.")
    share: float | None = Field(description="Agreeing; null over 0.")
    chance: float | None = Field(description="The share that chance alone would give; null over 0.")
    kappa: float | None = Field(
        description="Cohen's kappa, (share - chance) / (1 - chance); null when chance is 1."
    )


class Judgement(BaseModel):
    """What the judge found in a run. No score is changed by it."""

    judge: dict[str, Any] = Field(description="url, model, temperature and seed.")
    prompt_sha256: str
    counts: dict[Verdict, int] = Field(description="Questions by verdict; they add up to all.")
    right: int
    over: int = Field(description="Questions with gold; unclear and failed ones are not right.")
    share: float | None = Field(description="right / over; null over 0.")
    agreement: dict[str, Agreement] = Field(
        description="`answer_match`: CORRECT against it, on answerable questions; `refusal`: "
        "REFUSED against the system's refusing, on all. Only verdicts that the judge gave count."
    )
    questions: list[Judged]


def agreement(pairs: Iterable[tuple[bool, bool]]) -> Agreement:
    """How far two yes-or-no decisions agree.

    Source: Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological
    Measurement 20(1), 1960.

    Args:
        pairs: the judge's and the measure's decision on each question.
    """
    decided = list(pairs)
    over = len(decided)
    both, judge_only, measure_only = (
        decided.count(pair) for pair in ((True, True), (True, False), (False, True))
    )
    neither = over - both - judge_only - measure_only
    share = chance = kappa = None
    if over:
        judge, measure = both + judge_only, both + measure_only
        # In whole numbers, so that a chance of 1 is exactly that.
        by_chance = judge * measure + (over - judge) * (over - measure)
        share, chance = (both + neither) / over, by_chance / over**2
        if by_chance < over**2:
            kappa = (share - chance) / (1 - chance)
    return Agreement(
        both=both,
        judge_only=judge_only,
        measure_only=measure_only,
        neither=neither,
        over=over,
        share=share,
        chance=chance,
        kappa=kappa,
    )
