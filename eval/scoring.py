"""One gold question: asked, checked against the corpus, and scored."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from time import perf_counter

from eval.checking import check_citations, check_statements
from eval.evidence import EvidenceTracer
from eval.halves import mended
from eval.measures import MEASURES
from eval.outcome import Outcome, Ranking, Trail
from eval.questions import Evidence, GoldQuestion
from eval.reply import Reply
from eval.results import CitationResult, EvidenceResult, QuestionResult
from eval.stages import stage
from eval.support import Support
from eval.systems.base import ReferenceCorpus, System
from rag.types import Citation


def ask(
    system: System,
    corpus: ReferenceCorpus,
    tracer: EvidenceTracer,
    support: Support,
    question: GoldQuestion,
) -> QuestionResult:
    """Asks one question and scores what comes back.

    Whatever the system raises fails its question, which is scored as a wrong answer that found
    nothing. With the same corpus, configuration and gold all but the timings comes out the same.

    Args:
        system: what is asked.
        corpus: what the answer is checked against.
        tracer: follows the gold evidence; of that corpus.
        support: judges whether quotes support sentences, and the answer states nuggets.
        question: the question.
    """
    start, reply, error = perf_counter(), None, None
    try:
        reply = system.ask(question)
        ask_ms = (perf_counter() - start) * 1000 if reply.ask_ms is None else reply.ask_ms
        reply = Reply.model_validate(mended(reply.model_dump()))
    except Exception as problem:
        ask_ms = (perf_counter() - start) * 1000
        reply, error = None, _told("ask", problem)
    try:
        outcome = _outcome(corpus, tracer, support, question, reply, ask_ms)
    except Exception as problem:  # an answer that cannot be checked is not believed
        reply, error = None, error or _told("check", problem)
        outcome = _unchecked(question, ask_ms)
    parts = {name: measure.part(outcome) for name, measure in MEASURES.items()}
    passages = reply.passages if reply else []
    return QuestionResult(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        answers=question.answers,
        tags=question.tags,
        as_of=question.as_of,
        filters=question.filters,
        outcome="failed" if reply is None else "refused" if outcome.refused else "answered",
        stage=stage(outcome),
        scores={name: part.score for name, part in parts.items()},
        parts={name: part for name, part in parts.items() if part.says_more_than_score},
        answer=reply.model_copy(update={"passages": []}) if reply else None,
        retrieved=list(dict.fromkeys(passage.article_id for passage in passages)),
        read=[p.passage_id for p in passages[: reply.read if reply else 0]],
        evidence=[
            _evidence(item, trail)
            for item, trail in zip(question.evidence, outcome.trails, strict=True)
        ],
        citations=_citations(reply, outcome, corpus),
        nuggets={
            nugget.text: stated
            for nugget, stated in zip(question.nuggets, outcome.nuggets, strict=True)
        },
        error=error,
        timings_ms={"ask": round(ask_ms, 3)},
    )


def _told(doing: str, problem: Exception) -> str:
    return mended(f"{doing}: {type(problem).__name__}: {problem}")


def _outcome(
    corpus: ReferenceCorpus,
    tracer: EvidenceTracer,
    support: Support,
    question: GoldQuestion,
    reply: Reply | None,
    ask_ms: float,
) -> Outcome:
    trails, articles, passages = tracer.trace(question, reply)
    outcome = Outcome(
        question=question,
        reply=reply,
        trails=trails,
        articles=articles,
        passages=passages,
        nuggets=(False,) * len(question.nuggets),
        ask_ms=ask_ms,
    )
    if reply is None:
        return outcome
    named = (sorted(corpus.resolve(item.article)) for item in question.evidence)
    citations = check_citations(
        reply, corpus, [*(p.article_id for p in reply.passages), *chain(*named)]
    )
    return replace(
        outcome,
        citations=citations,
        statements=check_statements(reply, citations, support),
        nuggets=tuple(
            bool(reply.text) and support.supports(reply.text, nugget.text)
            for nugget in question.nuggets
        ),
    )


def _unchecked(question: GoldQuestion, ask_ms: float) -> Outcome:
    """The outcome of a failure of which not even the evidence could be looked up."""
    missed = Ranking(relevant=frozenset({"evidence"}))
    return Outcome(
        question=question,
        trails=tuple(Trail(known=True) for _ in question.evidence),
        articles=missed,
        passages=missed,
        nuggets=(False,) * len(question.nuggets),
        ask_ms=ask_ms,
    )


def _evidence(item: Evidence, trail: Trail) -> EvidenceResult:
    return EvidenceResult(
        article=item.article,
        quote=item.quote,
        known=trail.known,
        article_rank=trail.article_rank,
        passage_rank=trail.passage_rank,
        read=trail.read,
        cited=trail.cited,
    )


_AROUND = 240  # characters of the article kept on each side of a quote


def _citations(
    reply: Reply | None, outcome: Outcome, corpus: ReferenceCorpus
) -> list[CitationResult]:
    cited: Sequence[Citation] = reply.citations if reply else []
    results = []
    for citation, checked in zip(cited, outcome.citations, strict=True):
        text = (checked.exact and corpus.text(citation.article_id, citation.version)) or ""
        results.append(
            CitationResult(
                number=citation.number,
                check=checked.check,
                exact=checked.exact,
                before=text[max(0, citation.start - _AROUND) : citation.start],
                after=text[citation.end : citation.end + _AROUND],
            )
        )
    return results
