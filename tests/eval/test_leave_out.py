"""Questions made unanswerable by hiding the articles that answer them."""

import pytest
from eval_fakes import TEXTS, SmallCorpus, gold

from eval.leave_out import with_left_out
from rag.errors import UsageError


def test_an_answerable_question_is_asked_again_without_its_articles() -> None:
    evidence = [{"article": "strike"}, {"article": "flood", "quote": "four metres"}]
    question = gold(evidence=evidence, nuggets=[{"text": "three"}], tags=["who"])
    asked, shadow = with_left_out([question], SmallCorpus())
    assert asked == question
    assert shadow.id == "q/left-out"
    assert shadow.question == question.question
    assert not shadow.answerable
    assert shadow.answers == shadow.evidence == shadow.nuggets == []
    assert shadow.filters.excluded_article_ids == ["flood", "strike"]
    assert shadow.tags == ["who", "left-out"]


def test_the_shadow_keeps_the_questions_own_filters() -> None:
    filters = {"sources": ["Gazette"], "excluded_article_ids": ["budget"]}
    _, shadow = with_left_out([gold(filters=filters)], SmallCorpus())
    assert shadow.filters.sources == ["Gazette"]
    assert shadow.filters.excluded_article_ids == ["budget", "strike"]


def test_copies_of_the_evidence_are_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEXTS, "copy", "From our wire: Three ships\nwere hit on Friday. More soon.")
    quoted = {"article": "strike", "quote": "Three ships were hit on Friday."}
    _, shadow = with_left_out([gold(evidence=[quoted])], SmallCorpus())
    assert shadow.filters.excluded_article_ids == ["copy", "strike"]


def test_an_id_that_a_shadow_would_have_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'q/left-out', which is what --leave-out calls 'q'"):
        with_left_out([gold("q"), gold("q/left-out")], SmallCorpus())


def test_what_cannot_be_hidden_or_answered_has_no_shadow() -> None:
    unanswerable = gold("u", answers=())
    unknown = gold("n", evidence=[{"article": "nowhere"}])
    unplaced = gold("p", evidence=[])
    questions = [unanswerable, unknown, unplaced]
    assert list(with_left_out(questions, SmallCorpus())) == questions
