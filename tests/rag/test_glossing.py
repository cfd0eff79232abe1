"""Who "he" is: named where it is clear, and never guessed."""

import pytest

from rag.reading.glossing import named
from rag.reading.people import mentions


def gloss(before: str, sentence: str) -> str | None:
    """The name put into the last sentence of a text."""
    text = f"{before} {sentence}"
    found = named(text, len(before) + 1, len(text))
    if found is None:
        return None
    assert text[found.start : found.end] == found.name
    assert text[: found.at].endswith(("He", "he", "She", "she", "His", "Her"))
    return found.name


@pytest.mark.parametrize(
    ("before", "sentence", "name"),
    [
        ("Michael Orde left on Monday.", "He was mayor for years.", "Michael Orde"),
        ("Mayor Ana Ruiz left. Ruiz is 61.", "She will teach.", "Ana Ruiz"),
        ("Dr Jun Seong-min spoke.", "“It was late,” he said.", "Jun Seong-min"),
        ("Beto Okri, who ran for mayor, gave up.", "His reasons are unknown.", "Beto Okri"),
        ("On Friday, Prime Minister Ann Bell resigned.", "She had no choice.", "Ann Bell"),
        ("Ann Bell resigned. She is 50.", "She will teach.", "Ann Bell"),
        ("According to Ann Bell, the bridge is safe.", "On Monday, she will open it.", "Ann Bell"),
    ],
)
def test_the_one_whom_the_sentence_before_begins_with_is_named(
    before: str, sentence: str, name: str
) -> None:
    assert gloss(before, sentence) == name


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("Paul Reyes met Mark Ansell.", "He was late."),  # either
        ("Ann Bell resigned.", "He was late."),  # a woman
        ("The bridge fell.", "He was late."),  # nobody
        ("Paul Reyes left. A man was arrested.", "He was drunk."),  # the man
        ("Paul Reyes left. The driver of the bus stayed.", "He was drunk."),  # the driver
        ("Paul Reyes left. Zelik said it was late.", "He was tired."),  # Zelik, if that is a person
        ("He praised Paul Reyes.", "He was tired."),  # whoever praised
        ("Chopin's publishers included Paul Reyes.", "His works were played."),  # Chopin
        ("Based on work by Paul Reyes, it was built.", "He was paid."),
        ("Paul Reyes asked “who is he?”", "“He is nobody,” was the answer."),  # quoted
        ("Paul Reyes spoke.", "When Mark Ansell rose, he was tired."),  # named in the sentence
        ("Paul Reyes spoke.", "When he rose, Mark Ansell was tired."),
        ("I met Paul Reyes.", "He was tired."),  # somebody's own words
        ("((WN)) What of Paul Reyes?", "He was tired."),
        ("Mr Reyes left.", "He was tired."),  # no full name to give
        ("Bill Hart and Jane Hart came. Hart spoke.", "He was tired."),  # two of a surname
        ("Rose Park Hospital opened.", "She was tired."),
        ("Paul Reyes left.", "It was late."),
    ],
)
def test_where_it_is_not_clear_nobody_is_named(before: str, sentence: str) -> None:
    assert gloss(before, sentence) is None


def test_somebody_called_by_surname_is_the_one_introduced_before() -> None:
    found = mentions("Constable Gary Gray spoke. Gray is 40. The gray sea. Gary, Indiana.")
    assert [(m.person.name, m.full) for m in found] == [("Gary Gray", True), ("Gary Gray", False)]


@pytest.mark.parametrize(
    "text",
    ["Rose Garden Street", "Friday, May 3", "Red Hat and Nike", "the George Mason University"],
)
def test_what_is_no_person_is_not_mentioned(text: str) -> None:
    assert mentions(text) == []
