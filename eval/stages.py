"""Where an answer was lost: the table by which one decides what to build next.

The stages are in the order in which a question goes through them, and a question is counted at
the first that lost it. Of several pieces of evidence the one that came furthest decides.
"""

from enum import StrEnum

from eval.outcome import Outcome


class Stage(StrEnum):
    """What became of a question; the value is what reports call it."""

    RIGHT = "right"
    NOT_RETRIEVED = "gold article not retrieved"
    NOT_READ = "its passage not kept"
    WRONGLY_REFUSED = "wrongly refused"
    NOT_CHOSEN = "the sentence not chosen"
    NOT_SAID = "evidence cited, gold answer not in it"
    WRONGLY_ANSWERED = "answered what it should refuse"
    UNPLACED = "wrong, and the gold's evidence is not in the corpus"
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


def _lost(outcome: Outcome) -> Stage:
    trails = [trail for trail in outcome.trails if trail.known]
    if any(trail.cited for trail in trails):
        return Stage.NOT_SAID
    if not trails:
        return Stage.UNPLACED
    if any(trail.read for trail in trails):
        return Stage.WRONGLY_REFUSED if outcome.refused else Stage.NOT_CHOSEN
    if any(trail.article_rank or trail.passage_rank for trail in trails):
        return Stage.NOT_READ
    return Stage.NOT_RETRIEVED
