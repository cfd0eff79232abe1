"""Retrieval measures against published and hand-computed values."""

import math

import pytest
from eval_fakes import answer, gold

from eval.measures import MEASURES, OUTSIDE
from eval.outcome import Outcome, Ranking, Trail

NAMES = ["hits@1", "hits@4", "hits@10", "mrr@10", "map@10", "ndcg@10", "recall@10"]


def ranked(*ranks: int, pieces: int | None = None, length: int = 12) -> Outcome:
    """A ranking with evidence at these ranks, out of so many pieces, at either level."""
    wanted = [f"evidence {n}" for n in range(len(ranks) if pieces is None else pieces)]
    names = [f"other {n}" for n in range(1, length + 1)]
    for label, rank in zip(wanted, ranks, strict=False):
        names[rank - 1] = label
    ranking = Ranking(tuple(names), frozenset(wanted))
    evidence = [{"article": name, "quote": name} for name in wanted]
    return Outcome(question=gold(evidence=evidence), articles=ranking, passages=ranking)


def score(name: str, outcome: Outcome) -> float | None:
    return MEASURES[name].part(outcome).score


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        # Croft, Metzler and Strohman, "Search Engines" (2009), section 8.4.2: figure 8.2,
        ((1, 3, 4, 5, 6, 10), 0.78),
        ((2, 5, 6, 7, 9, 10), 0.52),
        # and figure 8.3, where the mean of both is their MAP of 0.53.
        ((1, 3, 6, 9, 10), 0.62),
        ((2, 5, 7), 0.44),
    ],
)
def test_average_precision_is_the_textbooks(ranks: tuple[int, ...], expected: float) -> None:
    assert score("map@10", ranked(*ranks)) == pytest.approx(expected, abs=0.0051)


def test_reciprocal_rank_is_of_the_first_piece() -> None:
    assert [score("mrr@10", ranked(rank)) for rank in (1, 2, 3, 10, 11)] == [
        1, 1 / 2, pytest.approx(1 / 3), pytest.approx(1 / 10), 0,
    ]  # fmt: skip
    assert score("mrr@10", ranked(4, 7)) == 1 / 4


def test_discounted_gain_is_over_the_ideal_ranking() -> None:
    ideal = 1 + 1 / math.log2(3)
    assert score("ndcg@10", ranked(1, 3)) == pytest.approx((1 + 1 / 2) / ideal)
    assert score("ndcg@10", ranked(1, 2)) == 1
    assert score("ndcg@10", ranked(2, pieces=2)) == pytest.approx((1 / math.log2(3)) / ideal)


def test_recall_and_average_precision_know_of_what_was_never_found() -> None:
    third = ranked(1, 4, pieces=3)
    assert score("recall@10", third) == pytest.approx(2 / 3)
    assert score("map@10", third) == pytest.approx((1 + 2 / 4) / 3)


def test_one_of_several_pieces_among_the_first_k_is_a_hit() -> None:
    assert [score(f"hits@{k}", ranked(3, 11)) for k in (1, 4, 10)] == [0, 1, 1]
    assert score("hits@10", ranked(11)) == 0


def test_more_pieces_than_k_cap_recall_but_not_gain() -> None:
    flooded = ranked(*range(1, 13))
    assert score("recall@10", flooded) == pytest.approx(10 / 12)
    assert score("ndcg@10", flooded) == 1


def test_a_long_ranking_keeps_its_order() -> None:
    assert score("mrr@10", ranked(7, length=5000)) == pytest.approx(1 / 7)


@pytest.mark.parametrize("level", ["", "passage_"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_found_scores_nothing_but_is_counted(name: str, level: str) -> None:
    quoted = gold(evidence=[{"article": "strike", "quote": "Three ships"}])
    missed = Ranking(relevant=frozenset({"evidence 1"}))
    found_nothing = Outcome(question=quoted, articles=missed, passages=missed)
    assert MEASURES[level + name].part(found_nothing) == (0, 1, 0)
    assert MEASURES[level + name].part(Outcome(question=quoted)) == (0, 1, 0)
    assert MEASURES[level + name].part(ranked(pieces=1)) == (0, 1, 0)


@pytest.mark.parametrize("name", [*NAMES, *(f"passage_{name}" for name in NAMES)])
def test_questions_without_evidence_are_outside(name: str) -> None:
    assert MEASURES[name].part(Outcome(question=gold(evidence=[]))) == OUTSIDE
    unanswerable = gold(answers=(), evidence=[{"article": "strike", "quote": "x"}])
    assert MEASURES[name].part(Outcome(question=unanswerable)) == OUTSIDE


def test_evidence_without_a_quote_is_of_an_article_but_of_no_passage() -> None:
    assert score("hits@1", Outcome(question=gold())) == 0
    assert score("passage_hits@1", Outcome(question=gold())) is None


def test_articles_and_passages_are_ranked_apart() -> None:
    both = Outcome(
        question=gold(evidence=[{"article": "strike", "quote": "x"}]),
        articles=Ranking(("e",), frozenset("e")),
        passages=Ranking(("o", "e"), frozenset("e")),
    )
    assert (score("mrr@10", both), score("passage_mrr@10", both)) == (1, 0.5)


def test_evidence_recall_is_the_share_of_pieces_that_were_read() -> None:
    question = gold(evidence=[{"article": "strike"}, {"article": "flood"}, {"article": "nowhere"}])
    trails = (Trail(known=True, read=True), Trail(known=True, passage_rank=9), Trail(known=False))
    read = Outcome(question=question, reply=answer(text="three"), trails=trails)
    assert score("evidence_recall", read) == pytest.approx(1 / 3)
    assert score("evidence_recall", Outcome(question=question)) == 0
    assert score("evidence_recall", Outcome(question=gold(answers=()))) is None
