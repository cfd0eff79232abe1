"""Sentences made to stand on their own: who "he" is, what "it" is, and whose words they are."""

from collections.abc import Callable, Sequence

from rag.reading.attribution import attribution, lacks_speaker
from rag.reading.base import Evidence, Named
from rag.reading.candidates import Candidate, Version, in_reading_order
from rag.reading.glossing import named, opens_with
from rag.reading.reference import leans

Text = Callable[[str, int], str]


def with_company(
    question: str, chosen: Sequence[Candidate], text_of: Text, most: int
) -> list[Candidate]:
    """The sentences and those that they lean on, up to a limit, in reading order.

    One that points back ("It was ...") brings the sentence before, unless it opens with a "he" that
    can be named; words of a quotation bring the sentence that says whose they are.
    """
    result = list(chosen)
    for one in chosen:
        for other in (_leaned_on(question, one, text_of), _speaker(one, text_of)):
            known = {c.place for c in result}
            if other is not None and len(result) < most and other.place not in known:
                result.append(other)
    return in_reading_order(result)


def glossed(sentences: Sequence[Candidate], text_of: Text) -> dict[tuple[Version, int], Named]:
    """Who is meant, by the sentence's place; of one that follows the one before it, nobody."""
    places = {one.place for one in sentences}
    found: dict[tuple[Version, int], Named] = {}
    for one in sentences:
        before = one.before()
        gloss = named(text_of(*one.version), one.start, one.end)
        if gloss is not None and (before is None or before.place not in places):
            found[one.place] = gloss
    return found


def _leaned_on(question: str, one: Candidate, text_of: Text) -> Candidate | None:
    if not leans(question, one.text):
        return None
    text = text_of(*one.version)
    gloss = named(text, one.start, one.end)
    return None if gloss is not None and opens_with(text, one.start, gloss) else one.before()


def _speaker(one: Candidate, text_of: Text) -> Candidate | None:
    """The sentence beside this one that says whose words it is, where it does not say so itself."""
    if not lacks_speaker(text_of(*one.version), one.start, one.end):
        return None
    beside = (one.before(), one.after())
    return next((c for c in beside if c is not None and attribution(c.text) is not None), None)


def who_says(short: Evidence, sentence: Candidate) -> Evidence | None:
    """The words of a sentence by which its short answer is somebody's and not the article's own."""
    span = attribution(sentence.text, short.start - sentence.start, short.end - sentence.start)
    if span is None:
        return None
    return Evidence(short.passage, sentence.start + span[0], sentence.start + span[1])
