"""From the sentences that answer to the answer: which of them, in which order, beside what.

A sentence for each part of a question that has parts; else where articles disagree, what each
gives, newest first; else the fewest sentences that answer. Then each is made to stand on its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.passage_reading import PassageReading
from rag.reading import candidates as sentences
from rag.reading.asked import asks_for_an_explanation, asks_whether, misfit
from rag.reading.attribution import accuses
from rag.reading.base import Evidence, Reading
from rag.reading.candidates import Candidate
from rag.reading.change import asks_by_how_much, step_of
from rag.reading.disagreement import differing, note
from rag.reading.parts import alternatives
from rag.reading.quantities import quantities, with_bounds
from rag.reading.selection import select, select_parts
from rag.reading.span_model import SpanModel
from rag.reading.standing import attributed, glossed, with_company
from rag.reading.studied import Studied
from rag.reading.verdict import winner, yes_or_no
from rag.words import content_words, stem, words

_SHORT_WORDS = 12  # the longest short answer
_SHORT_FROM = 0.5  # the confidence from which one is given: that it is right rather than wrong


def compose(
    studied: Studied,
    confidence: float,
    model: SpanModel,
    article_text: Callable[[str, int], str],
    most: int,
) -> Reading:
    """The answer to a question that is answered, of at most `most` sentences."""
    question, found = studied.question, studied.found
    of_parts, unanswered = select_parts(question, studied.hits, model, most)
    told = [] if of_parts else differing(studied, model, article_text)[:most]
    chosen = [one.sentence for one in told] or of_parts
    chosen = chosen or select(question, found, studied.bodies, studied.asked, most)
    given = with_company(question, chosen, article_text, most)
    names = glossed(given, article_text)
    every = [
        sentences.candidate(hit, rank, number)
        for rank, hit in enumerate(studied.hits)
        for number in range(len(hit.passage.sentences))
    ]
    evidence = [
        replace(one.as_evidence(every), named=(names[one.place],) if one.place in names else ())
        for one in given
    ]
    best = told[0].sentence if told else found[0]
    short = told[0].figure.part if told else _short(question, best, studied.read)
    short = short if confidence >= _SHORT_FROM else None
    short, says = attributed(short, best, given, article_text) if short else (None, None)
    if says is None and _is_an_accusation(question, best, given):
        short = None
    notes = [note(told)] if told else [f"No sentence answers “{part}”" for part in unanswered]
    return Reading(
        tuple(evidence),
        confidence,
        tuple(notes),
        read=len(studied.read),
        short=short,
        according_to=says,
        lead=None if told else _lead(question, of_parts, chosen),
        differing=tuple(one.figure for one in told),
    )


def _short(question: str, best: Candidate, read: Sequence[PassageReading]) -> Evidence | None:
    """The few words of the best sentence that answer, if they are few."""
    if asks_for_an_explanation(question) or asks_whether(question):
        return None
    (sentence,) = (s for s in read[best.rank].sentences if s.number == best.number)
    start, end = sentence.start, sentence.end
    if asks_by_how_much(question):
        step = step_of(best.text, start - best.start, end - best.start)
        if step is None:
            return None
        start, end = best.start + step[0], best.start + step[1]
    words_found = best.text[start - best.start : end - best.start]
    if misfit(question, words_found):
        return None
    if start >= best.start and any(number.start == 0 for number in quantities(words_found)):
        start = best.start + with_bounds(best.text, start - best.start)
    short = Evidence(best.hit.passage, start, end)
    inside = best.start <= start and len(short.text.split()) <= _SHORT_WORDS
    return short if inside else None


def _is_an_accusation(question: str, best: Candidate, given: Sequence[Candidate]) -> bool:
    """Whether what is asked is told as an accusation, by a sentence beside the best one.

    "Police arrested Orde. Prosecutors accuse him of locking the doors.": that he locked them is
    no fact, so his name alone is no answer to who did.
    """
    said = {stem(word) for word in words(best.text)}
    missing = {stem(word) for word in content_words(question)} - said
    return any(
        accuses(one.text) and not missing.isdisjoint(map(stem, words(one.text)))
        for one in given
        if one is not best
    )


def _lead(question: str, of_parts: Sequence[Candidate], chosen: Sequence[Candidate]) -> str | None:
    both = alternatives(question)
    if both is not None:
        return winner(question, both, [one.text for one in of_parts])
    return yes_or_no(question, [one.text for one in chosen])
