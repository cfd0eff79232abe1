"""What the reports call things: stages in a few words and a sentence, measures under headings."""

from typing import NamedTuple

from eval.measures import Measure
from eval.stages import Stage


class Wording(NamedTuple):
    """How a stage is told.

    Attributes:
        short: two to four words, for the head of a column.
        sentence: what happened to a question that was lost there.
    """

    short: str
    sentence: str


STAGES: dict[Stage, Wording] = {
    Stage.RIGHT: Wording("right", "a gold answer was given, or a refusal that was due"),
    Stage.NOT_RETRIEVED: Wording(
        "article not retrieved", "no article that holds the answer was retrieved"
    ),
    Stage.NOT_READ: Wording(
        "passage not kept",
        "the article was retrieved, but the passage that holds the answer was not read",
    ),
    Stage.WRONGLY_REFUSED: Wording(
        "wrongly refused", "the passage that holds the answer was read, and yet no answer given"
    ),
    Stage.NOT_CHOSEN: Wording(
        "sentence not chosen",
        "the passage that holds the answer was read, but the answer was taken from elsewhere",
    ),
    Stage.NOT_SAID: Wording(
        "cited, not said", "the gold evidence was cited, but no gold answer stands in the answer"
    ),
    Stage.WRONGLY_ANSWERED: Wording(
        "should have refused", "the gold says that there is no answer, and one was given"
    ),
    Stage.UNPLACED: Wording(
        "evidence unknown", "the answer is wrong, and the corpus has none of the gold's evidence"
    ),
    Stage.FAILED: Wording("failed", "the system failed, and the question has no answer"),
}


def slug(stage: Stage) -> str:
    """The stage's name in addresses and style sheets."""
    return stage.name.lower().replace("_", "-")


class Heading(NamedTuple):
    """A family of measures.

    Attributes:
        title: the heading.
        asks: the question that these measures answer.
        begins: how the names of its measures begin.
        chief: the measures to look at first.
    """

    title: str
    asks: str
    begins: tuple[str, ...]
    chief: tuple[str, ...]


HEADINGS = (
    Heading(
        "Finding",
        "Were the articles and passages found that hold the answer?",
        ("hits", "mrr", "map", "ndcg", "recall", "evidence", "passage"),
        ("hits@1", "hits@4", "hits@10", "mrr@10", "evidence_recall"),
    ),
    Heading(
        "Answering",
        "Was the right thing said?",
        ("em", "f1", "answer", "nugget", "crag"),
        ("answer_match", "f1", "nugget_recall", "crag"),
    ),
    Heading(
        "Citing",
        "Do the quotes exist, and do they say what the answer says?",
        ("citation", "quote"),
        ("citation_precision", "citation_recall", "quote_exact", "quote_holds_answer"),
    ),
    Heading(
        "Knowing when not to",
        "Was refused what the corpus does not say, and is the confidence worth anything?",
        ("refusal", "auroc", "ece", "aurc"),
        ("refusal_precision", "refusal_recall", "auroc_answerable", "ece", "aurc"),
    ),
    Heading(
        "Cost",
        "How long did an answer take, and what did it use up?",
        ("latency", "model", "tokens"),
        ("latency_p50_ms", "latency_p95_ms"),
    ),
)
OTHER = Heading("Other", "Measures of no family.", (), ())

SLICED = (
    "hits@4", "evidence_recall", "answer_match", "f1", "nugget_recall",
    "citation_precision", "citation_recall", "refusal_recall",
)  # fmt: skip
"""The measures that are told for each tag."""


def heading_of(name: str) -> Heading:
    """The family that a measure belongs to."""
    return next((heading for heading in HEADINGS if name.startswith(heading.begins)), OTHER)


_MANY = 100  # a count from which tenths say nothing


def number(measure: Measure, value: float | None) -> str:
    """A value in the measure's unit; a dash for none."""
    if value is None:
        return "–"
    if measure.unit == "share":
        return f"{value:.3f}".replace("-", "−")
    return f"{value:,.0f}" if measure.unit == "ms" or value >= _MANY else f"{value:.1f}"


def between(measure: Measure, interval: tuple[float, float] | None) -> str:
    """An interval in the measure's unit; a dash for none."""
    if interval is None:
        return "–"
    return f"{number(measure, interval[0])} – {number(measure, interval[1])}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """The count with its noun: "1 question", "1,200 questions"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share as a whole percentage that is 0% or 100% only when it is exactly that."""
    rounded = round(100 * share)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded}%"
