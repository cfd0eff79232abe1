"""What all reports share: the headline, the losses by stage and tag, and the measures' rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval import intervals
from eval.measures import MEASURES, Measure
from eval.report.wording import HEADINGS, OTHER, STAGES, Heading, counted, heading_of, percent
from eval.results import QuestionResult, Run, column, value
from eval.stages import Stage

Interval = tuple[float, float]

UNTAGGED = "(no tag)"


@dataclass(frozen=True)
class Headline:
    """How the questions of a run came out.

    Attributes:
        asked: all questions.
        judged: those of which the gold says what is right, and those that failed; the next five
            add up to it.
        right_answers: a gold answer was given.
        right_refusals: there is none, and none was given.
        wrong_answers: answered, and not right.
        wrong_refusals: refused, though there is an answer.
        failed: the system failed.
        interval: of the share of right ones among the judged; None when none is judged.
        biggest_loss: the stage that lost most, if any was lost.
    """

    asked: int
    judged: int
    right_answers: int
    right_refusals: int
    wrong_answers: int
    wrong_refusals: int
    failed: int
    interval: Interval | None
    biggest_loss: Stage | None

    @property
    def right(self) -> int:
        return self.right_answers + self.right_refusals

    @property
    def lost(self) -> int:
        return self.judged - self.right


@dataclass(frozen=True)
class MeasureRow:
    """One measure of a run, or of a part of it."""

    measure: Measure
    value: float | None
    interval: Interval | None
    over: int
    chief: bool = False

    @property
    def denominator(self) -> str:
        return f"{self.over:,} {self.measure.over}"


def headline(run: Run) -> Headline:
    """How the questions of a run came out."""
    judged = [q for q in run.questions if q.stage is not None]
    ended = Counter((q.outcome, q.stage is Stage.RIGHT) for q in judged)
    right = ended["answered", True] + ended["refused", True]
    return Headline(
        asked=len(run.questions),
        judged=len(judged),
        right_answers=ended["answered", True],
        right_refusals=ended["refused", True],
        wrong_answers=ended["answered", False],
        wrong_refusals=ended["refused", False],
        failed=ended["failed", False],
        interval=share_interval(right, len(judged)),
        biggest_loss=max(losses(run), key=lambda stage: run.stages[stage], default=None),
    )


def losses(run: Run) -> list[Stage]:
    """The stages that lost a question, in the order in which questions go through them."""
    return [stage for stage in STAGES if stage is not Stage.RIGHT and run.stages.get(stage)]


def summary(run: Run) -> str:
    """How the questions came out, in one sentence without its full stop."""
    head = headline(run)
    if not head.judged:
        return f"{counted(head.asked, 'question')} without gold answers: only finding is measured"
    parts = [
        f"{head.right:,} right ({head.right_answers:,} answers, {head.right_refusals:,} refusals)",
        counted(head.wrong_answers, "wrong answer"),
        counted(head.wrong_refusals, "wrong refusal"),
        f"{head.failed:,} failed",
    ]
    if unjudged := head.asked - head.judged:
        parts.append(f"{unjudged:,} without gold answers")
    return f"{counted(head.asked, 'question')}: {', '.join(parts)}"


def loss_sentence(run: Run) -> str:
    """The biggest loss in one plain sentence."""
    head = headline(run)
    if head.biggest_loss is None:
        return "No question was lost." if head.judged else ""
    lost = run.stages[head.biggest_loss]
    return f"The biggest loss, {lost:,} of {head.lost:,}: {STAGES[head.biggest_loss].sentence}."


def judge_sentence(run: Run) -> str:
    """What a language model held of the answers, and how far it agrees; empty without one."""
    told = run.judge
    if told is None:
        return ""
    name = told.judge.get("answers_as") or told.judge.get("model")
    share = f"{told.right:,} of {told.over:,} right ({percent(told.share or 0)})"
    agreed = told.agreement["answer_match"]
    with_measure = (
        f"it agrees with answer_match on {percent(agreed.share)} of {agreed.over:,}"
        if agreed.share is not None
        else "it gave no verdict to hold against answer_match"
    )
    if agreed.kappa is not None:
        with_measure += f" (Cohen's kappa {agreed.kappa:.2f})"
    return f"The judge {name} calls {share}; {with_measure}. It changes no measure."


def by_tag(questions: Sequence[QuestionResult]) -> dict[str, list[QuestionResult]]:
    """The questions of each tag, the biggest first; a question may have several tags or none."""
    tagged: dict[str, list[QuestionResult]] = {}
    for question in questions:
        for tag in dict.fromkeys(question.tags) or [UNTAGGED]:
            tagged.setdefault(tag, []).append(question)
    return dict(sorted(tagged.items(), key=lambda item: (-len(item[1]), item[0])))


def stage_counts(questions: Sequence[QuestionResult]) -> Counter[Stage]:
    """How many of the questions ended at which stage."""
    return Counter(question.stage for question in questions if question.stage)


def groups(run: Run) -> list[tuple[Heading, list[MeasureRow]]]:
    """The run's measures under their headings, the chief ones first."""
    rows: dict[Heading, list[MeasureRow]] = {heading: [] for heading in (*HEADINGS, OTHER)}
    for name, measure in MEASURES.items():
        if name in run.measures:
            heading = heading_of(name)
            rows[heading].append(
                MeasureRow(
                    measure=measure,
                    value=run.measures[name],
                    interval=run.intervals.get(name),
                    over=run.counts.get(name, 0),
                    chief=name in heading.chief,
                )
            )
    return [
        (heading, _chief_first(heading, members)) for heading, members in rows.items() if members
    ]


def _chief_first(heading: Heading, members: list[MeasureRow]) -> list[MeasureRow]:
    """The chief measures in the heading's order, then the rest in the registry's."""
    place = {name: number for number, name in enumerate(heading.chief)}
    return sorted(members, key=lambda row: place.get(row.measure.name, len(place)))


def sliced(questions: Sequence[QuestionResult], measure: Measure) -> MeasureRow:
    """A measure over some of the questions, with the interval that they give it."""
    parts = column(questions, measure)
    counting = parts[parts[:, 1] > 0]
    return MeasureRow(
        measure=measure,
        value=value(measure, parts),
        interval=intervals.interval(measure, counting) if len(counting) else None,
        over=int(parts[:, 1].sum()),
    )


def share_interval(hits: int, total: int) -> Interval | None:
    """The 95% bootstrap interval of a share; None over nothing.

    How often a hit is drawn in a resample of `total` questions is binomial, so the resamples'
    shares are drawn at once instead of question by question.
    """
    if not total:
        return None
    generator = np.random.default_rng(intervals.SEED)
    drawn = generator.binomial(total, hits / total, size=intervals.RESAMPLES) / total
    return intervals.quantiles(drawn.astype(np.float64))
