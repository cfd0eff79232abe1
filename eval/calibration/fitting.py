"""The confidence of answers as a function of their signals: fitted, and judged on what is unseen.

What is told of a case out of fold comes from a fit that had neither the question nor its shadow
(the same question with its articles hidden).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.calibration.cases import ANSWERABLE, Case, Floats, weights_of
from eval.leave_out import SUFFIX
from rag.reading.confidence import Calibration, Probability, Signals

Labels = npt.NDArray[np.bool_]

# By how much a sentence leads says whether it is the right one, not whether there is one.
RIGHT_BY = tuple(field.name for field in fields(Signals))
ANSWERABLE_BY = tuple(name for name in RIGHT_BY if name != "lead")

_FOLDS = 5
_PENALTY = 0.1  # the inverse of the L2 penalty, for signals of unit variance
_SURE = 0.02  # no confidence is nearer to 0 or 1 than this


def fit(cases: Sequence[Case]) -> Calibration:
    """Fits both probabilities to all cases."""
    counts = Counter((case.corpus, case.kind) for case in cases)
    told = "; ".join(f"{corpus}, {kind}: {n}" for (corpus, kind), n in sorted(counts.items()))
    return Calibration(
        answerable=_probability(cases, ANSWERABLE_BY, _answerable(cases)),
        right=_probability(cases, RIGHT_BY, _right(cases)),
        fitted_on=told,
    )


def told_out_of_fold(cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Of each case, how probably it is answerable and right, by fits that have not seen it."""
    answerable, right = np.zeros(len(cases)), np.zeros(len(cases))
    for kept, held in _folds(cases):
        calibration = fit([cases[i] for i in kept])
        for i in held:
            answerable[i] = calibration.answerable.of(cases[i].signals)
            right[i] = calibration.right.of(cases[i].signals)
    return answerable, right


def _probability(cases: Sequence[Case], names: Sequence[str], label: Labels) -> Probability:
    """The logistic model of all cases; the isotonic map is of log-odds from outside their folds."""
    signals, weight = _signals(cases, names), weights_of(cases)
    bias, weights = _logistic(signals, label, weight)
    unseen = np.zeros(len(cases))
    for kept, held in _folds(cases):
        fold_bias, fold_weights = _logistic(signals[kept], label[kept], weight[kept])
        unseen[held] = fold_bias + signals[held] @ fold_weights
    corners = _isotonic(unseen, label, weight)
    return Probability(
        bias=round(bias, 4),
        weights={name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
        log_odds=[round(float(x), 5) for x, _ in corners],
        share=[round(float(y), 3) for _, y in corners],
    )


def _logistic(signals: Floats, label: Labels, weight: Floats) -> tuple[float, Floats]:
    """Bias and weights of the log-odds, for signals as they are."""
    mean = np.average(signals, axis=0, weights=weight)
    spread = np.sqrt(np.average((signals - mean) ** 2, axis=0, weights=weight))
    spread[spread == 0] = 1
    model = LogisticRegression(C=_PENALTY).fit(
        (signals - mean) / spread, label, sample_weight=weight
    )
    weights = model.coef_[0] / spread
    return float(model.intercept_[0] - weights @ mean), weights


def _isotonic(log_odds: Floats, label: Labels, weight: Floats) -> list[tuple[float, float]]:
    """The corners of the monotone map from log-odds to the share of cases that have the label."""
    model = IsotonicRegression(y_min=_SURE, y_max=1 - _SURE, out_of_bounds="clip")
    model.fit(log_odds, label, sample_weight=weight)
    return list(zip(model.X_thresholds_, model.y_thresholds_, strict=True))


def _folds(cases: Sequence[Case]) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """What is kept and what is held out, five times; a question stays with its shadow."""
    questions = [case.question.removesuffix(SUFFIX) for case in cases]
    return list(GroupKFold(_FOLDS).split(questions, groups=questions))


def _signals(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    return np.array([[getattr(case.signals, name) for name in names] for case in cases], float)


def _answerable(cases: Sequence[Case]) -> Labels:
    return np.array([case.kind == ANSWERABLE for case in cases])


def _right(cases: Sequence[Case]) -> Labels:
    return np.array([case.right for case in cases])
