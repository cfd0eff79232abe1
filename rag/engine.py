"""The one engine behind every door: ask, search, article, articles, verify, status."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from pydantic import BaseModel, ConfigDict, Field

import rag
from rag.archive.fingerprint import fingerprint
from rag.archive.reading import ArticlePage, list_articles
from rag.archive.visibility import Visibility
from rag.bundled import CROSS_ENCODER, EMBEDDER, READER_IDENTITY
from rag.citing import cite, short_answer, with_markers
from rag.corpus import Corpus, open_corpus
from rag.embedding import BundledEmbedding
from rag.errors import HiddenError, WithdrawnError
from rag.quoting import QuoteVerdict, verify_quote
from rag.reading import Reader, Reading
from rag.reading.extractive import ExtractiveReader
from rag.reading.span_model import span_model
from rag.reading.spans import SpanReader
from rag.reranking import CrossEncoder, SpanReranker, make_reranker, model_name
from rag.retrieval import Hit, HybridRetriever, hits
from rag.settings import Settings
from rag.talking import Rewriter, standalone
from rag.types import (
    Answer,
    Filters,
    Mode,
    Passage,
    PubStatus,
    StoredArticle,
    Turn,
    checked_question,
)
from rag.usage import Clock, Usage, metered

_RETRIEVED = 20  # passages the reranker reads
_NO_FILTERS = Filters()


class Status(BaseModel):
    """What is open: the corpus' size and the parts that answer."""

    version: str
    articles: int
    passages: int
    models: dict[str, str]
    retrieved: int


class Trace(BaseModel):
    """An answer and how it came about: what was found, what was read, and what it took."""

    model_config = ConfigDict(frozen=True)

    answer: Answer
    ranked: list[Passage] = Field(
        description="What retrieval found, best first: the reranked passages, then the others."
    )
    read: int = Field(ge=0, description="The reader read this many of the first in `ranked`.")
    usage: Usage


class Engine:
    """Answers questions from one open corpus. Safe to use from several threads.

    Args:
        corpus: the open corpus.
        reranker: orders the retrieved passages.
        reader: finds the sentences that answer.
        rewrite: makes a follow-up a question that stands alone.
    """

    def __init__(
        self,
        corpus: Corpus,
        reranker: BaseNodePostprocessor,
        reader: Reader,
        rewrite: Rewriter = standalone,
    ) -> None:
        self.corpus = corpus
        self._rewrite = rewrite
        self._reranker = reranker
        self._reader = reader
        self._models = {
            "embedding": corpus.embedder.name,
            "reranker": model_name(reranker),
            "reader": type(reader).__name__,
        }

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        mode: Mode = "extractive",
        max_citations: int = 5,
        include_passages: bool = False,
        request_id: str | None = None,
    ) -> Answer:
        """Answers a question with sentences of the corpus, or says that it holds no answer.

        Args:
            question: 1 to 2,000 characters.
            history: the turns before it, oldest first, from which a follow-up is understood.
            filters: which articles may be used.
            as_of: answer as the archive stood then.
            mode: how the answer is made.
            max_citations: at most this many sentences and citations, at least 1.
            include_passages: return the reranked passages too, and how many of them were read.
            request_id: given back in the answer; made up when absent.

        Raises:
            UsageError: the question is empty or too long.
        """
        trace = self.trace(
            question,
            history=history,
            filters=filters,
            as_of=as_of,
            mode=mode,
            max_citations=max_citations,
            ranked=_RETRIEVED,
        )
        answer = trace.answer
        answer.request_id = request_id or answer.request_id
        if include_passages:
            answer.passages, answer.passages_read = trace.ranked, trace.read
        return answer

    def trace(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        mode: Mode = "extractive",
        max_citations: int = 5,
        ranked: int = 30,
    ) -> Trace:
        """Answers as `ask` does, and tells how the answer came about.

        Args:
            question, history, filters, as_of, mode, max_citations: see `ask`.
            ranked: at most this many ranked passages are told; the answer is the same whatever
                it is. Of a plugged-in reranker that drops passages the dropped ones are missing.

        Raises:
            UsageError: the question is empty or too long.
        """
        question = checked_question(question)
        clock = Clock()
        understood = self._rewrite(question, history) if history else question
        with metered() as meter:
            head, tail = self._ranked(understood, filters, as_of, ranked, clock)
            reading = self._reader.read(understood, head, max_citations)
            clock.lap("read")
        answer = self._answer(question, reading)
        answer.standalone_question = understood if understood != question else None
        clock.lap("cite")
        answer.as_of = as_of
        answer.mode = mode
        answer.request_id = uuid.uuid4().hex
        answer.timings_ms = clock.timings()
        return Trace(
            answer=answer,
            ranked=[hit.outward() for hit in [*head, *tail][:ranked]],
            read=reading.read,
            usage=meter.usage(),
        )

    def search(
        self,
        query: str,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        """The passages that fit a query best, best first.

        Raises:
            UsageError: the query is empty or too long.
        """
        head, tail = self._ranked(checked_question(query), filters, as_of, limit, Clock())
        return [hit.outward() for hit in [*head, *tail][:limit]]

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """One version of an article, the current one by default, if it may be read.

        Raises:
            NotFoundError: there is no such article or version.
            WithdrawnError: the article was withdrawn.
            HiddenError: it is withheld, under embargo or expired.
        """
        if self.corpus.archive.status(article_id) is PubStatus.CANCELED:
            raise WithdrawnError(f"the article {article_id!r} was withdrawn and is not shown")
        found = self.corpus.archive.article(article_id, version)
        now = datetime.now(UTC)
        if found.status is PubStatus.WITHHELD:
            raise HiddenError(f"the article {article_id!r} is withheld by its publisher")
        if found.embargoed_until is not None and found.embargoed_until > now:
            until = found.embargoed_until.isoformat()
            raise HiddenError(f"the article {article_id!r} is under embargo until {until}")
        if found.expires_at is not None and found.expires_at <= now:
            raise HiddenError(f"the right to show the article {article_id!r} has expired")
        return found

    def verify(self, article_id: str, quote: str, version: int | None = None) -> QuoteVerdict:
        """Whether a quotation stands in a version of an article, the current one by default.

        Raises:
            NotFoundError, WithdrawnError, HiddenError: see `article`.
            UsageError: the quotation has no words.
        """
        return verify_quote(self.article(article_id, version).text, quote)

    def articles(
        self,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        status: PubStatus | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> ArticlePage:
        """A page of the articles that a question may see, newest first, or of those in a status.

        Args:
            filters, as_of: see `ask`; each article is listed with the version that is seen then.
            status: list the articles in this status instead, if it is not the usable one.
            cursor: where the page begins, from the page before it.
            limit: at most this many.

        Raises:
            UsageError: the cursor is not one that this listing gave.
        """
        view = Visibility(datetime.now(UTC), filters, as_of)
        database = self.corpus.archive.engine
        return list_articles(database, view, status=status, cursor=cursor, limit=limit)

    def status(self) -> Status:
        """What is open now."""
        return Status(
            version=rag.__version__,
            articles=self.articles(limit=1).total,
            passages=self.corpus.vectors.count(),
            models=self._models,
            retrieved=_RETRIEVED,
        )

    def fingerprint(self) -> str:
        """SHA-256 over the content of the corpus; see `rag.archive.fingerprint`."""
        return fingerprint(self.corpus.archive.engine)

    def model_hashes(self) -> dict[str, str]:
        """Each part's name and, of those that run bundled models, the SHA-256 of their weights.

        "bge-small-en-v1.5 sha256:6880..." for example; of a model plugged in from LlamaIndex the
        name alone.
        """
        known = dict(self._models)
        if isinstance(self.corpus.embedder.model, BundledEmbedding):
            known["embedding"] = EMBEDDER.identity
        if isinstance(self._reranker, CrossEncoder):
            known["reranker"] = CROSS_ENCODER.identity
        if isinstance(self._reranker, SpanReranker):
            known["reranker"] = READER_IDENTITY
        if isinstance(self._reader, ExtractiveReader):
            known["reader"] += f" with {CROSS_ENCODER.identity}"
        if isinstance(self._reader, SpanReader):
            known["reader"] += f" with {READER_IDENTITY}"
        return known

    def _ranked(
        self, question: str, filters: Filters, as_of: datetime | None, limit: int, clock: Clock
    ) -> tuple[list[Hit], list[Hit]]:
        """The reranked passages, which are what a reader is given, and those that follow them."""
        view = Visibility(datetime.now(UTC), filters, as_of)
        nodes = HybridRetriever(self.corpus, view, max(limit, _RETRIEVED)).retrieve(question)
        clock.lap("retrieve")
        head = self._reranker.postprocess_nodes(nodes[:_RETRIEVED], query_str=question)
        clock.lap("rerank")
        return hits(head), hits(nodes[_RETRIEVED:])

    def _answer(self, question: str, reading: Reading) -> Answer:
        sentences, citations = cite(self.corpus.archive, reading.evidence)
        return Answer(
            question=question,
            answerable=bool(sentences),
            answer=with_markers(sentences) if sentences else None,
            short_answer=short_answer(reading.short, citations),
            sentences=sentences,
            citations=citations,
            confidence=reading.confidence,
            model=self._models,
            notes=list(reading.notes),
        )


@contextmanager
def open_engine(
    settings: Settings, command: str = "newscite", url: str | None = None
) -> Iterator[Engine]:
    """Opens the corpus and the models of these settings for as long as the block lasts.

    Args:
        settings: see `rag.settings`.
        command: what this process does, for others that find the corpus held.
        url: where this process answers HTTP, if it does.

    Raises:
        CorpusHeldError, ConfigurationError, ModelError: see `open_corpus`.
    """
    with open_corpus(settings, command, url=url) as corpus:
        reranker = make_reranker(settings)

        def article_text(article_id: str, version: int) -> str:
            return corpus.archive.article(article_id, version).text

        reader: Reader
        if isinstance(reranker, CrossEncoder):
            reader = ExtractiveReader(reranker, article_text)
        else:
            reader = SpanReader(span_model(settings.threads), article_text)
        yield Engine(corpus, reranker, reader)
