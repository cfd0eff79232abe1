"""The linter says what is wrong with gold, where, and what to do, and leaves good gold alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from eval.lint import Finding, lint
from eval.questions import GoldQuestion

FLOOD = "The river rose 4.2 metres on Friday.\n\nSome 1,200 people — “most of them old” — left."
SHELVED = "withheld"


class Shelf:
    """A corpus of two articles, one with an earlier version, and one that may not be shown."""

    versions = {  # noqa: RUF012 - nobody changes it
        "flood": ["The river rose 3 metres on Friday.", FLOOD],
        "bridge": ["The bridge of 1931 cost $42 million."],
    }
    names = {  # noqa: RUF012
        "https://a.example/flood": {"flood"},
        "Weather": {"flood", "bridge"},
    }

    def describe(self) -> dict[str, Any]:
        return {}

    def articles(self) -> list[str]:
        return [*self.versions]

    def version_seen(self, article_id: str, question: GoldQuestion) -> int | None:
        """Until 2025 there was the first version of each article; sources are their ids."""
        texts = self.versions.get(article_id, [])
        wanted = question.filters.sources
        if not texts or (wanted and article_id not in wanted):
            return None
        return 1 if question.as_of and question.as_of.year < 2025 else len(texts)

    def resolve(self, name: str) -> frozenset[str]:
        if name in {*self.versions, SHELVED}:
            return frozenset({name})
        return frozenset(self.names.get(name, ()))

    def text(self, article_id: str, version: int | None) -> str | None:
        texts = self.versions.get(article_id, [])
        if version is None:
            return texts[-1] if texts else None
        return texts[version - 1] if version <= len(texts) else None


def gold(name: str = "q", question: str = "How far did the river rise?", **fields: Any) -> Any:
    """A sound question about the flood, but for the fields given."""
    own: dict[str, Any] = {
        "answers": ["4.2 metres"],
        "answerable": True,
        "evidence": [{"article": "flood", "quote": "The river rose 4.2 metres"}],
        "nuggets": [{"text": "It rose 4.2 metres"}],
    }
    return GoldQuestion.model_validate({"id": name, "question": question} | own | fields)


def unanswerable(name: str = "q", question: str = "Who built it?", **fields: Any) -> Any:
    none = {"answers": [], "answerable": False, "evidence": [], "nuggets": []}
    return gold(name, question, **none | fields)


def quoting(quote: str, article: str = "flood", **fields: Any) -> Any:
    """A question whose only fault can be its quote: the answer is the whole of it."""
    place = [{"article": article, "quote": quote}]
    return gold(**{"evidence": place, "answers": [quote], "nuggets": []} | fields)


def found(*questions: GoldQuestion, **others: list[GoldQuestion]) -> list[Finding]:
    return lint(questions, Shelf(), others)


def only(*questions: GoldQuestion, **others: list[GoldQuestion]) -> tuple[str, str, str]:
    """The check, severity and message of the one thing that is found."""
    (finding,) = found(*questions, **others)
    return finding.check, finding.severity, finding.message


def test_sound_gold_gives_no_findings() -> None:
    assert found(gold(), unanswerable("r")) == []


def test_evidence_may_be_named_by_id_or_url_and_quoted_with_other_spacing() -> None:
    for name in ("flood", "https://a.example/flood"):
        assert found(quoting("on Friday. Some  1,200 people", name)) == []


# Evidence


def test_evidence_that_names_no_article_is_an_error() -> None:
    check, severity, message = only(gold(evidence=[{"article": "storm"}]))
    assert (check, severity) == ("evidence-exists", "error")
    assert "'storm'" in message
    assert "ingest" in message


def test_evidence_in_an_article_that_may_not_be_shown_is_an_error() -> None:
    check, severity, message = only(quoting("anything", SHELVED))
    assert (check, severity) == ("evidence-exists", "error")
    assert "may not be shown" in message


def test_evidence_that_names_several_articles_is_a_warning_that_lists_them() -> None:
    check, severity, message = only(quoting("The river rose", "Weather"))
    assert (check, severity) == ("evidence-ambiguous", "warning")
    assert "bridge, flood" in message


def test_an_answerable_question_without_evidence_is_a_warning() -> None:
    check, severity, _ = only(gold(evidence=[]))
    assert (check, severity) == ("answerable-without-evidence", "warning")


def test_an_answerable_question_that_says_nothing_of_its_answer_is_a_warning() -> None:
    check, severity, _ = only(gold(answers=[], nuggets=[]))
    assert (check, severity) == ("answerable-without-answers", "warning")
    assert found(gold(answers=[], nuggets=[], tags=["retrieval-only"])) == []


@pytest.mark.parametrize("field", ["evidence", "nuggets"])
def test_evidence_or_nuggets_of_an_unanswerable_question_are_a_warning(field: str) -> None:
    given = {"evidence": [{"article": "flood"}], "nuggets": [{"text": "It rained"}]}
    check, severity, _ = only(unanswerable(**{field: given[field]}))
    assert (check, severity) == ("unanswerable-with-evidence", "warning")


# Quotes


def test_a_quote_that_is_not_in_the_article_is_an_error() -> None:
    check, severity, message = only(quoting("The bridge fell"))
    assert (check, severity) == ("quote-found", "error")
    assert "'The bridge fell' does not stand in the text of 'flood'" in message


@pytest.mark.parametrize(
    ("quote", "difference"),
    [
        ("the river rose", "letter case"),
        ('"most of them old"', "quotation marks"),
        ("1,200 people - “most", "dashes"),
        ("1,200 People - 'most", "letter case and quotation marks and dashes"),
    ],
)
def test_of_a_near_quote_it_is_said_what_differs_and_what_the_article_has(
    quote: str, difference: str
) -> None:
    check, severity, message = only(quoting(quote))
    assert (check, severity) == ("quote-found", "error")
    assert f"with other {difference}: the article has" in message


def test_a_quote_of_a_replaced_version_is_an_error_that_names_the_version() -> None:
    check, severity, message = only(quoting("The river rose 3 metres"))
    assert (check, severity) == ("quote-found", "error")
    assert "version 1 of 'flood'" in message


def test_a_question_as_of_a_moment_quotes_the_version_of_then() -> None:
    then = datetime(2024, 6, 1, tzinfo=UTC)
    nuggets = [{"text": "It rose 3 metres"}]
    assert found(quoting("The river rose 3 metres", as_of=then, nuggets=nuggets)) == []
    check, severity, message = only(quoting("The river rose 4.2 metres", as_of=then))
    assert (check, severity) == ("quote-found", "error")
    assert "version 2 of 'flood', which is not the one that the question sees" in message


def test_evidence_that_the_questions_own_filters_hide_is_an_error() -> None:
    check, severity, message = only(gold(filters={"sources": ["bridge"]}))
    assert (check, severity) == ("evidence-hidden", "error")
    assert "hide the article 'flood' from it" in message
    assert found(gold(filters={"sources": ["flood"]})) == []


# Answers and nuggets


def test_an_answer_that_stands_in_no_quote_is_an_error() -> None:
    check, severity, message = only(gold(answers=["four metres", "4 m"]))
    assert (check, severity) == ("answer-in-quote", "error")
    assert "'four metres'" in message
    assert "tag" in message


@pytest.mark.parametrize("tag", ["inferred", "multi-article", "change-over-time"])
def test_an_answer_that_has_to_be_worked_out_is_a_warning_only(tag: str) -> None:
    check, severity, _ = only(gold(answers=["more than four metres"], tags=[tag]))
    assert (check, severity) == ("answer-in-quote", "warning")


def test_one_answer_in_a_quote_is_enough_and_is_compared_as_in_scoring() -> None:
    assert found(gold(answers=["four metres", "THE 4.2 metres."])) == []


def test_without_a_quote_there_is_nothing_to_find_the_answer_in() -> None:
    assert found(gold(answers=["four metres"], evidence=[{"article": "flood"}])) == []


def test_a_nugget_with_a_figure_that_no_evidence_article_has_is_a_warning() -> None:
    check, severity, message = only(gold(nuggets=[{"text": "It rose 4.3 metres, 1,200 fled"}]))
    assert (check, severity) == ("nugget-in-evidence", "warning")
    assert "figure 4.3 of" in message


def test_a_nuggets_figures_may_be_written_without_separators_or_be_inferred() -> None:
    assert found(gold(nuggets=[{"text": "1200 people left"}])) == []
    assert found(gold(nuggets=[{"text": "It was 42 times as much"}], tags=["inferred"])) == []


# Questions together


def test_a_question_asked_twice_is_an_error_at_the_second() -> None:
    (finding,) = found(gold("q1"), gold("q2", "How FAR did the river rise"))
    assert (finding.question_id, finding.check, finding.severity) == (
        "q2", "duplicate-question", "error",
    )  # fmt: skip
    assert "'q1'" in finding.message


@pytest.mark.parametrize(
    "circumstances", [{"as_of": "2025-01-01T00:00:00Z"}, {"filters": {"sources": ["flood"]}}]
)
def test_the_same_words_under_other_circumstances_are_another_question(
    circumstances: dict[str, Any],
) -> None:
    assert found(gold("q1"), gold("q2", **circumstances)) == []


def test_nearly_the_same_question_of_the_same_evidence_is_a_warning() -> None:
    one = gold("q1", "How far did the swollen brown river Marrow rise?")
    other = "How far up did the swollen brown Marrow river rise?"
    check, severity, message = only(one, gold("q2", other))
    assert (check, severity) == ("duplicate-question", "warning")
    assert "q1" in message
    elsewhere = {"evidence": [{"article": "bridge"}], "nuggets": []}
    assert found(one, gold("q2", other, **elsewhere)) == []


def test_a_question_that_other_gold_asks_is_an_error() -> None:
    same = gold("t7", "how far did the river rise")
    check, severity, message = only(gold(), test=[same])
    assert (check, severity) == ("leak", "error")
    assert "t7 of test" in message


def test_nearly_the_same_question_in_other_gold_is_a_warning() -> None:
    one = gold("q1", "How far did the swollen brown river Marrow rise?")
    other = gold("t7", "How far up did the swollen brown Marrow river rise?")
    check, severity, message = only(one, test=[other])
    assert (check, severity) == ("leak", "warning")
    assert "t7 of test asks nearly the same" in message


def test_the_same_words_under_other_circumstances_are_no_leak() -> None:
    silent = unanswerable("t7", as_of="2025-06-01T00:00:00Z")
    assert found(unanswerable("q1"), test=[silent]) == []


def test_quoting_the_same_words_as_other_gold_is_a_warning() -> None:
    test = [quoting("4.2 metres on Friday", id="t7", question="How much?")]
    check, severity, message = only(gold(), test=test)
    assert (check, severity) == ("leak", "warning")
    assert "t7 of test" in message


def test_quoting_other_words_of_the_same_article_is_no_leak() -> None:
    assert found(gold(), test=[quoting("people", id="t7", question="How much?")]) == []


def test_findings_come_in_the_order_of_the_questions() -> None:
    findings = found(gold("q1"), gold("q2", evidence=[]), quoting("storm", id="q3"))
    assert [(f.question_id, f.check) for f in findings] == [
        ("q2", "answerable-without-evidence"),
        ("q2", "duplicate-question"),
        ("q3", "quote-found"),
        ("q3", "duplicate-question"),
    ]
