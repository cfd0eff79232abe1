"""Where an answer was lost: the table by which one decides what to build next.

The stages are in the order in which a question goes through them, and a question is counted at
the first that lost it. Of several pieces of evidence those decide whose quotes hold a gold answer,
and of these, as any one would do, the one that came furthest. Where no quote holds it, the answer
has to be put together from all of them, and the one that stayed behind decides.
"""

from enum import StrEnum

from eval.outcome import Outcome, Trail
from eval.questions import Evidence
from eval.squad_text import states


class Stage(StrEnum):
    """What became of a question; the value is what reports call it."""

    RIGHT = "right"
    NOT_RETRIEVED = "gold article not retrieved"
    NOT_READ = "its passage not kept"
    WRONGLY_REFUSED = "wrongly refused"
    NOT_CHOSEN = "the sentence not chosen"
    NOT_SAID = "evidence cited, gold answer not in it"
    WRONGLY_ANSWERED = "answered what it should refuse"
    UNPLACED = "wrong, and the corpus has none of the gold's evidence"
    FAILED = "failed"


def stage(outcome: Outcome) -> Stage | None:
    """The stage that lost the question, or RIGHT; None for one that has no gold answer."""
    question = outcome.question
    if outcome.reply is None:
        return Stage.FAILED
    if question.answerable and not question.answers:
        return None
    if outcome.right:
        return Stage.RIGHT
    if not question.answerable:
        return Stage.WRONGLY_ANSWERED
    return _lost(outcome)


_PASSED = (Stage.NOT_RETRIEVED, Stage.NOT_READ, Stage.NOT_CHOSEN, Stage.NOT_SAID)
"""What lost a wrong answer, by how many stages its evidence had passed."""


def _lost(outcome: Outcome) -> Stage:
    pieces = [
        (_passed(trail), _answers(outcome, piece))
        for piece, trail in zip(outcome.question.evidence, outcome.trails, strict=True)
        if trail.known
    ]
    if not pieces:
        refused = outcome.refused and not outcome.question.evidence
        return Stage.WRONGLY_REFUSED if refused else Stage.UNPLACED
    answering = [passed for passed, answers in pieces if answers]
    lost = _PASSED[max(answering) if answering else min(passed for passed, _ in pieces)]
    return Stage.WRONGLY_REFUSED if outcome.refused and lost in _PASSED[2:] else lost


def _passed(trail: Trail) -> int:
    """How many stages a piece of evidence passed: it was retrieved, read, cited."""
    if trail.cited:
        return 3
    if trail.read:
        return 2
    return int(trail.article_rank is not None or trail.passage_rank is not None)


def _answers(outcome: Outcome, piece: Evidence) -> bool:
    return any(states(piece.quote or "", answer) for answer in outcome.question.answers)
