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
    can be named or the one before points back too; words of a quotation bring the sentence that
    says whose they are.
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
    if gloss is not None and opens_with(text, one.start, gloss):
        return None
    before = one.before()
    # One that points back itself names nobody either.
    return None if before is None or leans(question, before.text) else before


def _speaker(one: Candidate, text_of: Text) -> Candidate | None:
    """The sentence beside this one that says whose words it is, where it does not say so itself."""
    if not lacks_speaker(text_of(*one.version), one.start, one.end):
        return None
    beside = (one.before(), one.after())
    return next((c for c in beside if c is not None and attribution(c.text) is not None), None)


def attributed(
    short: Evidence, sentence: Candidate, given: Sequence[Candidate], text_of: Text
) -> tuple[Evidence | None, Evidence | None]:
    """A short answer, and the words that say who says it where the article does not itself.

    Words of a quotation whose speaker none of the given sentences names are no short answer: alone
    they would read as a fact.
    """
    speaker = sentence
    if lacks_speaker(text_of(*sentence.version), sentence.start, sentence.end):
        beside = _speaker(sentence, text_of)
        if beside is None or beside.place not in {one.place for one in given}:
            return None, None
        speaker = beside
    span = attribution(speaker.text, short.start - speaker.start, short.end - speaker.start)
    if span is None:
        return short, None
    first, last = (speaker.start + place for place in span)
    return short, Evidence(speaker.hit.passage, first, last)
