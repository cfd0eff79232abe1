"""What is told of an ingest job while it runs and after; light to import, as clients do."""

from datetime import datetime

from pydantic import BaseModel, Field

from ingest.spool import SpooledFile
from ingest.summary import Summary
from rag.states import JobState

FAILURES = 100
"""How many failures a page of them has."""


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
        description=f"The first {FAILURES} after `failures_after`; `quarantined` counts them all."
    )
    error: str | None = Field(description="Why the job as a whole failed.")
    retried: int | None = Field(
        description="How many items of the quarantine it tries again; null of an upload."
    )
    released: list[int] | None = Field(
        description="The numbers of those that left it; null until the job is over."
    )
