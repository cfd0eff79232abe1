"""Checks of citations: the fate of a quote, and ALCE's rules of support."""

import pytest
from eval_fakes import TEXTS, SmallCorpus, answer, citation

from eval.checking import check_citations, check_statements
from eval.outcome import CheckedCitation, CheckedStatement, QuoteCheck
from eval.reply import Reply, Statement
from rag.types import Citation

FIRST = "Three ships were hit on Friday."
SECOND = "The navy said it had fired first."


class EveryWord:
    """Support, when every word of the statement is in the premise."""

    name = "every word"

    def supports(self, premise: str, statement: str) -> bool:
        return set(statement.lower().split()) <= set(premise.lower().split())


def fate(cited: Citation, *others: str) -> CheckedCitation:
    (checked,) = check_citations(answer(cited), SmallCorpus(), others)
    return checked


@pytest.mark.parametrize(
    ("cited", "check"),
    [
        (citation("strike", FIRST), QuoteCheck.FOUND),
        (citation("strike", "Three  ships\nwere hit"), QuoteCheck.FOUND),
        (citation("strike", "Four ships were hit on Friday."), QuoteCheck.ALTERED),
        (citation("strike", "three ships were hit"), QuoteCheck.ALTERED),
        (citation("strike", TEXTS["budget"]), QuoteCheck.MISATTRIBUTED),
        (citation("nowhere", FIRST), QuoteCheck.MISATTRIBUTED),
        (citation("strike", "Aliens landed on the White House lawn."), QuoteCheck.ABSENT),
        (citation("strike", FIRST + SECOND * 9), QuoteCheck.ABSENT),
        (citation("strike", FIRST, version=2), QuoteCheck.ABSENT),
        (citation("nowhere", "Four ships"), QuoteCheck.ABSENT),
        (citation("strike", "", start=3, end=3), QuoteCheck.ABSENT),
        (citation("strike", " \n", start=3, end=5), QuoteCheck.ABSENT),
    ],
)
def test_every_quote_has_a_fate(cited: Citation, check: QuoteCheck) -> None:
    assert fate(cited, "budget", "strike", "strike").check is check


def test_only_the_own_characters_at_the_own_place_are_exact() -> None:
    assert fate(citation("strike", FIRST)).exact
    assert not fate(citation("strike", "Three  ships")).exact
    moved = citation("strike", FIRST, start=1, end=1 + len(FIRST))
    assert fate(moved) == CheckedCitation(exact=False, check=QuoteCheck.FOUND)


def test_a_quote_is_only_looked_for_where_it_may_stand() -> None:
    assert fate(citation("strike", TEXTS["budget"])).check is QuoteCheck.ABSENT


def judged(text: str, numbers: list[int], *cited: Citation) -> CheckedStatement:
    """One sentence against what it cites."""
    reply = Reply(
        answerable=True,
        answer=text,
        sentences=[Statement(text=text, citations=numbers)],
        citations=list(cited),
    )
    checks = check_citations(reply, SmallCorpus(), TEXTS)
    (statement,) = check_statements(reply, checks, EveryWord())
    return statement


ONE, TWO = citation("strike", FIRST), citation("strike", SECOND, number=2)
RIVER = citation("flood", "The river rose four metres.", number=3)


def test_a_citation_that_supports_alone_is_precise_and_one_beside_it_is_not() -> None:
    """ALCE: a citation is irrelevant when it does not support alone, and the rest does."""
    assert judged("three ships were hit", [1, 3], ONE, RIVER) == CheckedStatement(
        supported=True, precise=(True, False)
    )


def test_citations_that_support_only_together_are_both_precise() -> None:
    both = judged("the navy hit three ships", [1, 2, 3], ONE, TWO, RIVER)
    assert both == CheckedStatement(supported=True, precise=(True, True, False))


def test_two_citations_that_each_support_are_both_precise() -> None:
    again = citation("strike", "Three ships were hit", number=2)
    assert judged("three ships", [1, 2], ONE, again).precise == (True, True)


def test_nothing_is_precise_about_a_sentence_that_is_not_supported() -> None:
    assert judged("four boats sank", [1, 2], ONE, TWO) == CheckedStatement(
        supported=False, precise=(False, False)
    )


def test_a_dangling_reference_takes_the_support_of_its_sentence_away() -> None:
    """As in ALCE's script, which however leaves such a sentence out of precision."""
    assert judged("three ships", [1, 9], ONE) == CheckedStatement(
        supported=False, precise=(False, False)
    )
    assert judged("three ships", [9]) == CheckedStatement(supported=False, precise=(False,))


@pytest.mark.parametrize("made_up_first", [True, False])
def test_a_made_up_quote_cannot_hide_behind_the_number_of_a_real_one(made_up_first: bool) -> None:
    made_up = citation("strike", "Nine ships were hit on Friday.")
    cited = (made_up, ONE) if made_up_first else (ONE, made_up)
    assert judged("three ships", [1], *cited) == CheckedStatement(supported=False, precise=(False,))


@pytest.mark.parametrize("article", ["strike", "budget", "nowhere"])
def test_a_quote_that_is_not_the_articles_supports_nothing(article: str) -> None:
    made_up = citation(article, "Nine ships were hit on Friday.")
    assert judged("nine ships were hit", [1], made_up) == CheckedStatement(
        supported=False, precise=(False,)
    )


def test_a_sentence_that_cites_nothing_is_not_supported() -> None:
    assert judged("three ships", [], ONE) == CheckedStatement(supported=False, precise=())


def test_a_number_that_is_given_twice_is_one_reference() -> None:
    assert judged("three ships", [1, 1], ONE).precise == (True,)
