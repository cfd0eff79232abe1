"""A gold quote is found in an article's text whatever the spacing of either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.quotes import near_span, quote_span

TEXT = "The ferry\n\nsank at\u00a06 a.m. (local time). The ferry sank."

spaced = st.text(alphabet="ab.(\\ \n\t\u00a0\u2003", max_size=40)


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "quote",
    ["ferry sank at 6 a.m.", " ferry\tsank at\n6 a.m. ", "ferry\n\nsank at\u00a06 a.m."],
)
def test_white_space_may_differ(quote: str) -> None:
    assert quote_span(TEXT, quote) == (4, 25)


def test_offsets_point_into_the_text_as_it_is() -> None:
    span = quote_span(TEXT, "The ferry sank at")
    assert span
    assert TEXT[slice(*span)] == "The ferry\n\nsank at"


def test_the_first_of_several_places_is_given() -> None:
    assert quote_span("one two one  two", "one two") == (0, 7)


@pytest.mark.parametrize(
    "quote", ["the ferry", "ferrysank", "ferry sank at 7", "6 a.m. local time"]
)
def test_nothing_else_may_differ(quote: str) -> None:
    assert quote_span(TEXT, quote) is None


@pytest.mark.parametrize("quote", ["", " \n"])
def test_a_blank_quote_stands_nowhere(quote: str) -> None:
    assert quote_span(TEXT, quote) is None


@given(spaced, spaced)
def test_a_quote_is_found_exactly_where_folding_both_sides_finds_it(text: str, quote: str) -> None:
    """Where a span is given it folds to the quote, and none is given only if folding has none."""
    span = quote_span(text, quote)
    if span is None:
        assert not folded(quote) or folded(quote) not in folded(text)
    else:
        assert folded(text[slice(*span)]) == folded(quote)


@given(st.text(max_size=60), st.data())
def test_every_stretch_of_a_text_that_is_not_blank_is_found_in_it(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    stretch = text[start:end]
    span = quote_span(text, folded(stretch))
    assert (span is None) == (not stretch.strip())
    if span:
        assert span[0] <= start + len(stretch) - len(stretch.lstrip())


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        ("The ferry sank", ()),
        ("the FERRY sank", ("letter case",)),
        ("“at sea”, he said", ("quotation marks",)),
        ("Friday - or Saturday", ("dashes",)),
        ("'AT SEA', he said, on Friday-or", None),
        ("'AT SEA', he said, on friday \u2013 or", ("letter case", "quotation marks", "dashes")),
    ],
)
def test_a_retyped_quote_is_found_with_what_differs(
    quote: str, differences: tuple[str, ...] | None
) -> None:
    text = 'The ferry sank "at sea", he said, on Friday \u2014 or Saturday.'
    near = near_span(text, quote)
    assert (near and near[1]) == differences


def test_a_near_quote_has_offsets_in_the_text_as_it_is() -> None:
    text = "He said: \u201cNo  ships \u2014 none.\u201d"
    near = near_span(text, '"no ships - none."')
    assert near
    assert text[slice(*near[0])] == "\u201cNo  ships \u2014 none.\u201d"


@given(spaced, spaced)
def test_what_is_found_exactly_is_found_nearly_without_a_difference(text: str, quote: str) -> None:
    span = quote_span(text, quote)
    if span:
        assert near_span(text, quote) == (span, ())
