"""How far gold evidence came: which articles and passages hold it, what was read and cited."""

from typing import Any

import pytest
from eval_fakes import TEXTS, SmallCorpus, answer, citation, gold, passage, refusal
from hypothesis import given
from hypothesis import strategies as st

from eval.evidence import EvidenceTracer
from eval.outcome import Ranking, Trail
from eval.reply import Reply

TRACER = EvidenceTracer(SmallCorpus())
FIRED = "The navy said it had fired first."
HALF = TEXTS["strike"].index(FIRED)


def trace(reply: Reply | None, *evidence: Any) -> tuple[tuple[Trail, ...], Ranking, Ranking]:
    pieces = [{"article": e} if isinstance(e, str) else e for e in evidence]
    return TRACER.trace(gold(evidence=pieces), reply)


def test_an_article_is_ranked_once_at_its_best_passage() -> None:
    (trail,), articles, _ = trace(refusal(["flood", "flood", "strike", "flood"]), "strike")
    assert (trail.known, trail.article_rank, trail.passage_rank) == (True, 2, 3)
    assert articles == Ranking(("other flood", "evidence 1"), frozenset({"evidence 1"}))


def test_evidence_that_was_not_found_is_relevant_all_the_same() -> None:
    trails, articles, _ = trace(refusal(["strike"]), "strike", "flood", "nowhere")
    assert [(t.known, t.article_rank) for t in trails] == [(True, 1), (True, None), (False, None)]
    assert articles.names == ("evidence 1",)
    assert articles.relevant == {"evidence 1", "evidence 2", "evidence 3"}


def test_quotes_of_one_article_are_one_article_and_several_passages() -> None:
    quotes = [{"article": "strike", "quote": q} for q in (FIRED, "Three ships", FIRED)]
    _, articles, passages = trace(refusal(["strike"]), *quotes)
    assert articles.relevant == {"evidence 1"}
    assert passages.relevant == {"evidence 1 + evidence 2"}, "one passage holds both"
    assert passages.names == ("evidence 1 + evidence 2",)


def test_a_passage_with_two_quotes_takes_one_rank() -> None:
    quotes = [{"article": "strike", "quote": q} for q in (FIRED, "Three ships")]
    river = {"article": "flood", "quote": "The river rose four metres."}
    _, _, passages = trace(refusal(["strike", "flood"]), *quotes, river)
    assert passages.names == ("evidence 1 + evidence 2", "evidence 3")
    assert passages.relevant == set(passages.names)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (HALF, HALF + 17, True),  # 17 of 33 characters
        (HALF, HALF + 16, False),
        (0, HALF, False),
        (0, len(TEXTS["strike"]), True),
    ],
)
def test_a_passage_holds_a_quote_when_it_has_half_of_it(start: int, end: int, holds: bool) -> None:
    reply = refusal(passages=[passage("strike", start=start, end=end)])
    (trail,), _, passages = trace(reply, {"article": "strike", "quote": FIRED})
    assert (trail.passage_rank == 1) is holds
    assert (passages.names == ("evidence 1",)) is holds
    assert trail.article_rank == 1


@pytest.mark.parametrize(("end", "holds"), [(10, True), (9, False)])
def test_exactly_half_of_a_quote_is_enough(end: int, holds: bool) -> None:
    reply = refusal(passages=[passage("strike", end=end)])
    (trail,), _, _ = trace(reply, {"article": "strike", "quote": "Three ships were hit"})  # 20
    assert (trail.passage_rank == 1) is holds


COPY = passage("strike").model_copy(update={"article_id": "copy", "passage_id": "copy:1:0"})


def test_a_copy_that_holds_the_quote_is_as_good_as_the_article() -> None:
    quoted = {"article": "strike", "quote": FIRED}
    (trail,), articles, passages = trace(refusal(passages=[COPY, passage("strike")]), quoted)
    assert (trail.article_rank, trail.passage_rank) == (1, 1)
    assert articles == Ranking(("evidence 1", "other strike"), frozenset({"evidence 1"}))
    assert passages.names == ("evidence 1", "other strike:1:0")


def test_a_copy_of_which_nothing_is_known_but_its_name_is_another_article() -> None:
    (trail,), articles, _ = trace(refusal(passages=[COPY]), {"article": "strike"})
    assert (trail.article_rank, trail.passage_rank) == (None, None)
    assert articles.names == ("other copy",)


def test_evidence_without_a_quote_is_in_any_passage_of_its_article_but_ranks_no_passage() -> None:
    (trail,), _, passages = trace(refusal(["flood", "strike"], read=2), "strike")
    assert (trail.passage_rank, trail.read) == (2, True)
    assert passages.relevant == frozenset()


@pytest.mark.parametrize(("read", "was_read"), [(0, False), (1, False), (2, True), (None, True)])
def test_what_was_read_is_what_the_system_says_or_else_all(
    read: int | None, was_read: bool
) -> None:
    quoted = {"article": "strike", "quote": FIRED}
    (trail,), _, _ = trace(refusal(["flood", "strike"], read=read), quoted)
    assert trail.read is was_read


@pytest.mark.parametrize(
    ("quote", "cited"),
    [
        (FIRED, True),
        ("The navy said it", True),  # a part of the gold quote
        (TEXTS["strike"], True),  # the gold quote with more around it
        ("Three ships were hit on Friday.", False),
    ],
)
def test_a_citation_of_the_same_words_is_of_the_evidence(quote: str, cited: bool) -> None:
    reply = answer(citation("strike", quote))
    (trail,), _, _ = trace(reply, {"article": "strike", "quote": FIRED})
    assert trail.cited is cited


def test_a_citation_of_the_same_words_in_a_copy_is_of_the_evidence() -> None:
    (trail,), _, _ = trace(
        answer(citation("copy", FIRED)), {"article": "strike", "quote": "navy said it had fired"}
    )
    assert trail.cited


def test_any_citation_of_the_article_is_of_evidence_without_a_quote() -> None:
    reply = answer(citation("strike", "Three ships"), citation("flood", "The river", number=2))
    trails, _, _ = trace(reply, "flood", "budget")
    assert [trail.cited for trail in trails] == [True, False]


def test_a_failure_found_nothing_but_its_evidence_is_known() -> None:
    trails, articles, passages = trace(None, {"article": "strike", "quote": FIRED}, "nowhere")
    assert trails == (Trail(known=True), Trail(known=False))
    assert articles == Ranking((), frozenset({"evidence 1", "evidence 2"}))
    assert passages == Ranking((), frozenset({"evidence 1"}))


@given(st.lists(st.sampled_from([*TEXTS, "elsewhere"]), max_size=8))
def test_a_ranking_never_names_a_thing_twice_and_agrees_with_the_trail(found: list[str]) -> None:
    quoted = {"article": "strike", "quote": FIRED}
    (one, two), articles, passages = trace(refusal(found), quoted, "flood")
    for ranking in (articles, passages):
        assert len(set(ranking.names)) == len(ranking.names)
    for trail, label in ((one, "evidence 1"), (two, "evidence 2")):
        rank = articles.names.index(label) + 1 if label in articles.names else None
        assert trail.article_rank == rank
