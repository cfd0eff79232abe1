"""Citing measures: ALCE per answer, and the fate of every quote."""

import numpy as np
import pytest
from eval_fakes import answer, citation, gold, refusal

from eval.measures import MEASURES, OUTSIDE
from eval.outcome import CheckedCitation, CheckedStatement, Outcome, QuoteCheck
from eval.results import value

FOUND = CheckedCitation(exact=True, check=QuoteCheck.FOUND)
ABSENT = CheckedCitation(exact=False, check=QuoteCheck.ABSENT)
SILENT = [Outcome(question=gold()), Outcome(question=gold(), reply=refusal())]
QUOTES = [f"quote_{check.value}" for check in QuoteCheck]


def score(name: str, outcome: Outcome) -> float | None:
    return MEASURES[name].part(outcome).score


def judged(*statements: tuple[bool, tuple[bool, ...]]) -> Outcome:
    """An answer of sentences that are supported or not, with references precise or not."""
    checked = tuple(CheckedStatement(supported, precise) for supported, precise in statements)
    return Outcome(question=gold(), reply=answer(text="x"), statements=checked)


def test_recall_is_over_sentences_and_precision_over_references() -> None:
    outcome = judged((True, (True, False)), (False, (False,)), (True, (True,)), (False, ()))
    assert score("citation_recall", outcome) == 2 / 4
    assert score("citation_precision", outcome) == 2 / 4


def test_every_answer_weighs_the_same() -> None:
    outcomes = [judged((True, (True,))), judged(*[(False, (False,) * 3)] * 3)]
    for name in ("citation_recall", "citation_precision"):
        parts = np.array([MEASURES[name].part(outcome) for outcome in outcomes])
        assert value(MEASURES[name], parts) == 1 / 2


def test_a_fabricated_citation_that_no_sentence_refers_to_is_an_error() -> None:
    reply = answer(citation("strike", "x"), citation("flood", "y", number=2), text="x", refers=[1])
    precise = (CheckedStatement(True, (True,)),)

    def precision(second: CheckedCitation) -> float | None:
        checks = (FOUND, second)
        return score(
            "citation_precision",
            Outcome(question=gold(), reply=reply, citations=checks, statements=precise),
        )

    assert precision(ABSENT) == 1 / 2
    assert precision(FOUND) == 1


def test_a_citation_that_only_names_an_article_is_no_quote() -> None:
    bare = CheckedCitation(exact=True, check=QuoteCheck.FOUND, quoted=False)
    reply = answer(citation("strike", "Three ships"), citation("flood", "it rose", number=2))
    mixed = Outcome(question=gold(), reply=reply, citations=(bare, ABSENT))
    assert [MEASURES[name].part(mixed).weight for name in ("quote_exact", *QUOTES)] == [1] * 5
    assert score("quote_exact", mixed) == score("quote_found", mixed) == 0
    assert score("quote_holds_answer", mixed) == 0, "the article holds it, and no quote shows it"


def test_a_fabricated_citation_that_a_sentence_refers_to_is_one_error_and_not_two() -> None:
    reply = answer(citation("strike", "x"), citation("flood", "y", number=2))
    marks = (CheckedStatement(True, (True, False)),)
    outcome = Outcome(question=gold(), reply=reply, citations=(FOUND, ABSENT), statements=marks)
    assert score("citation_precision", outcome) == 1 / 2


@pytest.mark.parametrize("name", ["citation_precision", "citation_recall"])
def test_an_answer_that_cites_nothing_scores_nothing(name: str) -> None:
    assert score(name, judged((False, ()))) == 0
    assert score(name, Outcome(question=gold(), reply=answer(text=""))) == 0


@pytest.mark.parametrize("name", ["citation_precision", "citation_recall"])
@pytest.mark.parametrize("outcome", SILENT)
def test_refusals_and_failures_claim_nothing(name: str, outcome: Outcome) -> None:
    assert MEASURES[name].part(outcome) == OUTSIDE


def test_the_fates_of_quotes_are_shares_of_all_citations() -> None:
    checks = tuple(CheckedCitation(exact=False, check=check) for check in QuoteCheck)
    outcome = Outcome(question=gold(), reply=answer(), citations=(*checks, FOUND))
    assert [MEASURES[name].part(outcome) for name in QUOTES] == [
        (2, 5, 0), (1, 5, 0), (1, 5, 0), (1, 5, 0),
    ]  # fmt: skip
    assert MEASURES["quote_exact"].part(outcome) == (1, 5, 0)


def test_only_found_is_good() -> None:
    assert [MEASURES[name].better for name in QUOTES] == ["higher", "lower", "lower", "lower"]


@pytest.mark.parametrize("name", [*QUOTES, "quote_exact"])
@pytest.mark.parametrize("outcome", [*SILENT, judged((False, ()))])
def test_without_quotes_there_is_nothing_to_check(name: str, outcome: Outcome) -> None:
    assert MEASURES[name].part(outcome) == OUTSIDE
