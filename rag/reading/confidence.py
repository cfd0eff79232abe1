"""How sure an answer is: what speaks for it and against it, and a calibrated model of that.

The model is a logistic regression whose log-odds an isotonic regression maps to the share of such
answers that were right (Zadrozny and Elkan, "Transforming Classifier Scores into Accurate
Multiclass Probability Estimates", KDD 2002). `python -m eval.calibration` fits it on development
questions and writes its few numbers to `model/confidence.json`; docs/confidence.md has the figures.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the best sentence and against it.

    Attributes:
        score: of the sentence; see `rag.passage_reading`.
        answered: the logit that it answers: the mean of three readings, in its passage, with the
            sentence before it, and alone, each under the headline. Where these disagree it is
            the question's words that fit rather than what is said.
        lead: by how much its score leads over that of the best sentence with another answer,
            at most 10.
        aside: by how much its passage is beside the question: how far the relevance is under -1.
            Above that it says nothing, for a near miss is as relevant as can be.
        nowhere: how many names of the question nothing read has.
        figures: how many figures, months and weekdays of the question its article has not.
        explained: 1 where a why or a how is asked, which no few words answer; else 0.
    """

    score: float
    answered: float
    lead: float
    aside: float
    nowhere: float
    figures: float
    explained: float


class Probability(BaseModel):
    """A calibrated probability of signals.

    Attributes:
        bias, weights: of the log-odds, one weight for each of the signals that count.
        log_odds, share: the corners of the monotone map from log-odds to a share of cases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    weights: dict[str, float]
    log_odds: list[float] = Field(min_length=2)
    share: list[float] = Field(min_length=2)

    @model_validator(mode="after")
    def _monotone(self) -> "Probability":
        rising = all(np.diff(self.log_odds) > 0) and all(np.diff(self.share) >= 0)
        if not rising or len(self.log_odds) != len(self.share):
            raise ValueError("log_odds must rise and share must not fall, corner by corner")
        return self

    def of(self, signals: Signals) -> float:
        """The share, 0 to 1, of cases with such signals."""
        values = asdict(signals)
        odds = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return round(float(np.interp(odds, self.log_odds, self.share)), 3)


class Calibration(BaseModel):
    """What is fitted, as it lies in its JSON file.

    Attributes:
        answerable: that what was read answers the question at all; it decides.
        right: that the sentences given are the right answer; it is the confidence that is told. A
            why is answered less often in the words that somebody expected.
        fitted_on: the questions, for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answerable: Probability
    right: Probability
    fitted_on: str


@cache
def shipped() -> Calibration:
    """The calibration that comes with the reader's model."""
    path = files("rag") / "reading" / "model" / "confidence.json"
    return Calibration.model_validate_json(path.read_text(encoding="utf-8"))


def lead_over_rivals(scored: Sequence[tuple[str, float]], most: float = 10.0) -> float:
    """By how much the first of the scored answers leads over the best that says otherwise.

    Args:
        scored: answers in their own words with their scores, best first; at least one.
        most: the lead where there is no other, and the greatest told.
    """
    (said, best), *others = scored
    folded = " ".join(said.split()).casefold()
    rivals = (score for other, score in others if " ".join(other.split()).casefold() != folded)
    return min(most, best - next(rivals, best - most))
