"""Where sentences begin and end: the traps of news prose, and what holds for any text at all."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.sentences import sentence_spans

LABELLED = Path(__file__).parent.parent / "benchmarks" / "sentences.txt"
PARAGRAPHS = [
    line
    for line in LABELLED.read_text("utf-8").splitlines()
    if line and not line.startswith("#") and "¦" not in line
]
KNOWN_WRONG = (
    "Protesters chanted",  # two exclamations within a quotation that the sentence goes on after
    "1. The council",  # a numbered list within a line
    "The ceasefire held overnight.[1]",  # reference marks glued to the full stop
)
NEWS_PIECES = st.sampled_from(
    ["U.S.", "Dr.", " ", "  ", "\n", "\u2028", "Smith", "p.m.", "said", '"', "“", "”", "...", "[...]",
     "!", "?", ".", "5", "$8.50", "é", "مرحبا", "。", "नमस्ते।", "🙂", "\u200b", "J.", "A.", "the.The"]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(), st.lists(NEWS_PIECES).map("".join))


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_labelled_news_is_cut_where_a_reader_cuts_it(paragraph: str) -> None:
    if paragraph.startswith(KNOWN_WRONG):
        pytest.xfail("a known limit, see docs/sentences.md")
    expected = [sentence.strip() for sentence in paragraph.split("‖")]
    assert sentences(paragraph.replace("‖", "")) == expected


@pytest.mark.parametrize(
    "whole",
    [
        "Charges were dropped by Lt. Gen. Philip R. Kensinger.",
        "J. A. Smith and Wayne A. I. Frederick won.",
        "Traces of ESBL-E. coli were found.",
        "The case of Smith v. Jones (b. 1950) ended.",
        "Yahoo! said so.",
        "Photographed by NASA/ESA/J. Lee of the institute.",
        "The shop opens at 9 a.m. Eastern time on Jan. 6 on St. Mark's Sq. in town.",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("They rested last month. Gammon withdrew.", "They rested last month."),
        ("He died in New York. Westchester mourned.", "He died in New York."),
        ("It rained until 6 a.m. Thailand was dry.", "It rained until 6 a.m."),
        ("We didn't. They did.", "We didn't."),
        ("He takes vitamin C. The rest do not.", "He takes vitamin C."),
        ("She has left the U.S. The embassy said so.", "She has left the U.S."),
        ("Nobody voted.The minister left.", "Nobody voted."),
        ("Nikkei fell 0.27%.Spot gold rose.", "Nikkei fell 0.27%."),
        ("He died. al-Masri was 60.", "He died."),
        ("नमस्ते। मेरा नाम अकरम है।", "नमस्ते।"),
        ("首相は辞任した。後任は未定。", "首相は辞任した。"),
        ('Dr. Ley left. "[...] It was late."', "Dr. Ley left."),
    ],
)
def test_a_sentence_ends_where_the_next_begins(text: str, first: str) -> None:
    assert sentences(text) == [first, text[len(first) :].strip()]


def test_a_line_ends_its_sentence() -> None:
    text = "Key points\n\nThe U.S.\nSenate voted.\r\nIt passed.\u2028“Done.”\n"
    assert sentences(text) == ["Key points", "The U.S.", "Senate voted.", "It passed.", "“Done.”"]


def test_a_mark_without_a_word_stays_with_its_sentence() -> None:
    assert sentences("He won. [...] She lost. 🙂 :-)") == ["He won. [...]", "She lost. 🙂 :-)"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\u3000"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


@pytest.mark.parametrize("unit", ["!", "“. ", "word"])
def test_endless_lines_are_cut_in_steady_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    started = time.perf_counter()
    spans = sentence_spans(text)
    assert time.perf_counter() - started < 20
    assert spans[-1][1] == len(text.rstrip())


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
@example("\ud800. A\udfff")
@example("\x1c\x85.\x0b!\x0c")
def test_spans_hold_every_solid_character_once_and_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert spans == sorted(spans)
    covered = [i for start, end in spans for i in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_spans_are_trimmed_and_within_one_line(text: str) -> None:
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        assert sentence
        assert sentence == sentence.strip()
        assert len(sentence.splitlines()) == 1


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_same_text_is_always_cut_alike(text: str) -> None:
    assert sentence_spans(text) == sentence_spans(text)
