"""What the archive keeps of an ingest job, and what it tells of it."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import Engine

from ingest.job_told import FAILURES, FailedItem, Job
from ingest.progress import Progress
from ingest.sources import Format
from ingest.spool import SpooledFile
from ingest.summary import Summary
from rag.archive.jobs import JobFailure, JobRecord, failures_of


class JobRequest(BaseModel):
    """What was sent: the files in their order, how to read them, and who sent them; or what is to
    be retried.

    Attributes:
        retry: numbers of items in quarantine; None: it is an upload.
    """

    files: list[SpooledFile] = []
    format: Format = "auto"
    source: str | None = None
    naming: dict[str, str] = {}
    retry: list[int] | None = None
    who: dict[str, Any] = {}


def told_of(
    database: Engine, record: JobRecord, progress: Progress | None, failures_after: int
) -> Job:
    """A job as it is now.

    Args:
        database: the archive's.
        record: what the archive holds of the job.
        progress: how far it is, where it is at work.
        failures_after: the item behind which the page of failures begins.
    """
    # What is in memory first: it may be written down, and leave it, at any moment.
    waiting = progress.failures if progress else []
    failures = {f.item: f for f in waiting if f.item > failures_after}
    written = failures_of(database, record.number, failures_after, FAILURES)
    failures |= {failure.item: failure for failure in written}
    later = sorted(failures.values(), key=_item)
    request = JobRequest.model_validate(record.request)
    summary = Summary.model_validate(record.counts)
    if progress is not None and record.state in ("running", "canceled"):
        summary = progress.summary.model_copy()
    total = sum(file.bytes for file in request.files)
    return Job(
        **summary.model_dump(),
        id=record.id,
        state=record.state,
        created_at=record.created,
        started_at=record.started,
        finished_at=record.finished,
        files=request.files,
        bytes_total=total,
        bytes_read=_bytes_read(record, progress, total),
        total=summary.seen if record.state == "done" else None,
        items_per_second=round(summary.seen / summary.seconds, 1) if summary.seconds else None,
        seconds_left=progress.seconds_left() if progress and record.state == "running" else None,
        failures=[
            FailedItem(item=f.item, where=f.place, reason=f.reason) for f in later[:FAILURES]
        ],
        error=record.error,
        retried=None if request.retry is None else len(request.retry),
        released=record.counts.get("released"),
    )


def _bytes_read(record: JobRecord, progress: Progress | None, total: int) -> int:
    if record.state == "done":
        return total
    return progress.bytes_read if progress else int(record.counts.get("bytes_read", 0))


def _item(failure: JobFailure) -> int:
    return failure.item
