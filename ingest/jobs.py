"""Ingest jobs, worked on one after the other while questions are answered: uploads and retries.

A job is a row in the archive and its bytes in the data folder. It is begun anew where its process
ended, however it ended, and goes on behind the last items that were settled; what was stored
meanwhile is recognised as it comes again. A retry of what is in quarantine has no bytes of its own,
and is begun anew from its start.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from itertools import islice
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from ingest.fetching import Crawl
from ingest.job_records import JobRequest, told_of
from ingest.job_told import Job
from ingest.pipeline import Pipeline
from ingest.progress import Progress
from ingest.retrying import Retry
from ingest.sources import Delivered, Refused, read
from ingest.spool import Incoming, Spool
from ingest.summary import ItemDone, Summary
from rag import audit
from rag.archive.jobs import (
    JobRecord,
    add_job,
    begin_job,
    cancel_job,
    end_job,
    job,
    keep_progress,
    list_jobs,
    next_job,
    unfinished_jobs,
)
from rag.corpus import Corpus
from rag.errors import ConflictError, NewsciteError, NotFoundError
from rag.watching import span

log = structlog.get_logger()

_MOST_STARTS = 5  # of a job that does not get on in between
_AGAIN_S = 10.0  # after which a job is tried again that could not even be ended
_NOTED_EVERY_S = 1.0


class Jobs:
    """The jobs of an open corpus. A context: jobs are worked on as long as it lasts.

    Args:
        corpus: where articles go.
        pipeline: the way there.
        spool: where uploads are kept.
        crawl: makes what a retry fetches with; None: nothing is fetched.
    """

    def __init__(
        self,
        corpus: Corpus,
        pipeline: Pipeline,
        spool: Spool,
        crawl: Callable[[], Crawl | None] = lambda: None,
    ) -> None:
        self._database = corpus.archive.engine
        self._corpus = corpus
        self._pipeline = pipeline
        self._spool = spool
        self._crawl = crawl
        self._canceled: set[int] = set()  # jobs that may be at work
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._at_work: Progress | None = None
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._work,), name="ingest-jobs"
        )

    def __enter__(self) -> "Jobs":
        self._spool.keep_only(unfinished_jobs(self._database))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def receive(self, largest: int) -> Incoming:
        """Where an upload is written to, before it is submitted."""
        return self._spool.receive(largest)

    def submit(self, job_id: str, request: JobRequest) -> Job:
        """Queues a job whose files have arrived."""
        with self._corpus.writing:
            counts = Summary(job_id=job_id).model_dump()
            kept = request.model_copy(update={"who": audit.who()}).model_dump()
            record = add_job(self._database, job_id, kept, counts)
        self._wake.set()
        return self._job(record, 0)

    def submit_retry(self, numbers: list[int], job_id: str | None = None) -> Job:
        """Queues a job that ingests anew what is in quarantine; see `ingest.retrying`.

        Args:
            job_id: a new one, if it matters which.
        """
        return self.submit(job_id or uuid.uuid4().hex, JobRequest(retry=numbers))

    def cancel(self, job_id: str) -> Job:
        """Ends a job: what is stored stays, its bytes go. Canceling it again changes nothing.

        One at work stops at its next item and stores what it has looked at.

        Raises:
            NotFoundError: there is none of that id.
            ConflictError: it is done, or has failed.
        """
        record = job(self._database, job_id)
        if record.state == "running":
            self._canceled.add(record.number)  # first, or the lock below would be waited for
        try:
            with self._corpus.writing:
                before = cancel_job(self._database, job_id)
        except ConflictError:
            self._canceled.discard(record.number)
            raise
        if before.state == "queued":
            self._spool.drop(job_id)
        return self.get(job_id)

    def get(self, job_id: str, failures_after: int = 0) -> Job:
        """A job as it is now.

        Raises:
            NotFoundError: there is none of that id.
        """
        return self._job(job(self._database, job_id), failures_after)

    def find(self, job_id: str) -> Job | None:
        """The same, if there is one of that id."""
        try:
            return self.get(job_id)
        except NotFoundError:
            return None

    def newest(self, limit: int, cursor: str | None = None) -> tuple[list[Job], str | None]:
        """A page of the jobs, newest first, and the cursor of the next page; None on the last.

        Raises:
            UsageError: the cursor is not one that this listing gave.
        """
        page, following = list_jobs(self._database, limit, cursor)
        return [self._job(record, 0) for record in page], following

    def _job(self, record: JobRecord, failures_after: int) -> Job:
        at_work = self._at_work
        progress = at_work if at_work and at_work.number == record.number else None
        return told_of(self._database, record, progress, failures_after)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work_on_next()
            except Exception as error:  # a full disk, say; the jobs are still there when it is not
                log.error("the archive cannot be written to; jobs wait", exc_info=error)
                self._stopping.wait(_AGAIN_S)

    def _work_on_next(self) -> None:
        self._wake.clear()
        waiting = next_job(self._database)
        if waiting is None:
            self._wake.wait()
            return
        with self._known_as(waiting):
            self._work_on(waiting)

    @contextmanager
    def _known_as(self, record: JobRecord) -> Iterator[None]:
        """The job's id, and whose doing it is, in whatever is logged or recorded meanwhile."""
        who = record.request.get("who", {}) | {"job_id": record.id}
        ids = {name: who[name] for name in ("job_id", "request_id") if name in who}
        with bound_contextvars(**ids), audit.acting(lambda: who), span("ingest job"):
            yield

    def _work_on(self, record: JobRecord) -> None:
        log.info("ingest job begins")
        try:
            self._run(record)
        except Exception as error:  # a job may fail, the ones after it go on
            log.error("ingest job failed", exc_info=error)
            ours = isinstance(error, NewsciteError)
            self._end(record, str(error) if ours else f"{type(error).__name__}: {error}")
        else:
            counts = job(self._database, record.id).counts
            told = {k: v for k, v in counts.items() if k not in ("job_id", "articles")}
            log.info("ingest job ends", **told)
        finally:
            self._at_work = None

    def _run(self, record: JobRecord) -> None:
        if record.starts >= _MOST_STARTS:
            self._end(
                record,
                f"the server ended {record.starts} times at the same place of this job; what "
                "came before it is stored",
            )
            return
        with self._corpus.writing:
            if not begin_job(self._database, record.number):
                self._spool.drop(record.id)  # it was canceled just now
                return
        request = JobRequest.model_validate(record.request)
        try:
            if request.retry is None:
                over = self._ingest(record, request)
            else:
                over = self._retry(record, request.retry)
            if record.number in self._canceled:
                with self._corpus.writing:
                    cancel_job(self._database, record.id)
            if over:
                self._end(record, None)
        finally:
            self._canceled.discard(record.number)

    def _ingest(self, record: JobRecord, request: JobRequest) -> bool:
        """Ingests what was uploaded; False: the next process is to go on."""
        since = Summary.model_validate(record.counts)
        progress = Progress(record.number, request.files, since)
        self._at_work = progress
        noted = 0.0

        def settled(summary: Summary, *, last: bool = False) -> None:
            nonlocal noted
            if last or time.monotonic() - noted >= _NOTED_EVERY_S:
                noted = time.monotonic()
                self._note(progress, summary, summary.model_dump())

        items = self._items(record.id, request, progress)
        for _ in islice(items, since.seen):
            if self._stops(record):
                return not self._is_left(record)
        progress.starts_here()
        done = self._pipeline.run(
            items, progress.watch, since=since, settled=settled,
            stopping=lambda: self._stops(record),
        )  # fmt: skip
        settled(done, last=True)
        return not self._is_left(record)

    def _retry(self, record: JobRecord, numbers: list[int]) -> bool:
        """The same of what is in quarantine. Nothing is noted on the way: it cannot go on there."""
        since = Summary(job_id=record.id)
        progress = Progress(record.number, [], since)
        self._at_work = progress
        anew = Retry(self._corpus.archive, numbers, self._crawl())

        def watch(item: ItemDone) -> None:
            anew.watch(item)
            progress.watch(item)

        done = self._pipeline.run(
            anew.items(), watch, since=since, stopping=lambda: self._stops(record)
        )
        if self._is_left(record):
            return False
        self._note(progress, done, done.model_dump() | {"released": anew.release()})
        return True

    def _stops(self, record: JobRecord) -> bool:
        return self._stopping.is_set() or record.number in self._canceled

    def _is_left(self, record: JobRecord) -> bool:
        """Whether the job is not over, and the next process is to go on with it."""
        return self._stopping.is_set() and record.number not in self._canceled

    def _note(self, progress: Progress, summary: Summary, counts: dict[str, Any]) -> None:
        """Writes down how far a job is, and what failed until there."""
        over = [f for f in progress.failures if f.item <= summary.seen]
        counts = counts | {"bytes_read": progress.bytes_read}
        with self._corpus.writing:
            keep_progress(self._database, progress.number, counts, over)
        progress.failures = [f for f in progress.failures if f.item > summary.seen]

    def _items(
        self, job_id: str, request: JobRequest, progress: Progress
    ) -> Iterator[Delivered | Refused]:
        for number, file in enumerate(request.files):
            yield from read(
                self._spool.path(job_id, number), request.format, request.source, request.naming,
                called=file.name, told=progress.at,
            )  # fmt: skip
            progress.file_done(file.bytes)

    def _end(self, record: JobRecord, error: str | None) -> None:
        with self._corpus.writing:
            end_job(self._database, record.number, error)
        self._spool.drop(record.id)
