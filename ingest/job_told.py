"""What is sent as an ingest job, and what is told of it while it runs and after."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Engine

from ingest.progress import Progress
from ingest.sources import Format
from ingest.spool import SpooledFile
from ingest.summary import Summary
from rag.archive.jobs import JobFailure, JobRecord, JobState, failures_of

_FAILURES = 100  # of a page


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


class FailedItem(BaseModel):
    """An item that could not be ingested; it is kept in quarantine."""

    item: int = Field(description="Which of the job's items it was, counted from 1.")
    where: str = Field(description="The file and the place in it.")
    reason: str


class Job(Summary):
    """An ingest job: what was sent, how far it is, and what became of it."""

    job_id: str = Field(exclude=True)
    id: str
    state: JobState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    files: list[SpooledFile]
    bytes_total: int
    bytes_read: int = Field(description="How much of that has been read; ahead of what is stored.")
    total: int | None = Field(description="How many items there are; null until all are read.")
    items_per_second: float | None
    seconds_left: float | None = Field(description="Estimated from the bytes that are left.")
    failures: list[FailedItem] = Field(
        description=f"The first {_FAILURES} after `failures_after`; `quarantined` counts them all."
    )
    error: str | None = Field(description="Why the job as a whole failed.")
    retried: int | None = Field(
        description="How many items of the quarantine it tries again; null of an upload."
    )
    released: list[int] | None = Field(
        description="The numbers of those that left it; null until the job is over."
    )


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
    written = failures_of(database, record.number, failures_after, _FAILURES)
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
        bytes_read=total if record.state == "done" else progress.bytes_read if progress else 0,
        total=summary.seen if record.state == "done" else None,
        items_per_second=round(summary.seen / summary.seconds, 1) if summary.seconds else None,
        seconds_left=progress.seconds_left() if progress else None,
        failures=[
            FailedItem(item=f.item, where=f.place, reason=f.reason) for f in later[:_FAILURES]
        ],
        error=record.error,
        retried=None if request.retry is None else len(request.retry),
        released=record.counts.get("released"),
    )


def _item(failure: JobFailure) -> int:
    return failure.item
