"""Numbers by their value, and what they count."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.quantities import quantities, with_bounds


@pytest.mark.parametrize(
    ("text", "value", "unit", "about"),
    [
        ("Nearly 800 thousand customers", "800000", "customer", True),
        ("$8.50 a share", "8.50", "$", False),
        ("US$6.16 million", "6160000", "US$", False),
        ("twenty-three dead", "23", "people", False),
        ("at least 1,200 people", "1200", "people", True),
        ("4.25 percent", "4.25", "%", False),
        ("120 flooded homes", "120", "home", False),
        ("rose to 17 on Saturday", "17", "", False),
    ],
)
def test_a_number_has_a_value_and_what_it_counts(
    text: str, value: str, unit: str, about: bool
) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit, found.about) == (Decimal(value), unit, about)


@given(st.integers(0, 10**9))
def test_a_number_has_its_value_with_commas_or_without(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        (found,) = quantities(f"It was {written}.")
        assert found.value == number
        assert f"It was {written}."[found.start : found.end] == written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("At least 11 people died.", "At least 11"),
        ("It rose to more than 1,200 on Friday.", "more than 1,200"),
        ("It costs nearly $61 million.", "nearly $61 million"),
        ("It rose to 17 on Saturday.", "17"),
        ("The least 11 of them knew.", "11"),
    ],
)
def test_a_number_begins_with_the_words_that_make_it_no_exact_one(text: str, said: str) -> None:
    (found,) = quantities(text)
    assert text[with_bounds(text, found.start) : found.end] == said
