"""What can be wrong with a gold question by itself; each check yields what it finds."""

import re
from collections.abc import Callable, Iterator

from eval.lint.case import Case, Finding, Place, shortened
from eval.printing import listed
from eval.quotes import near_span
from eval.squad_text import contains
from rag.words import words

_WORKED_OUT = {"inferred", "multi-article", "change-over-time"}
_RETRIEVAL_ONLY = "retrieval-only"


def evidence_exists(case: Case) -> Iterator[Finding]:
    """Evidence names an article that the corpus has and shows."""
    for place in case.places:
        name = place.evidence.article
        if not place.texts:
            yield case.error(
                "evidence-exists",
                f"no article of the corpus has the id, url or title {name!r}; ingest the article, "
                "or correct the name",
            )
        elif not place.shown:
            yield case.error(
                "evidence-exists",
                f"the text of the article {name!r} may not be shown now; name another article",
            )
        elif not any(place.texts.values()):
            yield case.error(
                "evidence-hidden",
                f"the question's own filters or as_of hide the article {name!r} from it; change "
                "them, or name another article",
            )


def evidence_ambiguous(case: Case) -> Iterator[Finding]:
    """Evidence names one article, not several that share a url or title."""
    for place in case.places:
        if len(place.texts) > 1:
            yield case.warning(
                "evidence-ambiguous",
                f"{place.evidence.article!r} names {len(place.texts)} articles, "
                f"{listed(place.texts)}; name the one that is meant by its id",
            )


def quote_found(case: Case) -> Iterator[Finding]:
    """An evidence quote stands in the text that the question sees of its article.

    That is the current one, or the one at the time of `as_of`; white space does not matter.
    """
    for place in case.places:
        quote = place.evidence.quote
        if quote and any(place.texts.values()) and not place.spans:
            yield case.error("quote-found", f"the quote {shortened(quote)} {_absent(place, quote)}")


def _absent(place: Place, quote: str) -> str:
    """How the quote fails to be there, and what to do."""
    name = place.evidence.article
    if place.elsewhere is not None:
        return (
            f"stands in version {place.elsewhere} of {name!r}, which is not the one that the "
            "question sees; quote that one, or give the question an as_of at which version "
            f"{place.elsewhere} was in force"
        )
    for text in filter(None, place.texts.values()):
        if near := near_span(text, quote):
            (start, end), differences = near
            return (
                f"stands in {name!r} with other {' and '.join(differences)}: the article has "
                f"{shortened(' '.join(text[start:end].split()))}; copy it from there"
            )
    return f"does not stand in the text of {name!r}; copy it from the article"


def answer_in_quote(case: Case) -> Iterator[Finding]:
    """Some answer stands in some evidence quote, words compared as in scoring.

    Only a warning for a question whose tags say that its answer has to be worked out.
    """
    quotes = [place.evidence.quote for place in case.places if place.evidence.quote]
    answers = case.question.answers
    if not quotes or not answers or any(contains(q, a) for q in quotes for a in answers):
        return
    what = (
        f"none of the answers, such as {shortened(answers[0])}, stands in a quote of the evidence"
    )
    if _WORKED_OUT & set(case.question.tags):
        yield case.warning("answer-in-quote", f"{what}; see that it follows from the quotes")
    else:
        yield case.error(
            "answer-in-quote", f"{what}; quote the words that say it, or tag the question inferred"
        )


def answerable_without_evidence(case: Case) -> Iterator[Finding]:
    """An answerable question names evidence."""
    if case.question.answerable and not case.places:
        yield case.warning(
            "answerable-without-evidence",
            "no evidence says which article holds the answer, so that retrieval is not measured; "
            "name the article",
        )


def answerable_without_answers(case: Case) -> Iterator[Finding]:
    """An answerable question has answers or nuggets, or is tagged as one for retrieval only."""
    question = case.question
    said = question.answers or question.nuggets
    if question.answerable and not said and _RETRIEVAL_ONLY not in question.tags:
        yield case.warning(
            "answerable-without-answers",
            "neither answers nor nuggets are given, so that no answer is measured; give them, or "
            f"tag the question {_RETRIEVAL_ONLY}",
        )


def unanswerable_with_evidence(case: Case) -> Iterator[Finding]:
    """An unanswerable question has no evidence and no nuggets: no measure looks at them."""
    if not case.question.answerable and (case.places or case.question.nuggets):
        yield case.warning(
            "unanswerable-with-evidence",
            "evidence and nuggets say where an answer is and what it states, but the question has "
            "none; remove them, or give the answer and make the question answerable",
        )


def nugget_in_evidence(case: Case) -> Iterator[Finding]:
    """A nugget's figures stand in some evidence article, unless they are tagged as inferred."""
    known = {figure for text in case.texts() for figure in _figures(text)}
    if not known or "inferred" in case.question.tags:
        return
    for nugget in case.question.nuggets:
        if unknown := [figure for figure in _figures(nugget.text) if figure not in known]:
            yield case.warning(
                "nugget-in-evidence",
                f"no evidence article has the figure {listed(unknown)} of the nugget "
                f"{shortened(nugget.text)}; correct it, name the article that has it, or tag the "
                "question inferred",
            )


def _figures(text: str) -> list[str]:
    """The figures of a text without thousands separators: 1400 for "1,400", 4.25 for "4.25"."""
    figures = (word for word in words(text) if any(c.isdigit() for c in word))
    return [re.sub(r",(?=\d{3}(?!\d))", "", figure) for figure in figures]


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    evidence_exists,
    evidence_ambiguous,
    quote_found,
    answer_in_quote,
    answerable_without_evidence,
    answerable_without_answers,
    unanswerable_with_evidence,
    nugget_in_evidence,
)
