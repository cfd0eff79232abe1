"""A quotation is found, altered or absent, and the span says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.quoting import verify_quote

TEXT = (
    "The harbour of Port Ellery reopened on Tuesday. “We lost $8.50 a crate – no more,” the "
    "harbour\nmaster  said. At least 83 boats had waited outside since Friday, when the storm came."
)


@pytest.mark.parametrize(
    "quote",
    [
        "At least 83 boats had waited",
        "  The harbour of Port Ellery  ",
        '"We lost $8.50 a crate - no more," the harbour master said.',
        "har\u00adbour of Port\u00a0Ellery",
    ],
)
def test_a_quotation_is_found_whatever_its_spaces_quotation_marks_and_dashes(quote: str) -> None:
    verdict = verify_quote(TEXT, quote)
    assert (verdict.status, verdict.similarity) == ("found", 1)
    assert verdict.quote == TEXT[verdict.start : verdict.end]


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("At least 80 boats had waited outside", "At least 83 boats had waited outside"),
        ("the harbour of Port Ellery", "The harbour of Port Ellery"),
        ("Port Ellery reopened on Monday", "Port Ellery reopened on Tuesday"),
        ("since Friday, when the heavy storm came", "since Friday, when the storm came"),
        ("83 boats had not waited outside", "83 boats had waited outside"),
    ],
)
def test_an_altered_quotation_is_told_with_the_article_s_own_words(quote: str, stands: str) -> None:
    verdict = verify_quote(TEXT, quote)
    assert (verdict.status, verdict.quote) == ("altered", stands)
    assert verdict.quote == TEXT[verdict.start : verdict.end]


@pytest.mark.parametrize("quote", ["lost $8", "bour of Port", "3 boats", "Tues"])
def test_a_part_of_a_word_or_of_a_figure_is_not_found(quote: str) -> None:
    assert verify_quote(TEXT, quote).status != "found"


@pytest.mark.parametrize(
    "quote", ["The mayor of Hexley resigned at noon", "Ferries", "the the the the"]
)
def test_what_nothing_resembles_is_absent_and_has_no_span(quote: str) -> None:
    verdict = verify_quote(TEXT, quote)
    assert (verdict.status, verdict.start, verdict.end, verdict.quote) == ("absent",) + (None,) * 3


@pytest.mark.parametrize("quote", ["…", " ", "“”", "--"])
def test_a_quotation_without_words_is_refused(quote: str) -> None:
    with pytest.raises(UsageError, match="no words"):
        verify_quote(TEXT, quote)


@given(st.text(), st.text())
def test_whatever_is_asked_a_span_is_the_article_s_text(text: str, quote: str) -> None:
    try:
        verdict = verify_quote(text, quote)
    except UsageError:
        return
    if verdict.status == "absent":
        assert verdict.quote is None
    else:
        assert verdict.quote == text[verdict.start : verdict.end] != ""
    assert 0 <= verdict.similarity <= 1


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1), st.data())
def test_every_run_of_an_article_s_words_is_found_in_it(
    words: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    verdict = verify_quote("\n".join(words), " ".join(words[first:last]))
    assert verdict.status == "found"
