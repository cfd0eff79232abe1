"""Whether a sentence of an article says what a statement says, as far as words can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.writing.cues import Cue, scopes
from rag.writing.support import Said, support

CONTEXT = Said("Harbour master resigns. Ellery Gazette. Rosa Quill ran the harbour for nine years.")


def _supported(told: str, stated: str, context: Said = CONTEXT) -> bool:
    return support(Said(told), Said(stated), context) > 0


@pytest.mark.parametrize(
    ("told", "stated"),
    [
        ("The storm sank 14 boats.", "14 boats were sunk by the storm."),
        ("The works cost $1.2 million.", "The works cost 1.2 million dollars."),
        ("She resigned on Tuesday.", "Rosa Quill resigned on Tuesday."),
        ("It reopened on Tuesday after repairs.", "The harbour reopened on Tuesday after repairs."),
        ("Arsenal beat Leeds 2-1.", "Leeds were beaten by Arsenal 2-1."),
        ("At least 80 people died in the flood.", "At least eighty died in the flood."),
        ("The ferry did not sail on Monday.", "On Monday, the ferry did not sail."),
        ("The ferry, which had not been checked, sank.", "The ferry sank."),
        ("Vale, police said, stole the ring.", "According to police, Vale stole the ring."),
        ("The council plans to build a pier.", "The council plans to build a pier."),
        ("The council voted on Monday, and the mayor said she would resign.",
         "The council voted on Monday."),
        ("Vale called it “a proud day for us”.", "Vale said it was “a proud day for us”."),
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_supported(told: str, stated: str) -> None:
    assert _supported(told, stated)


@pytest.mark.parametrize(
    ("told", "stated"),
    [
        # a word, a name, a figure or a unit that is not there
        ("The storm sank 14 boats.", "The storm sank 14 ships and a pier."),
        ("The storm sank 14 boats.", "The storm sank 41 boats."),
        ("The works cost $1.2 million.", "The works cost 1.2 million euros."),
        ("She resigned on Tuesday.", "Tomas Vale resigned on Tuesday."),
        ("She resigned on Tuesday.", "She resigned on Wednesday."),
        ("The mayor resigned on Tuesday.", "The mayor resigned on Tuesday after nine years."),
        # another sense
        ("The ferry did not sail on Monday.", "The ferry did sail on Monday."),
        ("The ferry sailed on Monday.", "The ferry never sailed on Monday."),
        ("Nobody was hurt in the storm.", "The storm hurt people."),
        ("Vale denied that he stole the ring.", "Vale stole the ring."),
        ("Prices rose in May.", "Prices fell in May."),
        ("It opened after the vote on Monday.", "It opened before the vote on Monday."),
        ("Arsenal beat Leeds 2-1.", "Leeds beat Arsenal 2-1."),
        ("Arsenal beat Leeds 2-1.", "Arsenal were beaten by Leeds 2-1."),
        # from what is said, alleged or planned to what is
        ("Vale stole the ring, police said.", "Vale stole the ring."),
        ("Police said Vale stole the ring.", "Vale stole the ring."),
        ("According to police, Vale stole the ring.", "Vale stole the ring."),
        ("Police say Vale allegedly stole the ring.", "Police say Vale stole the ring."),
        ("Vale is accused of stealing the ring.", "Vale stole the ring."),
        ("Vale is suspected of theft.", "Vale committed theft."),
        ("The council plans to build a pier.", "The council built a pier."),
        ("The pier may collapse this winter.", "The pier collapsed this winter."),
        ("“Vale stole the ring,” she said.", "Vale stole the ring."),
        # from about to exact, and back
        ("About 80 people died.", "80 people died in all."),
        ("At least 80 died in the flood.", "80 died in the flood."),
        ("80 died in the flood.", "More than 80 died in the flood."),
        # quotations
        ("Vale called it “a proud day for us”.", "Vale said it was “a proud day for all”."),
        ("Vale called it a proud day.", "Vale called it “our proud day”."),
        # too little to say anything
        ("The storm sank 14 boats.", "Boats."),
        ("The storm sank 14 boats.", "It was."),
        ("The storm sank 14 boats.", ""),
    ],
)  # fmt: skip
def test_what_is_not_said_is_not_supported(told: str, stated: str) -> None:
    assert not _supported(told, stated)


def test_the_context_lends_no_figure_and_no_word_but_at_the_beginning() -> None:
    context = Said("The ferry sank on Monday with 12 cars.")
    assert _supported("It was built in Norway.", "The ferry was built in Norway.", context)
    assert not _supported("It was built in Norway.", "It was built in Norway and sank.", context)
    assert not _supported("It was built in Norway.", "12 were built in Norway.", context)


@pytest.mark.parametrize(
    ("sentence", "cue", "inside", "outside"),
    [
        ("Officials said the dam broke.", Cue.SAID, {"dam"}, {"official"}),
        ("The dam broke, officials said.", Cue.SAID, {"dam"}, set()),
        ("The dam broke, and officials said it would be mended.", Cue.SAID, {"mend"}, {"dam"}),
        ("The mayor did not resign, but the clerk did.", Cue.DENIED, {"resign"}, {"clerk"}),
        ("The council may sell the pier.", Cue.UNREAL, {"pier"}, {"council"}),
    ],
)
def test_a_cue_bears_on_its_scope(
    sentence: str, cue: Cue, inside: set[str], outside: set[str]
) -> None:
    scope = scopes(sentence)[cue]
    assert inside <= scope
    assert not outside & scope


SENTENCES = st.sampled_from(
    [
        "The storm sank 14 boats in the harbour.",
        "Rosa Quill, its master, resigned on Tuesday.",
        "The works cost $1.2 million, the council said.",
        "Police say that Tomas Vale allegedly stole the ring.",
        "The ferry did not sail.",
    ]
)


@given(SENTENCES)
def test_every_sentence_supports_itself(sentence: str) -> None:
    assert support(Said(sentence), Said(sentence), Said("")) == 1


@given(SENTENCES, st.text(max_size=80))
def test_any_text_gets_a_verdict(sentence: str, text: str) -> None:
    for told, stated in ((sentence, text), (text, sentence), (text, text)):
        assert 0 <= support(Said(told), Said(stated), Said(text)) <= 1


@given(SENTENCES, st.sampled_from(["Goofy", "1937", "yesterday", "purple", "Thursday", "€7"]))
def test_a_word_that_is_added_makes_a_statement_unsupported(sentence: str, added: str) -> None:
    assert not _supported(sentence, f"{sentence[:-1]} {added}.")
