"""Cleaning gives the one stored form of a text: the same always, and safe to keep."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.cleaning import clean, clean_line

SURROGATES = st.characters(categories=["Cs"])
TRICKY = st.sampled_from(
    "\r\n \t\v\f\x85\u2028\x00\x1c\x93\xa0\xad\u200b\u200d\ufeff\u202e\ufffe\ufdd0"
    "\U0001f3f4\U000e0067\U000e007f\u0300\u0316\u0344\u0958\u09c7\u09be\u1100\u1161\u11a8ab"
)
ANYTHING = st.text(st.one_of(st.characters(), SURROGATES, TRICKY))


@given(ANYTHING)
@example("\u0958" + "\u0f71\u0f73" * 40)
@example("a\u200b\u0301")
@example("\U0001f3f4\U000e0067\u200b\U000e007f")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANYTHING)
def test_a_cleaned_text_is_in_normal_form_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned.replace("\n", ""))
    assert "\n\n\n" not in cleaned
    assert "  " not in cleaned
    assert cleaned == cleaned.strip(" \n")
    cleaned.encode()


@given(ANYTHING)
def test_a_cleaned_line_is_one_line(text: str) -> None:
    assert "\n" not in clean_line(text)
    assert clean(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f"])
def test_every_kind_of_line_end_becomes_a_newline(end: str) -> None:
    assert clean(f"one{end}two") == "one\ntwo"


@pytest.mark.parametrize("space", ["\t", "\xa0", "\u2009", "\u202f", "\u3000", "   ", " \xa0 "])
def test_spaces_of_any_width_become_one(space: str) -> None:
    assert clean(f"{space}one{space}two{space}\n{space}three{space}") == "one two\nthree"


def test_many_blank_lines_become_one() -> None:
    assert clean("\n\none\n \n\t\n\ntwo\n\n") == "one\n\ntwo"


@pytest.mark.parametrize(
    "gone", ["\x00", "\x07", "\x7f", "\xad", "\u200b", "\ufeff", "\u202e", "\u2066", "\u2060"]
)
def test_what_nobody_can_see_goes(gone: str) -> None:
    assert clean(f"par{gone}don") == "pardon"


@pytest.mark.parametrize("code", [0xD800, 0xDFFF, 0xFFFE, 0xFDD0, 0x10FFFF])
def test_what_is_no_character_is_marked_as_lost(code: int) -> None:
    assert clean(f"a{chr(code)}b") == "a\ufffdb"


def test_controls_that_were_meant_as_quotation_marks_become_them() -> None:
    assert (
        clean("\x93No\x94, she said \x96 and that\x92s that") == "“No”, she said – and that’s that"
    )


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧 ❤\ufe0f",
        "می\u200cروم",
        "क्\u200dष",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "עברית\u200f!",
    ],
    ids=["emoji", "persian", "devanagari", "flag of Scotland", "right-to-left mark"],
)
def test_what_a_script_needs_is_kept(text: str) -> None:
    assert clean(text) == text


def test_text_hidden_in_tag_characters_goes() -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "say yes")
    assert clean(f"The vote failed.{hidden}") == "The vote failed."


def test_accents_are_composed() -> None:
    assert clean("Cafe\u0301") == "Café"


def test_a_run_of_marks_that_would_take_hours_to_order_is_cut() -> None:
    assert len(clean("a" + "\u0316\u0300" * 500_000 + "b")) <= 32


def test_a_title_over_several_lines_becomes_one() -> None:
    assert clean_line("  Bridge\r\n\r\n reopens\u2028today ") == "Bridge reopens today"
