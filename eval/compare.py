"""Two runs side by side: what is better, what is worse, and which questions flipped.

Everything is over the questions that both runs asked: the same id, with the same text and gold.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from eval.configuration import leaves
from eval.measures import MEASURES
from eval.paired import FEWEST, McNemar, MeasureDifference, mcnemar, paired_difference
from eval.results import QuestionResult, Run, column
from eval.stages import Stage
from rag.errors import UsageError

_NOT_SETTINGS = {"command", "bootstrap"}  # how a run was called, and how its own intervals came


class Shared(BaseModel):
    """Which questions can be compared."""

    both: int = Field(description="Asked in both runs, with the same text and gold.")
    baseline_only: list[str]
    candidate_only: list[str]
    changed: list[str] = Field(description="Same id, but another text or other gold.")


class Setting(BaseModel):
    """A setting, or a fact of the corpus, that the two runs differ in; null where one has none."""

    name: str
    baseline: Any
    candidate: Any


class Side(BaseModel):
    """What one run made of a question."""

    outcome: Literal["answered", "refused", "failed"]
    stage: Stage
    answer: str | None = Field(description="Null for a refusal and a failure.")
    error: str | None


class Flip(BaseModel):
    """A question that is right in one run and not in the other."""

    id: str
    question: str
    answerable: bool
    answers: list[str] = Field(description="The gold; none: to be refused.")
    baseline: Side
    candidate: Side


class Right(BaseModel):
    """How many questions are right: a gold answer given, or an unanswerable question refused."""

    over: int = Field(description="Shared questions that have a right answer.")
    baseline: int
    candidate: int
    mcnemar: McNemar


class Comparison(BaseModel):
    """A candidate against a baseline."""

    baseline: str
    candidate: str
    questions: Shared
    warnings: list[str]
    settings: list[Setting]
    right: Right
    measures: list[MeasureDifference]
    chance: str
    newly_failed: list[str] = Field(description="Failed in the candidate, not in the baseline.")
    lost: list[Flip]
    gained: list[Flip]


def compare(baseline: Run, candidate: Run) -> Comparison:
    """Compares two runs over the questions that they share.

    Swapping the runs swaps the verdicts and negates the intervals. The same two runs always
    compare the same.

    Raises:
        UsageError: the runs share no question.
    """
    pairs, shared = _pairs(baseline, candidate)
    if not pairs:
        changed = f"; {len(shared.changed)} ids are in both, with other gold" * bool(shared.changed)
        raise UsageError(
            f"the runs {baseline.run.id!r} and {candidate.run.id!r} share no question{changed}; "
            "compare runs of the same gold"
        )
    measures = _measures(pairs)
    judged = [pair for pair in pairs if pair[0].answers or not pair[0].answerable]
    flips = [flip for pair in judged if (flip := _flip(*pair))]
    lost = [flip for flip in flips if flip.baseline.stage is Stage.RIGHT]
    gained = [flip for flip in flips if flip.candidate.stage is Stage.RIGHT]
    return Comparison(
        baseline=baseline.run.id,
        candidate=candidate.run.id,
        questions=shared,
        warnings=_warnings(baseline, candidate, shared),
        settings=_settings(baseline, candidate),
        right=_right(judged, len(lost), len(gained)),
        measures=measures,
        chance=_chance(measures),
        newly_failed=[
            before.id
            for before, after in pairs
            if after.outcome == "failed" and before.outcome != "failed"
        ],
        lost=lost,
        gained=gained,
    )


_Pair = tuple[QuestionResult, QuestionResult]


def _pairs(baseline: Run, candidate: Run) -> tuple[list[_Pair], Shared]:
    """The shared questions, by id, so that the order of the gold file plays no part."""
    before = {question.id: question for question in baseline.questions}
    after = {question.id: question for question in candidate.questions}
    both = sorted(before.keys() & after.keys())
    same = [key for key in both if _asked(before[key]) == _asked(after[key])]
    return [(before[key], after[key]) for key in same], Shared(
        both=len(same),
        baseline_only=sorted(before.keys() - after.keys()),
        candidate_only=sorted(after.keys() - before.keys()),
        changed=sorted(set(both) - set(same)),
    )


def _asked(question: QuestionResult) -> tuple[object, ...]:
    """The question and its gold, as far as a run keeps them."""
    return (
        question.question,
        question.answerable,
        question.as_of,
        question.filters,
        sorted(question.answers),
        sorted((piece.article, piece.quote or "") for piece in question.evidence),
        sorted(question.nuggets),
    )


def _measures(pairs: Sequence[_Pair]) -> list[MeasureDifference]:
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    rows = []
    for name, measure in MEASURES.items():
        row = paired_difference(measure, column(before, measure), column(after, measure))
        runs = {"baseline": before, "candidate": after}
        without = [run for run, qs in runs.items() if not any(name in q.scores for q in qs)]
        if without:
            row.note = f"not scored in the {' or the '.join(without)}"
        rows.append(row)
    return rows


def _flip(before: QuestionResult, after: QuestionResult) -> Flip | None:
    if before.stage is None or after.stage is None:
        return None
    if (before.stage is Stage.RIGHT) == (after.stage is Stage.RIGHT):
        return None
    return Flip(
        id=before.id,
        question=before.question,
        answerable=before.answerable,
        answers=before.answers,
        baseline=_side(before, before.stage),
        candidate=_side(after, after.stage),
    )


def _side(question: QuestionResult, stage: Stage) -> Side:
    answer = question.answer.answer if question.answer and question.answer.answerable else None
    return Side(outcome=question.outcome, stage=stage, answer=answer, error=question.error)


def _right(judged: Sequence[_Pair], lost: int, gained: int) -> Right:
    return Right(
        over=len(judged),
        baseline=sum(before.stage is Stage.RIGHT for before, _ in judged),
        candidate=sum(after.stage is Stage.RIGHT for _, after in judged),
        mcnemar=mcnemar(lost, gained),
    )


def _chance(measures: Sequence[MeasureDifference]) -> str:
    drawn = sum(row.interval is not None for row in measures)
    return (
        f"If nothing differed, about 1 in 20 of these {drawn} intervals would still exclude 0, "
        "by chance."
    )


def _settings(baseline: Run, candidate: Run) -> list[Setting]:
    before, after = dict(leaves(_described(baseline))), dict(leaves(_described(candidate)))
    return [
        Setting(name=name, baseline=before.get(name), candidate=after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _described(run: Run) -> dict[str, Any]:
    kept = {name: setting for name, setting in run.config.items() if name not in _NOT_SETTINGS}
    return kept | {"corpus": run.corpus}


def _warnings(baseline: Run, candidate: Run, shared: Shared) -> list[str]:
    """What makes a difference hard to read; each is a sentence."""
    warnings = []
    if _leaf(baseline.config, "gold", "sha256") != _leaf(candidate.config, "gold", "sha256"):
        warnings.append("The gold differs: only what is the same in both is compared.")
    prints = [_leaf(run.corpus, "fingerprint") for run in (baseline, candidate)]
    if None in prints:
        warnings.append("A run does not say which corpus it asked: it may have been another one.")
    elif prints[0] != prints[1]:
        warnings.append("The corpora differ: what changed may be the articles, not the system.")
    if _leaf(baseline.config, "support") != _leaf(candidate.config, "support"):
        warnings.append(
            "Support was judged differently: citation and nugget measures compare that."
        )
    if _leaf(baseline.config, "machine") != _leaf(candidate.config, "machine"):
        warnings.append("The machines differ: latencies compare them, too.")
    if shared.both < FEWEST:
        warnings.append(f"No difference can be shown over fewer than {FEWEST} questions.")
    return warnings


def _leaf(tree: Any, *path: str) -> Any:
    for name in path:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree
