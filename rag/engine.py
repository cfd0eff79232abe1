"""The one engine behind every door: ask, search, timeline, article(s), verify, holdings, status."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from llama_index.core.postprocessor.types import BaseNodePostprocessor

import rag
from rag import present
from rag.answer_cache import AnswerCache
from rag.answering import RETRIEVED, Answering, Asked
from rag.archive.changes import Changes
from rag.archive.fingerprint import fingerprint
from rag.archive.holdings import holdings
from rag.archive.reading import ArticlePage, list_articles, shown_versions, texts_of_versions
from rag.archive.showing import kept_from_view
from rag.archive.stories import stories_of
from rag.archive.visibility import Visibility
from rag.bundled import CROSS_ENCODER, EMBEDDER, READER_IDENTITY
from rag.bundled_embedding import BundledEmbedding
from rag.corpus import Corpus
from rag.errors import HiddenError, WithdrawnError
from rag.events import Event, Trace, outcome
from rag.opening import open_corpus
from rag.precedence import QUESTIONS
from rag.quoting import QuoteVerdict, verify_quote
from rag.reading import Reader
from rag.reading.extractive import ExtractiveReader
from rag.reading.span_model import span_model
from rag.reading.spans import SpanReader
from rag.reranking import CrossEncoder, SpanReranker, make_reranker
from rag.settings import Settings
from rag.states import Holdings, Status
from rag.talking import Rewriter, standalone
from rag.timeline import Timeline
from rag.timeline.telling import timeline
from rag.types import (
    Answer,
    Filters,
    Mode,
    Passage,
    PubStatus,
    StoredArticle,
    StoryOf,
    Turn,
    checked_question,
)
from rag.usage import Clock
from rag.writing import Writer, make_writer

_NO_FILTERS = Filters()
_OF_A_STORY = 50  # passages among which its articles are looked for


class Engine:
    """Answers questions from one open corpus. Safe to use from several threads.

    Args:
        corpus: the open corpus.
        reranker: orders the retrieved passages.
        reader: finds the sentences that answer.
        writer: writes the answers of the generative mode, where a language model is configured.
        rewrite: makes a follow-up a question that stands alone.
        answers: those given before, if they are kept.

    Attributes:
        told: each is called with the trace of every question, once it is answered.
    """

    def __init__(
        self,
        corpus: Corpus,
        reranker: BaseNodePostprocessor,
        reader: Reader,
        writer: Writer | None = None,
        rewrite: Rewriter = standalone,
        answers: AnswerCache | None = None,
    ) -> None:
        self.corpus = corpus
        self._reranker = reranker
        self._reader = reader
        self._writer = writer
        self._answering = Answering(corpus, reranker, reader, writer, rewrite)
        self._answers = answers
        self.told: list[Callable[[Trace], None]] = []

    @property
    def language_model(self) -> str | None:
        """The name of the language model that writes in the generative mode, if there is one."""
        return self._writer.endpoint.model if self._writer else None

    @property
    def models(self) -> dict[str, str]:
        """The models that answer, by their part."""
        return self._answering.models

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
            mode: how the answer is to be made; `Answer.mode` says how it was.
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
            ranked=RETRIEVED,
        )
        return trace.delivered(request_id, include_passages=include_passages)

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
        asked = self.stream(
            question,
            history=history,
            filters=filters,
            as_of=as_of,
            mode=mode,
            max_citations=max_citations,
            ranked=ranked,
        )
        return outcome(asked)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        mode: Mode = "extractive",
        max_citations: int = 5,
        ranked: int = RETRIEVED,
    ) -> Generator[Event, None, None]:
        """Answers as `trace` does, and tells each verified sentence as soon as there is one.

        To close the generator stops the work, a language model's too.

        Raises:
            UsageError: the question is empty or too long; at once, not when it is read from.
        """
        asked = Asked(
            checked_question(question), history, filters, as_of, mode, max_citations, ranked
        )
        if self._answers is None or mode != "extractive":
            return self._telling(self._answering.stream(asked))
        return self._telling(self._answers.through(asked, self._answering.stream))

    def _telling(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        with closing(events):
            for event in events:
                if isinstance(event, Trace):
                    for tell in self.told:
                        tell(event)
                yield event

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
        view = Visibility(present.now(), filters, as_of)
        checked = checked_question(query)
        with QUESTIONS.first():
            head, tail = self._answering.ranked(checked, view, limit, Clock())
        return [hit.outward() for hit in [*head, *tail][:limit]]

    def timeline(
        self,
        question: str,
        *,
        filters: Filters = _NO_FILTERS,
        as_of: datetime | None = None,
        limit: int = 12,
    ) -> Timeline:
        """The story that a question is of: its articles by their dates, and its coverage.

        What the question finds best is taken to be the story, whether it answers or not; there is
        none where even that is about something else.

        Args:
            question: a follow-up as it stands alone.
            filters, as_of: see `ask`.
            limit: at most this many articles.

        Raises:
            UsageError: the question is empty or too long.
        """
        view = Visibility(present.now(), filters, as_of)
        checked = checked_question(question)
        with QUESTIONS.first():
            head, tail = self._answering.ranked(checked, view, _OF_A_STORY, Clock())
            return timeline(self.corpus, view, checked, [*head, *tail], limit)

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """One version of an article, the current one by default, if it may be read.

        It comes with the story that the article is in now, and with the list of its versions.

        Raises:
            NotFoundError: there is no such article or version.
            WithdrawnError: the article was withdrawn.
            HiddenError: the version, or the one in force, is withheld, under embargo or expired.
        """
        archive = self.corpus.archive
        if archive.status(article_id) is PubStatus.CANCELED:
            raise WithdrawnError(f"the article {article_id!r} was withdrawn and is not shown")
        now, found = present.now(), archive.article(article_id, version)
        if why := kept_from_view(found, archive.article, now):
            raise HiddenError(f"the article {article_id!r} {why}")
        about = {
            "story": self._story(article_id, now),
            "versions": shown_versions(archive.engine, article_id, now),
        }
        return found.model_copy(update=about)

    def _story(self, article_id: str, now: datetime) -> StoryOf | None:
        stories = stories_of(self.corpus.archive.engine, [article_id], Visibility(now))
        if article_id not in stories:
            return None
        first, *others = (member.article_id for member in stories[article_id].members)
        return StoryOf(canonical=first, copies=others)

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
        find: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> ArticlePage:
        """A page of the articles that a question may see, newest first, or of those in a status.

        Args:
            filters, as_of: see `ask`; each article is listed with the version that is seen then.
            status: list the articles in this status instead, if it is not the usable one.
            find: only those that have all these words or phrases; see `has_words`.
            cursor: where the page begins, from the page before it.
            limit: at most this many.

        Raises:
            UsageError: the cursor is not one that this listing gave.
        """
        view = Visibility(present.now(), filters, as_of)
        database = self.corpus.archive.engine
        return list_articles(database, view, status=status, find=find, cursor=cursor, limit=limit)

    def holdings(
        self, *, filters: Filters = _NO_FILTERS, as_of: datetime | None = None
    ) -> Holdings:
        """How many articles a question may see, from whom, from when and in which languages.

        Args:
            filters, as_of: see `ask`.
        """
        return holdings(self.corpus.archive.engine, Visibility(present.now(), filters, as_of))

    def status(self) -> Status:
        """What is open now."""
        return Status(
            version=rag.__version__,
            articles=self.articles(limit=1).total,
            passages=self.corpus.vectors.count(),
            models=self.models,
            retrieved=RETRIEVED,
        )

    def fingerprint(self) -> str:
        """SHA-256 over the content of the corpus; see `rag.archive.fingerprint`."""
        return fingerprint(self.corpus.archive.engine)

    def model_hashes(self) -> dict[str, str]:
        """Each part's name and, of those that run bundled models, the SHA-256 of their weights.

        "bge-small-en-v1.5 sha256:6880..." for example; of a model plugged in from LlamaIndex the
        name alone.
        """
        known = dict(self._answering.models)
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
            (found,) = texts_of_versions(corpus.archive.engine, [(article_id, version)])
            return found

        reader: Reader
        if isinstance(reranker, CrossEncoder):
            reader = ExtractiveReader(reranker, article_text)
        else:
            model = span_model(settings.threads)
            reader = SpanReader(model, article_text, settings.answer_from)
        writer = make_writer(settings)
        if not settings.answer_cache:
            yield Engine(corpus, reranker, reader, writer)
            return
        with closing(Changes(corpus.archive.engine)) as changes:
            answers = AnswerCache(changes, settings.answer_cache)
            yield Engine(corpus, reranker, reader, writer, answers=answers)
