"""Which sentences make an answer: the fewest that do, and one for each thing that is asked."""

import math
import re
from collections.abc import Sequence

from rag.passage_reading import PassageReading
from rag.reading.asked import asks_how_many, asks_why, gives_a_reason
from rag.reading.calendar import MONTH, WEEKDAY
from rag.reading.candidates import Candidate, Version, candidate, choose
from rag.reading.coverage import Demands, demands
from rag.reading.coverage import Evidence as Body
from rag.reading.parts import askings, of_each
from rag.reading.quantities import quantities
from rag.reading.span_model import SpanModel
from rag.retrieval import Hit

_SENTENCES = 2  # of the fewest that answer
_LISTED = 3  # of a list's, at most
# How much less than the best a second sentence may score: the surer the best, the closer.
_CLOSE = ((9.0, 1.5), (5.0, 4.0), (-math.inf, 6.0))
_ANSWERS = -4.0  # what it has to score itself, if the best does: behind an answer, none is no help
_LISTED_CLOSE = 6.0  # and one that goes on with a list
_REASONED = 6.0  # and a sentence that gives the reason asked for
_READ_FOR_A_PART = 10  # passages
_PART_ANSWERED = -9.0  # the score from which a sentence answers a part

_ONLY_A_DATE = re.compile(
    rf"(?:{WEEKDAY}|{MONTH}|\d{{1,4}}(?:st|nd|rd|th)?|[\s,./-])+", re.IGNORECASE
)
_LIST = re.compile(
    r"^(?:(?:in|on|at|from|to|for|with|by)\s)?(?:which|what)\s(?:[\w-]+\s){0,2}?"
    r"(?!(?:was|is|has|does|this|series|news|us|business|address|crisis|basis|status|process)\b)"
    r"\w{2,}[^su\W]s\b(?!['’])|^(?:who|what) (?:are|were)\b|^(?:name|list)\b",
    re.IGNORECASE,
)


def found_in(hits: Sequence[Hit], read: Sequence[PassageReading]) -> list[Candidate]:
    """Every sentence of the hits that were read, which are the first ones, best first.

    A line that is a date and nothing else says when the article was written, and no more.
    """
    found = [
        candidate(hit, rank, sentence.number, sentence.score)
        for rank, (hit, reading) in enumerate(zip(hits, read, strict=False))
        for sentence in reading.sentences
    ]
    found = [c for c in found if not _ONLY_A_DATE.fullmatch(c.text)]
    return sorted(found, key=lambda c: (-c.score, c.rank, c.start))


def select(
    question: str,
    found: Sequence[Candidate],
    bodies: dict[Version, Body],
    asked: Demands,
    most: int,
) -> list[Candidate]:
    """The best sentence, and others that are close to it and may join it; see `choose`.

    Of a question for a list up to three, where each names or counts something more. To a why, one
    that gives a reason, if it is close and those chosen give none.
    """
    best = found[0]
    lists = _LIST.search(question) is not None
    close = _LISTED_CLOSE if lists else next(c for score, c in _CLOSE if best.score >= score)
    least = max(best.score - close, _ANSWERS) if best.score >= _ANSWERS else best.score - close
    rivals = [c for c in found if c.score >= least]
    if not lists:
        chosen = choose(rivals, asked, bodies, min(most, _SENTENCES))
        return _with_a_reason(chosen, found) if asks_why(question) and most > 1 else chosen
    listed: list[Candidate] = []
    told: set[str] = set()
    for one in choose(rivals, asked, bodies, len(rivals)):
        tells = set(_told(one.text))
        if not listed or tells - told:
            listed.append(one)
        told |= tells
    return listed[: min(most, _LISTED)]


def _with_a_reason(chosen: list[Candidate], found: Sequence[Candidate]) -> list[Candidate]:
    best = chosen[0]
    if any(gives_a_reason(one.text) for one in chosen):
        return chosen
    close = (c for c in found if c.version == best.version and c.score >= best.score - _REASONED)
    reason = next((c for c in close if gives_a_reason(c.text)), None)
    return chosen if reason is None else [best, reason]


def select_parts(
    question: str, hits: Sequence[Hit], model: SpanModel, most: int
) -> tuple[list[Candidate], list[str]]:
    """A sentence for each part of a question that has parts, in the order asked.

    Where one sentence answers several askings ("who won, and where?") it is given once; of each of
    several things or times ("between May and June") another sentence has to tell.

    Returns:
        The sentences, none where the question has no parts; and the parts that none answers.
    """
    each = of_each(question)
    apart = () if each else askings(question)
    passages = [hit.passage for hit in hits[:_READ_FOR_A_PART]]
    chosen: list[Candidate] = []
    unanswered: list[str] = []
    for part in (apart or each)[:most]:
        found = found_in(hits, model.read(part, passages))
        places = {one.place for one in chosen}
        fit = [c for c in found if c.score >= _PART_ANSWERED and (apart or c.place not in places)]
        if not fit or (asks_how_many(part) and not any(quantities(fit[0].text))):
            unanswered.append(part)
        elif fit[0].place not in places:
            chosen.append(fit[0])
    return chosen, unanswered if chosen else []


def _told(text: str) -> tuple[str, ...]:
    """What a sentence names and counts."""
    told = demands(f"So {text}")
    return told.names + told.figures
