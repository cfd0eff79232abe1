"""The one way into the corpus: deliveries in, stored and indexed versions out.

Each delivery is cleaned, recognised (new, changed, known, withdrawn), cut into passages and
embedded; versions are stored in small batches, so that what has been counted as added is safe
whatever happens next, and running the same deliveries again changes nothing.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ingest.cleaning import clean, clean_line
from ingest.identity import body_hash, content_hash, identity
from ingest.passages import Span, cut
from ingest.sources import Delivered, Refused
from ingest.sources.html import text_of_html
from ingest.summary import ItemDone, Summary, Watcher
from ingest.tokens import token_counter
from rag.archive import NewPassage, NewVersion
from rag.corpus import Corpus
from rag.embedding import passage_input
from rag.errors import IngestError, NotFoundError
from rag.types import Article, PubStatus

_BATCH_PASSAGES = 128  # about five seconds of embedding on two cores: little is lost to a kill


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A delivery that has something new to store, before embedding."""

    article_id: str
    status: PubStatus
    fields: dict[str, Any]
    content_hash: str
    body_hash: str
    spans: list[Span]
    is_update: bool


def _watch_nothing(_item: ItemDone) -> None:
    pass


class Pipeline:
    """Ingests deliveries into one corpus. One job at a time; a second one waits for its batches."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._count_tokens = token_counter()

    def run(
        self,
        items: Iterable[Delivered | Refused],
        watch: Watcher = _watch_nothing,
    ) -> Summary:
        """Ingests all items and says what became of them.

        Args:
            items: deliveries, and what could not be read; a refused item is quarantined.
            watch: called after each item has been looked at.
        """
        started = time.monotonic()
        job = _Job(self._corpus, self._count_tokens)
        try:
            for item in items:
                outcome = job.take(item)
                job.summary.seconds = round(time.monotonic() - started, 3)
                if isinstance(outcome, Refused):
                    watch(ItemDone(item.where, None, outcome, job.summary))
                else:
                    watch(ItemDone(item.where, outcome, None, job.summary))
        finally:  # an interrupted job keeps what it has read
            job.flush()
            job.summary.seconds = round(time.monotonic() - started, 3)
        return job.summary

    def withdraw(self, article_id: str) -> None:
        """Withdraws an article for good; withdrawing it again changes nothing.

        Raises:
            NotFoundError: the archive has no such article.
        """
        if self._corpus.archive.status(article_id) is None:
            raise NotFoundError(f"the archive has no article {article_id!r}")
        self._corpus.withdraw(article_id)


class _Job:
    """One run: the batch being gathered and the counts so far."""

    def __init__(self, corpus: Corpus, count_tokens: Callable[[str], int]) -> None:
        self.summary = Summary(job_id=uuid.uuid4().hex)
        self._corpus = corpus
        self._count_tokens = count_tokens
        self._batch: list[_Prepared] = []

    def take(self, item: Delivered | Refused) -> str | Refused:
        """Deals with one item; returns its article's id, or why it could not be ingested."""
        self.summary.seen += 1
        if isinstance(item, Delivered):
            try:
                return self._take_article(item.article)
            except IngestError as error:
                raw = item.article.model_dump_json(exclude_unset=True).encode()
                item = Refused(item.where, error.reason, raw)
        with self._corpus.writing:
            self._corpus.archive.quarantine(
                self.summary.job_id, item.where, item.reason, item.raw, transient=item.transient
            )
        self.summary.quarantined += 1
        return item

    def _take_article(self, article: Article) -> str:
        title = clean_line(article.title)
        text = clean(article.text or "") or clean(text_of_html(article.html or ""))
        article_id = identity(article, title, text)
        if any(waiting.article_id == article_id for waiting in self._batch):
            self.flush()  # so that what is known of the article includes this job
        known = self._corpus.archive.status(article_id)
        if known is PubStatus.CANCELED:
            self.summary.unchanged += 1
        elif article.status is PubStatus.CANCELED:
            self._corpus.withdraw(article_id)
            self.summary.withdrawn += 1
        elif not text:
            raise IngestError("there is no text to ingest; give the article a text or html")
        else:
            self._take_version(article, article_id, title, text, known)
        return article_id

    def _take_version(
        self, article: Article, article_id: str, title: str, text: str, known: PubStatus | None
    ) -> None:
        digest = content_hash(article, title, text)
        stored = self._corpus.archive.version_with(article_id, digest)
        if stored is not None:
            # The status of a version that has been replaced says nothing of the one in force.
            replaced = stored != self._corpus.archive.article(article_id).version
            if replaced or known is article.status:
                self.summary.unchanged += 1
            else:
                self._corpus.set_status(article_id, article.status)
                self.summary.updated += 1
            return
        fields = article.model_dump(exclude={"id", "status", "html", *(article.model_extra or {})})
        fields |= {"title": title, "text": text, "extra": article.model_extra or {}}
        self._batch.append(
            _Prepared(
                article_id, article.status, fields, digest, body_hash(text),
                cut(text, self._count_tokens), is_update=known is not None,
            )
        )  # fmt: skip
        if sum(len(waiting.spans) for waiting in self._batch) >= _BATCH_PASSAGES:
            self.flush()

    def flush(self) -> None:
        """Embeds, stores and indexes the batch."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        copies = self._copies(batch)
        for prepared, stored in zip(batch, self._corpus.add(self._embed(batch)), strict=True):
            if not stored:
                self.summary.unchanged += 1
                continue
            self.summary.passages += len(prepared.spans)
            if prepared.is_update:
                self.summary.updated += 1
            else:
                self.summary.added += 1
                self.summary.syndicated += prepared.article_id in copies

    def _copies(self, batch: list[_Prepared]) -> set[str]:
        """Ids of those in the batch whose text another article brought before them."""
        found: set[str] = set()
        brought: set[str] = set()
        for prepared in batch:
            known = self._corpus.archive.copies(prepared.article_id, prepared.body_hash)
            if known or prepared.body_hash in brought:
                found.add(prepared.article_id)
            brought.add(prepared.body_hash)
        return found

    def _embed(self, batch: list[_Prepared]) -> list[NewVersion]:
        texts = [
            passage_input(p.fields["title"], p.fields["text"][span.start : span.end])
            for p in batch
            for span in p.spans
        ]
        vectors = iter(self._corpus.embedder.model.get_text_embedding_batch(texts))
        return [
            NewVersion(
                p.article_id, p.status, p.fields, p.content_hash, p.body_hash,
                tuple(NewPassage(s.start, s.end, s.sentences, next(vectors)) for s in p.spans),
            )
            for p in batch
        ]  # fmt: skip
