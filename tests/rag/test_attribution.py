"""Who says it, in the sentence's own words."""

import pytest

from rag.reading.attribution import attribution, lacks_speaker


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The county said 120 homes were flooded.", "The county said"),
        ("On Monday, police said two had died.", "police said"),
        ("“It was dark,” said Gary Gray, a constable.", "said Gary Gray"),
        ("Two died, according to Kamloops Police, at the park.", "according to Kamloops Police"),
        ("Two died, police said.", "police said"),
        (
            "The bridge will cost $61 million, the works office said on Tuesday.",
            "the works office said",
        ),
        ("On Monday, in a short note, Ann Li said Tom Hale, her son, was dead.", "Ann Li said"),
        ("Prosecutors allege that he stole 5 million.", "Prosecutors allege"),
        ("The man allegedly stole it.", "allegedly"),
        ("Dr. Smith, a biologist, said it was blue.", "Dr. Smith, a biologist, said"),
        ("He was accused of theft.", "was accused of"),
        ("No date is set, and officials say only that they plan.", "officials say"),
    ],
)
def test_what_somebody_says_is_his(sentence: str, words: str) -> None:
    first, last = attribution(sentence) or (0, 0)
    assert sentence[first:last] == words


@pytest.mark.parametrize(
    "sentence",
    [
        "The Conception was owned by Truth Aquatics.",
        "Passengers may claim up to 400 euros.",
        "Leaders of Muslim states met on Friday.",
        "Problems are sorted according to their difficulty.",
        "It cost half as much again as the council was told when it voted.",
        "Viruses were confirmed in 1901.",
        "Fares go up on Feb. 3, under cuts announced in May.",
    ],
)
def test_what_is_told_as_a_fact_is_nobodys(sentence: str) -> None:
    assert attribution(sentence) is None


def test_who_says_it_does_not_say_himself() -> None:
    sentence = "The county said 120 homes were flooded."
    assert attribution(sentence, 0, len("The county")) is None
    assert attribution(sentence, sentence.index("120"), sentence.index("120") + 3) == (0, 15)


def test_words_within_a_quotation_lack_their_speaker() -> None:
    text = "“It was dark,” said Ann. “The lamp was out. Nobody came.” The rest is known."
    for sentence, lacks in (
        ("“It was dark,” said Ann.", False),
        ("“The lamp was out.", True),
        ("Nobody came.”", True),
        ("The rest is known.", False),
    ):
        start = text.index(sentence)
        assert lacks_speaker(text, start, start + len(sentence)) is lacks
