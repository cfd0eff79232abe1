"""Free text of peers: sentences, markers, refusals."""

import pytest
from eval_fakes import gold
from hypothesis import given
from hypothesis import strategies as st

from eval.systems.replies import NO_ANSWER, read_text, unheeded


def pairs(text: str) -> list[tuple[str, list[int]]]:
    return [(sentence.text, sentence.citations) for sentence in read_text(text).sentences]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It was hit. [1] The navy fired [2].", [("It was hit.", [1]), ("The navy fired.", [2])]),
        ("It was hit [1][2]. Then it sank.", [("It was hit.", [1, 2]), ("Then it sank.", [])]),
        ("Wet [2], which is red [1].", [("Wet, which is red.", [2, 1])]),
        ("It was hit.[1]Then it sank.", [("It was hit.", [1]), ("Then it sank.", [])]),
        ("It sank [1, 3]. It sank [1].", [("It sank.", [1, 3]), ("It sank.", [1])]),
        ("[1] Mr. Smith left the U.S. Navy.", [("Mr. Smith left the U.S. Navy.", [1])]),
        ("Prices rose 3.5% in May. Did they? No.", [
            ("Prices rose 3.5% in May.", []), ("Did they?", []), ("No.", []),
        ]),
        ("- Ships were hit\n- [2] Boats sank\n[3]", [
            ("Ships were hit", []), ("Boats sank", [2, 3]),
        ]),
        ("1. Ships were hit [1]\n2. Boats sank", [("Ships were hit", [1]), ("Boats sank", [])]),
        ("He said “It is over.” [4] They left.", [("He said “It is over.”", [4]), ("They left.", [])]),
        ("It began in [2018] or [0].", [("It began in [2018] or.", [0])]),
        ("", []),
        ("[1]", []),
        ("…\n---", []),
    ],
)  # fmt: skip
def test_markers_belong_to_the_sentence_that_they_stand_in_or_after(
    text: str, sentences: list[tuple[str, list[int]]]
) -> None:
    assert pairs(text) == sentences


def test_markers_of_several_numbers_are_written_one_by_one() -> None:
    assert read_text(" So it was [1, 12]. ").text == "So it was [1][12]."


_SENTENCE = st.builds(
    lambda words, stop: " ".join(words).capitalize() + stop,
    st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=2, max_size=6),
    st.sampled_from([".", "!", "?"]),
)


@given(
    st.lists(
        st.tuples(_SENTENCE, st.lists(st.integers(1, 99), unique=True, max_size=3)),
        min_size=1,
        max_size=5,
    )
)
def test_sentences_and_their_markers_are_read_as_they_were_written(
    written: list[tuple[str, list[int]]],
) -> None:
    after = " ".join(f"{text}{''.join(f' [{n}]' for n in numbers)}" for text, numbers in written)
    before = " ".join(
        f"{text[:-1]}{''.join(f' [{n}]' for n in numbers)}{text[-1]}" for text, numbers in written
    )
    assert pairs(after) == written
    assert pairs(before) == written


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_can_be_read_and_no_sentence_is_empty(text: str) -> None:
    assert all(sentence.text for sentence in read_text(text).sentences)


@pytest.mark.parametrize(
    "text",
    [
        NO_ANSWER,
        "NO ANSWER.",
        "**NO ANSWER**",
        "No answer",
        "NO ANSWER: the collection is silent.",
        "The answer is not known to me. NO ANSWER",
        "I don't know.",
        "I don’t know who it was.",
        "I'm sorry, but I cannot find that in the articles. Try another question.",
        "Unfortunately, I am unable to answer the question.",
        "I do not have access to the collection.",
        "The provided context does not mention a ferry.",
        "Based on the given sources, the articles do not say when it sank [1].",
        "There is no information about this in the provided context.",
        "There is not enough information to tell.",
        "The collection holds no answer to this.",
        "None of the sources are helpful.",
        "The answer is not in the articles.",
        "The question cannot be answered from these passages.",
    ],
)  # fmt: skip
def test_the_agreed_phrase_and_common_ways_to_refuse_are_refusals(text: str) -> None:
    assert read_text(text).refuses


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No answer was given by the minister [1].",
        "NO ANSWER FROM KREMLIN was the headline [1].",
        "“I don't know,” the minister said [1].",
        "The minister does not know.",
        "The articles do not give a date. The budget says it was in March [2].",
        "The navy could not find the boat [1].",
        "There is no information on casualties, police said [1].",
        "Sorry was the word he used.",
    ],
)
def test_answers_that_sound_like_refusals_are_answers(text: str) -> None:
    assert not read_text(text).refuses


def test_what_a_question_asks_for_in_vain_is_noted() -> None:
    question = gold(filters={"sources": ["Gazette"]}, as_of="2024-05-01")
    assert unheeded(question) == ["asked without sources, as_of, which this system does not take"]
    assert unheeded(gold()) == []
    after = gold(history=[{"question": "Is it raining?"}])
    assert unheeded(after) == ["asked without history, which this system does not take"]
    assert unheeded(after, takes_history=True) == []
