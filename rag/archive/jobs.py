"""Ingest jobs as the archive keeps them: what was asked for, how far it is, what failed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rag.archive.records import RowLike, moment
from rag.archive.schema import job_failures, jobs
from rag.archive.transactions import writing
from rag.errors import NotFoundError

JobState = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job.

    Attributes:
        number: its place in the order in which jobs came.
        starts: how often it was begun since it last got on.
        request: what was asked for, as the pipeline wrote it.
        counts: what became of it so far, the same.
        error: why it failed.
    """

    number: int
    id: str
    state: JobState
    created: datetime
    started: datetime | None
    finished: datetime | None
    starts: int
    request: dict[str, Any]
    counts: dict[str, Any]
    error: str | None


@dataclass(frozen=True, slots=True)
class JobFailure:
    """An item that could not be ingested: which of the job's items, from where, and why."""

    item: int
    place: str
    reason: str


def add_job(
    engine: Engine, job_id: str, request: dict[str, Any], counts: dict[str, Any]
) -> JobRecord:
    """Queues a job behind all others."""
    row = insert(jobs).values(
        id=job_id, state="queued", created=int(time.time()), starts=0, request=request,
        counts=counts,
    )  # fmt: skip
    with writing(engine) as connection:
        connection.execute(row)
    return job(engine, job_id)


def job(engine: Engine, job_id: str) -> JobRecord:
    """One job.

    Raises:
        NotFoundError: there is none of that id.
    """
    with engine.connect() as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFoundError(f"there is no ingest job {job_id!r}")
    return _record(row)


def list_jobs(engine: Engine, limit: int) -> list[JobRecord]:
    """The newest jobs, newest first."""
    query = select(jobs).order_by(jobs.c.number.desc()).limit(limit)
    with engine.connect() as connection:
        return [_record(row) for row in connection.execute(query)]


def next_job(engine: Engine) -> JobRecord | None:
    """The oldest job that is not over; one that was interrupted comes before those after it."""
    query = select(jobs).where(jobs.c.state.in_(("queued", "running"))).order_by(jobs.c.number)
    with engine.connect() as connection:
        row = connection.execute(query.limit(1)).first()
    return None if row is None else _record(row)


def unfinished_jobs(engine: Engine) -> set[str]:
    """The ids of the jobs that are not over."""
    query = select(jobs.c.id).where(jobs.c.state.in_(("queued", "running")))
    with engine.connect() as connection:
        return set(connection.scalars(query))


def begin_job(engine: Engine, number: int) -> None:
    """Notes that a job is being worked on, once more."""
    now = int(time.time())
    change = {
        "state": "running",
        "started": func.coalesce(jobs.c.started, now),
        "starts": jobs.c.starts + 1,
    }
    with writing(engine) as connection:
        connection.execute(update(jobs).where(jobs.c.number == number).values(change))


def keep_progress(
    engine: Engine, number: int, counts: dict[str, Any], failures: Sequence[JobFailure]
) -> None:
    """Notes how far a job is and what failed on the way; the same failure again is noted once."""
    rows = [
        {"job_number": number, "item": f.item, "place": f.place, "reason": f.reason}
        for f in failures
    ]
    with writing(engine) as connection:
        change = {"counts": counts, "starts": 1}
        connection.execute(update(jobs).where(jobs.c.number == number).values(change))
        if rows:
            connection.execute(upsert(job_failures).on_conflict_do_nothing(), rows)


def end_job(engine: Engine, number: int, error: str | None) -> None:
    """Notes that a job is done, or why it failed."""
    change = {
        "state": "done" if error is None else "failed",
        "finished": int(time.time()),
        "error": error,
    }
    with writing(engine) as connection:
        connection.execute(update(jobs).where(jobs.c.number == number).values(change))


def failures_of(engine: Engine, number: int, after: int, limit: int) -> list[JobFailure]:
    """The items of a job that failed, in their order, from behind the item `after`."""
    query = (
        select(job_failures.c.item, job_failures.c.place, job_failures.c.reason)
        .where(job_failures.c.job_number == number, job_failures.c.item > after)
        .order_by(job_failures.c.item)
        .limit(limit)
    )
    with engine.connect() as connection:
        return [JobFailure(*row) for row in connection.execute(query)]


def _record(row: RowLike) -> JobRecord:
    data = dict(row._mapping)
    for name in ("created", "started", "finished"):
        data[name] = moment(data[name])
    return JobRecord(**data)
