"""What a model says, in whatever pieces and whatever form, as sentences with numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.writing.draft import Draft, Drafting


def _drafts(said: str, size: int = 0) -> list[Draft]:
    drafting = Drafting()
    pieces = [said[at : at + size] for at in range(0, len(said), size)] if size else [said]
    return [draft for piece in pieces for draft in drafting.feed(piece)] + drafting.finish()


@pytest.mark.parametrize(
    ("said", "drafts"),
    [
        ("It rained [1]. It snowed [2].", [("It rained.", [1]), ("It snowed.", [2])]),
        ("It rained. [1] It snowed. [2]", [("It rained.", [1]), ("It snowed.", [2])]),
        ("It rained.[1][3] It snowed.", [("It rained.", [1, 3]), ("It snowed.", [])]),
        ("[1] It rained.\n[2] It snowed.", [("It rained.", [1]), ("It snowed.", [2])]),
        ("It rained [1, 2] and snowed [3].", [("It rained and snowed.", [1, 2, 3])]),
        ("It rained [1-3].", [("It rained.", [1, 2, 3])]),
        ("It rained [passages 2 and 3].", [("It rained.", [2, 3])]),
        ("It rained [^4].", [("It rained.", [4])]),
        ("Mr. J. Lee of the U.S. said 8.5 cm fell [1].",
         [("Mr. J. Lee of the U.S. said 8.5 cm fell.", [1])]),
        ("- It rained [1].\n- It snowed [2].", [("It rained.", [1]), ("It snowed.", [2])]),
        ("## Weather\n\n**It** _rained_ [1].", [("Weather", []), ("It rained.", [1])]),
        ("<think>No. [7]</think>It rained [1].", [("It rained.", [1])]),
        ("It rained [1]. <think>Did it?", [("It rained.", [1])]),
        ("Answer: It rained [1].", [("It rained.", [1])]),
        ("Yes, it rained [1].", [("It rained.", [1])]),
        ("The passage states that it rained [1].", [("It rained.", [1])]),
        ("It [rained](https://a.example/x) [1].", [("It rained.", [1])]),
        ("It\u200b rained\u202e [1].", [("It rained.", [1])]),
        ("[1] [2]", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_what_is_said_becomes_sentences_with_numbers(
    said: str, drafts: list[tuple[str, list[int]]]
) -> None:
    assert [(draft.text, list(draft.cited)) for draft in _drafts(said)] == drafts


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    drafting = Drafting()
    assert drafting.feed("It rained [1]. ") == []
    assert drafting.feed("[2] ") == []
    assert drafting.feed("It sn") == [Draft("It rained.", (1, 2))]
    assert drafting.feed("owed.") == []
    assert drafting.finish() == [Draft("It snowed.", ())]


@given(st.integers(min_value=1, max_value=9))
def test_the_pieces_that_it_comes_in_do_not_matter(size: int) -> None:
    said = (
        "<think>Let me see. [9]</think>According to passage 2, it rained [2]. Mr. Lee of the U.S. "
        "agreed. [1][3]\n- It snowed **a lot** [1, 2].\nThe end"
    )
    assert _drafts(said, size) == _drafts(said)


@given(st.text(max_size=300), st.integers(min_value=1, max_value=7))
def test_any_text_is_read(said: str, size: int) -> None:
    for draft in _drafts(said, size):
        assert any(character.isalnum() for character in draft.text)
        assert draft.text.isprintable()
