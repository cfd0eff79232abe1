"""How one question is answered: understood, looked up, read, written or quoted, and cited."""

import re
import uuid
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from llama_index.core.postprocessor.types import BaseNodePostprocessor

from rag import present
from rag.archive.reading import list_articles
from rag.archive.visibility import Visibility
from rag.boilerplate import without_boilerplate
from rag.citing import (
    Citing,
    figures,
    nearest_statement,
    short_answer,
    with_markers,
)
from rag.corpus import Corpus
from rag.corrections import correction_notes
from rag.deadline import check_limit
from rag.events import Event, PassagesRead, SentenceReady, Trace
from rag.limits import why_none_fits
from rag.precedence import QUESTIONS
from rag.reading import Reader, Reading
from rag.reading.told import hit_as_told
from rag.reranking import model_name
from rag.retrieval import Hit, HybridRetriever, hits
from rag.stories.folding import carriers
from rag.talking import Rewriter
from rag.types import Answer, Citation, Filters, Mode, Turn
from rag.usage import Clock, metered
from rag.watching import span
from rag.words import words
from rag.writing import Rewriting, Statement, Working, Writer, Written, rewritten

RETRIEVED = 20
"""Passages that the reranker reads."""

_NO_WORDS = "The question has no words."
_GREETING = re.compile(
    r"\W*(?:hi|hello|hey|hallo|good (?:morning|day|afternoon|evening)|thanks|thank you|bye|goodbye)"
    r"(?: there| again| very much| a lot)?\W*",
    re.IGNORECASE,
)
_GREETED = "That asks nothing. Ask about the news, for example who, when, how many or why."
_NO_ARTICLES = (
    "The corpus has no article that may be shown; newscite ingest puts articles into it. If it "
    "should have some, this may not be the data folder you mean."
)
_NO_WRITER = (
    "No language model is configured (NEWSCITE_LLM_BASE_URL and NEWSCITE_LLM_MODEL), so the answer "
    "is quoted and not written."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how it is to be answered; see `Engine.trace`."""

    question: str
    history: Sequence[Turn]
    filters: Filters
    as_of: datetime | None
    mode: Mode
    max_citations: int
    ranked: int


class Answering:
    """The parts that answer, put together; see `Engine`."""

    def __init__(
        self,
        corpus: Corpus,
        reranker: BaseNodePostprocessor,
        reader: Reader,
        writer: Writer | None,
        rewrite: Rewriter,
    ) -> None:
        self._corpus = corpus
        self._reranker = reranker
        self._reader = reader
        self._writer = writer
        self._rewrite = rewrite
        self.models = {
            "embedding": corpus.embedder.name,
            "reranker": model_name(reranker),
            "reader": type(reader).__name__,
        }

    def stream(self, asked: Asked) -> Generator[Event, None, None]:
        """What happens while the question is answered; see `Engine.stream`."""
        clock = Clock()
        writer = self._writer if asked.mode == "generative" else None
        understood, spent_s = yield from self._understood(asked, writer, clock)
        alone = understood if understood != asked.question else None
        # In this thread, so nothing is yielded meanwhile.
        with metered() as meter, QUESTIONS.first():
            view = Visibility(present.now(), asked.filters, asked.as_of)
            head, tail = self.ranked(understood, view, asked.ranked, clock)
            check_limit()
            told = [hit_as_told(understood, hit) for hit in head]
            with span("read"):
                reading = self._read(asked, view, understood, told)
                sources = writer.sources(understood, told) if writer and reading.evidence else None
            clock.lap("read")
        read = max(reading.read, len(sources.hits) if sources else 0)
        yield PassagesRead(tuple(hit.outward() for hit in head[:read]), alone)
        copies = partial(carriers, self._corpus.archive.engine, view)
        citing = Citing(self._corpus.archive, asked.max_citations, copies)
        notes = list(reading.notes)
        made: Mode = "extractive"
        written = Written(0, ())
        if writer and sources:
            statements = writer.write(understood, sources, asked.max_citations, spent_s)
            with span("write", current=False, model=writer.endpoint.model):
                written = yield from _said(statements, citing)
            notes += written.notes
            clock.lap("write")
            made = "generative" if citing.sentences else "extractive"
        elif asked.mode == "generative" and reading.evidence:
            notes.append(_NO_WRITER)
        lead = None
        with span("cite", current=False):
            if made == "extractive":
                quoted = _quoted(reading, citing)
                # Our own words stand only if all that they rest on could be cited.
                lead = reading.lead if len(quoted) == len(reading.evidence) else None
                yield from (
                    replace(ready, lead=None if n else lead) for n, ready in enumerate(quoted)
                )
            nearest = nearest_statement(self._corpus.archive, reading.nearest, copies)
            answer = self._answer(asked.question, reading, citing, nearest, lead, notes)
        answer.standalone_question = alone
        if writer and made == "generative":
            answer.model = self.models | {"llm": writer.endpoint.model}
        clock.lap("cite")
        answer.as_of = asked.as_of
        answer.mode = made
        answer.request_id = uuid.uuid4().hex
        answer.timings_ms = clock.timings()
        yield Trace(
            answer=answer,
            ranked=[hit.outward() for hit in [*head, *tail][: asked.ranked]],
            read=read,
            signals=reading.signals,
            usage=meter.usage(),
            verified=written.statements,
            dropped=written.dropped,
        )

    def ranked(
        self, question: str, view: Visibility, limit: int, clock: Clock
    ) -> tuple[list[Hit], list[Hit]]:
        """The reranked passages, which are what a reader is given, and those that follow them."""
        with span("retrieve"):
            nodes = HybridRetriever(self._corpus, view, max(limit, RETRIEVED)).retrieve(question)
            found = without_boilerplate(nodes[:RETRIEVED], self._corpus.archive)
        clock.lap("retrieve")
        check_limit()
        with span("rerank"):
            head = self._reranker.postprocess_nodes(found, query_str=question)
        clock.lap("rerank")
        return hits(head), hits(nodes[RETRIEVED:])

    def _read(
        self, asked: Asked, view: Visibility, understood: str, head: Sequence[Hit]
    ) -> Reading:
        """What the reader makes of the passages, or why there is nothing to read."""
        if not words(understood):
            return Reading((), 0.0, (_NO_WORDS,), read=0)
        if _GREETING.fullmatch(understood):
            return Reading((), 0.0, (_GREETED,), read=0)
        reading = self._reader.read(understood, head, asked.max_citations)
        if not head and not self._articles(view):
            some = self._articles(Visibility(view.now))
            why = why_none_fits(view, self._articles) if some else _NO_ARTICLES
            return replace(reading, notes=(why,))
        return reading

    def _articles(self, view: Visibility) -> int:
        return list_articles(self._corpus.archive.engine, view, limit=1).total

    def _understood(
        self, asked: Asked, writer: Writer | None, clock: Clock
    ) -> Generator[Working, None, Rewriting]:
        """The question as it stands alone: by rules, or as the language model puts it."""
        if not asked.history:
            return Rewriting(asked.question, 0.0)
        with span("understand", current=False, turns=len(asked.history)):
            understood = Rewriting(self._rewrite(asked.question, asked.history), 0.0)
            if writer is not None:
                understood = yield from rewritten(
                    writer.endpoint, asked.question, asked.history, understood.question
                )
        clock.lap("understand")
        return understood

    def _answer(
        self,
        question: str,
        reading: Reading,
        citing: Citing,
        nearest: Citation | None,
        lead: str | None,
        notes: Sequence[str],
    ) -> Answer:
        shown = [nearest] if nearest else citing.citations
        return Answer(
            question=question,
            answerable=bool(citing.sentences),
            answer=with_markers(citing.sentences, lead) if citing.sentences else None,
            lead=lead,
            short_answer=short_answer(reading.short, reading.according_to, citing.citations),
            differing=figures(reading.differing, citing.citations),
            sentences=citing.sentences,
            citations=citing.citations,
            nearest=nearest,
            confidence=reading.confidence,
            model=self.models,
            notes=list(dict.fromkeys([*notes, *correction_notes(shown)])),
        )


def _quoted(reading: Reading, citing: Citing) -> list[SentenceReady]:
    """The sentences that a reader found, each of which is what it cites."""
    sentences = [sentence for found in reading.evidence if (sentence := citing.quote(found))]
    return [SentenceReady(one, (citing.citations[one.citations[0] - 1],)) for one in sentences]


def _said(
    statements: Generator[Statement | Working | Written, None, None],
    citing: Citing,
) -> Generator[SentenceReady | Working, None, Written]:
    """Each statement once its citations are verified; returns how the writing went."""
    written = Written(0, ())
    with closing(statements):
        for piece in statements:
            if isinstance(piece, Working):
                yield piece
            elif isinstance(piece, Written):
                written = piece
            elif sentence := citing.sentence(piece.text, piece.evidence):
                cited = tuple(citing.citations[number - 1] for number in sentence.citations)
                yield SentenceReady(sentence, cited)
    return written
