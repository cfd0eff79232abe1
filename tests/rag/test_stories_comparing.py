"""What makes two texts copies, and what finds them."""

from hypothesis import given
from hypothesis import strategies as st

from rag.stories.comparing import are_copies, likeness
from rag.stories.signature import resemblances, signature
from rag.stories.wording import wording

texts = st.lists(
    st.sampled_from("the river rose fell by four 8.50 metres in Dunmore . ! \n “ ” é".split()),
    max_size=120,
).map(" ".join)


@given(texts, texts)
def test_likeness_is_between_0_and_1_4_and_has_no_direction(one: str, other: str) -> None:
    a, b = wording(one), wording(other)
    assert 0 <= likeness(a, b) <= 1.4
    assert likeness(a, b) == likeness(b, a)


@given(texts)
def test_every_text_that_has_words_is_its_own_copy(text: str) -> None:
    worded = wording(text)
    assert are_copies(worded, worded) is (worded.size > 0)


@given(texts)
def test_white_space_and_case_make_no_difference(text: str) -> None:
    assert wording(text) == wording(text.upper().replace(" ", " \n"))


@given(texts, texts)
def test_a_signature_is_of_the_wording_alone(one: str, other: str) -> None:
    a, b = signature(wording(one)), signature(wording(other))
    if wording(one) == wording(other):
        assert a == b
    if a.sketch and b.sketch:
        assert resemblances(a.sketch, [a.sketch, b.sketch])[0] == 1.0
        assert resemblances(a.sketch, [b.sketch]) == resemblances(b.sketch, [a.sketch])


def test_bands_are_the_same_in_every_process_and_release() -> None:
    # They are kept in archives: where this fails, the name of the algorithm has to change.
    known = signature(wording("The river Corrie rose by four metres. Nobody was hurt."))
    assert known.bands[:3] == [2127571512, 1171626516, -1832944673]
