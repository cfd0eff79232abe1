"""The one way into the corpus: deliveries in, stored and indexed versions out.

Each delivery is cleaned, recognised (new, changed, known, withdrawn), cut into passages and
embedded; versions are stored in small batches, so that what has been counted as added is safe
whatever happens next, and running the same deliveries again changes nothing.

While a batch is embedded the next one is read and the one before it is stored. Few batches are
under way at a time, so memory does not grow with what there is to read.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ingest.batches import Batches, Prepared
from ingest.cleaning import clean, clean_line
from ingest.identity import content_hash, identity
from ingest.passages import cut
from ingest.sources import Delivered, Refused
from ingest.sources.html import text_of_html
from ingest.sources.items import ReadingOptions
from ingest.summary import ItemDone, Summary, Watcher
from ingest.tokens import token_counter
from rag.archive.integrity import body_hash
from rag.archive.ranking import says_which
from rag.archive.recognising import KnownArticle, known_articles
from rag.corpus import Corpus
from rag.errors import IngestError, NotFoundError
from rag.types import Article, PubStatus

_BATCH_PASSAGES = 64  # two seconds of embedding on two cores: little is lost to a kill
_LOOKED_AT_TOGETHER = 64  # items that are recognised by one query ...
_LARGEST_LOOK = 4_000_000  # ... unless they have more characters ...
_LONGEST_LOOK_S = 0.2  # ... or reading them takes longer: progress is shown as it is made


def _watch_nothing(_item: ItemDone) -> None:
    pass


def _keep_nothing(_settled: Summary) -> None:
    pass


def _never() -> bool:
    return False


class Pipeline:
    """Ingests deliveries into one corpus. Several jobs take turns, batch by batch."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._count_tokens = token_counter()

    def run(
        self,
        items: Iterable[Delivered | Refused],
        watch: Watcher = _watch_nothing,
        *,
        since: Summary | None = None,
        settled: Callable[[Summary], None] = _keep_nothing,
        stopping: Callable[[], bool] = _never,
    ) -> Summary:
        """Ingests all items and says what became of them.

        Args:
            items: deliveries, and what could not be read; a refused item is quarantined.
            watch: called after each item has been looked at.
            since: what an interrupted run of the job had settled; `items` are the ones after it.
            settled: called now and then with a summary of the first items of the job, all of
                which are stored: whatever happens, the job can go on after them.
            stopping: asked after each item; once it is true the job ends, and what it has looked
                at is stored.
        """
        started = time.monotonic()
        before = since or Summary(job_id=uuid.uuid4().hex)

        def timed(summary: Summary) -> Summary:
            summary.seconds = round(before.seconds + time.monotonic() - started, 3)
            return summary

        job = _Job(
            self._corpus, self._count_tokens, before, lambda summary: settled(timed(summary))
        )
        with job.batches:  # an interrupted job keeps what it has looked at
            for looked_at in _together(items):
                for item, outcome in job.take_all(looked_at):
                    refused = outcome if isinstance(outcome, Refused) else None
                    article_id = outcome if isinstance(outcome, str) else None
                    watch(ItemDone(item.where, article_id, refused, timed(job.summary)))
                    if stopping():
                        break
                if stopping():
                    break
        return timed(job.summary)

    def withdraw(self, article_id: str) -> None:
        """Withdraws an article for good; withdrawing it again changes nothing.

        Raises:
            NotFoundError: the archive has no such article.
        """
        if self._corpus.archive.status(article_id) is None:
            raise NotFoundError(
                f"the archive has no article {article_id!r}; to keep one out that has not come "
                "yet, deliver it with the status canceled"
            )
        self._corpus.withdraw(article_id)


def _together(items: Iterable[Delivered | Refused]) -> Iterator[list[Delivered | Refused]]:
    """The items in runs that are recognised together."""
    run: list[Delivered | Refused] = []
    size, began = 0, time.monotonic()
    for item in items:
        run.append(item)
        if isinstance(item, Delivered):
            size += len(item.article.text or "") + len(item.article.html or "")
        else:
            size += len(item.raw)
        late = time.monotonic() - began > _LONGEST_LOOK_S
        if late or size > _LARGEST_LOOK or len(run) == _LOOKED_AT_TOGETHER:
            yield run
            run, size, began = [], 0, time.monotonic()
    if run:
        yield run


class _Job:
    """One run: the batch being gathered, and the counts so far."""

    def __init__(
        self,
        corpus: Corpus,
        count_tokens: Callable[[str], int],
        since: Summary,
        settled: Callable[[Summary], None],
    ) -> None:
        self.summary = since.model_copy()
        self.batches = Batches(corpus, self.summary, since.model_copy(), self._forget, settled)
        self._corpus = corpus
        self._count_tokens = count_tokens
        self._known: dict[str, KnownArticle | None] = {}

    def take_all(
        self, items: list[Delivered | Refused]
    ) -> Iterator[tuple[Delivered | Refused, str | Refused]]:
        """Deals with items in their order; each comes with its article's id, or its refusal."""
        read = [_recognisable(item) for item in items]
        ids = {each.article_id for each in read if isinstance(each, _Recognisable)}
        self._known = dict.fromkeys(ids) | known_articles(self._corpus.archive.engine, ids)
        for item, each in zip(items, read, strict=True):
            yield item, self._take(each)
        self.batches.settle_if_idle()

    def _take(self, item: "_Recognisable | Refused") -> str | Refused:
        if isinstance(item, _Recognisable):
            # What is known of the article then includes this job. Nothing is settled between here
            # and where the item's outcome is counted.
            self.batches.store_up_to(item.article_id)
        self.batches.count("seen")
        if isinstance(item, _Recognisable):
            try:
                self._take_article(item)
            except IngestError as error:
                item = _refused(item.article, item.where, error)
            else:
                return item.article_id
        self.batches.refuse(item)
        return item

    def _take_article(self, item: "_Recognisable") -> None:
        article_id, status = item.article_id, item.article.status
        known = self._known_of(article_id)
        if known is not None and known.status is PubStatus.CANCELED:
            self.batches.count("unchanged")
            if status is not PubStatus.CANCELED:
                self.batches.count("kept_out")
        elif status is PubStatus.CANCELED:
            if not (item.article.id or item.article.url or item.text):
                raise IngestError("a withdrawal has to say of which article; give its id or url")
            self._corpus.withdraw(article_id)
            self._forget(article_id)
            self.batches.count("withdrawn")
        elif not item.text:
            raise IngestError("there is no text to ingest; give the article a text or html")
        else:
            self._take_version(item, known)

    def _take_version(self, item: "_Recognisable", known: KnownArticle | None) -> None:
        article_id, article = item.article_id, item.article
        self.batches.brings(article_id)
        digest = content_hash(article, item.title, item.text)
        stored = known.versions.get(digest) if known is not None else None
        if stored is not None:
            if _restates(article, stored.status):
                self._corpus.set_status(article_id, article.status, stored.number)
                self._forget(article_id)
                self.batches.count("updated")
            else:
                self.batches.count("unchanged")
            return
        fields = article.model_dump(exclude={"id", "status", "html", *(article.model_extra or {})})
        fields |= {"title": item.title, "text": item.text, "extra": article.model_extra or {}}
        self.batches.gather(
            Prepared(
                article_id, article.status, fields, digest, body_hash(item.text),
                cut(item.text, self._count_tokens), is_update=known is not None,
            ),
            _BATCH_PASSAGES,
        )  # fmt: skip

    def _known_of(self, article_id: str) -> KnownArticle | None:
        if article_id not in self._known:
            found = known_articles(self._corpus.archive.engine, [article_id])
            self._known[article_id] = found.get(article_id)
        return self._known[article_id]

    def _forget(self, article_id: str) -> None:
        """What was looked up of an article is no longer so."""
        self._known.pop(article_id, None)


def _restates(article: Article, status: PubStatus) -> bool:
    """Whether a content that is known comes with another status than before, and one to take.

    Of one update, two deliveries of which one withholds it are not told apart by which comes
    first: the one that allows less counts. See `rag.archive.ranking`.
    """
    said = {"updated_at": article.updated_at, "extra": article.model_extra}
    once_for_all = says_which(said) and status is PubStatus.WITHHELD
    return article.status is not status and not once_for_all


def _refused(article: Article, where: str, error: IngestError) -> Refused:
    """An article that was read and cannot be ingested, kept as newscite's own JSON."""
    raw = article.model_dump_json(exclude_unset=True).encode()
    options = ReadingOptions(format="json", source=article.source)
    return Refused(where, error.reason, raw, options=options)


@dataclass(frozen=True, slots=True)
class _Recognisable:
    """A delivery with all that it is recognised by."""

    article: Article
    where: str
    article_id: str
    title: str
    text: str


def _recognisable(item: Delivered | Refused) -> _Recognisable | Refused:
    if isinstance(item, Refused):
        return item
    article = item.article
    title = clean_line(article.title)
    try:
        text = clean(article.text or "") or clean(text_of_html(article.html or ""))
    except IngestError as error:
        return _refused(article, item.where, error)
    return _Recognisable(article, item.where, identity(article, title, text), title, text)
