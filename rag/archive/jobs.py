"""Ingest jobs as the archive keeps them: what was asked for, how far it is, what failed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rag.archive.cursors import decode_number, encode
from rag.archive.records import RowLike, moment
from rag.archive.schema import job_failures, jobs
from rag.archive.transactions import writing
from rag.errors import ConflictError, NotFoundError
from rag.states import JobState

KEPT_JOBS = 1000
"""How many of the newest jobs are kept; older ones go when they are over."""

_LIST = "jobs"


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
    """Queues a job behind all others; of those that are over only the newest are kept."""
    row = insert(jobs).values(
        id=job_id, state="queued", created=int(time.time()), starts=0, request=request,
        counts=counts,
    )  # fmt: skip
    with writing(engine) as connection:
        connection.execute(row)
        _prune(connection)
    return job(engine, job_id)


def job(engine: Engine, job_id: str) -> JobRecord:
    """One job.

    Raises:
        NotFoundError: there is none of that id.
    """
    with engine.connect() as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFoundError(_no_job(job_id))
    return _record(row)


def list_jobs(
    engine: Engine, limit: int, cursor: str | None = None
) -> tuple[list[JobRecord], str | None]:
    """A page of the jobs, newest first, and the cursor of the next page; None on the last.

    Raises:
        UsageError: the cursor is not one that this listing gave.
    """
    query = select(jobs).order_by(jobs.c.number.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(jobs.c.number < decode_number(cursor, _LIST))
    with engine.connect() as connection:
        found = [_record(row) for row in connection.execute(query)]
    page = found[:limit]
    return page, encode(str(page[-1].number), _LIST) if len(found) > limit else None


def next_job(engine: Engine) -> JobRecord | None:
    """The oldest job that is not over; one that was interrupted comes before those after it."""
    query = select(jobs).where(_UNFINISHED).order_by(jobs.c.number)
    with engine.connect() as connection:
        row = connection.execute(query.limit(1)).first()
    return None if row is None else _record(row)


def last_finished(engine: Engine) -> JobRecord | None:
    """The newest job that is over, however it ended."""
    query = select(jobs).where(~_UNFINISHED).order_by(jobs.c.number.desc())
    with engine.connect() as connection:
        row = connection.execute(query.limit(1)).first()
    return None if row is None else _record(row)


def unfinished_jobs(engine: Engine) -> set[str]:
    """The ids of the jobs that are not over."""
    query = select(jobs.c.id).where(_UNFINISHED)
    with engine.connect() as connection:
        return set(connection.scalars(query))


def begin_job(engine: Engine, number: int) -> bool:
    """Notes that a job is being worked on, once more; False: it is over."""
    now = int(time.time())
    change = {
        "state": "running",
        "started": func.coalesce(jobs.c.started, now),
        "starts": jobs.c.starts + 1,
    }
    begun = update(jobs).where(jobs.c.number == number, _UNFINISHED).values(change)
    with writing(engine) as connection:
        return connection.execute(begun).rowcount > 0


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
    """Notes that a job is done, or why it failed; one that was canceled stays so."""
    change = {
        "state": "done" if error is None else "failed",
        "finished": int(time.time()),
        "error": error,
    }
    ended = update(jobs).where(jobs.c.number == number, _UNFINISHED).values(change)
    with writing(engine) as connection:
        connection.execute(ended)


def cancel_job(engine: Engine, job_id: str) -> JobRecord:
    """Notes that a job is not to be worked on any more; canceling it again changes nothing.

    Returns:
        The job as it was before.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: it is done, or has failed.
    """
    mine = jobs.c.id == job_id
    change = {"state": "canceled", "finished": int(time.time())}
    with writing(engine) as connection:
        row = connection.execute(select(jobs).where(mine)).first()
        if row is None:
            raise NotFoundError(_no_job(job_id))
        if row.state in ("done", "failed"):
            raise ConflictError(
                f"the ingest job {job_id} is over ({row.state}); what it ingested stays, and an "
                "article goes by DELETE /v1/articles/{id}"
            )
        connection.execute(update(jobs).where(mine, _UNFINISHED).values(change))
    return _record(row)


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


def _prune(connection: Connection) -> None:
    oldest = select(jobs.c.number).order_by(jobs.c.number.desc()).offset(KEPT_JOBS - 1).limit(1)
    old = select(jobs.c.number).where(jobs.c.number < oldest.scalar_subquery(), ~_UNFINISHED)
    connection.execute(delete(job_failures).where(job_failures.c.job_number.in_(old)))
    connection.execute(delete(jobs).where(jobs.c.number < oldest.scalar_subquery(), ~_UNFINISHED))


def _no_job(job_id: str) -> str:
    return f"there is no ingest job {job_id!r}"


_UNFINISHED = jobs.c.state.in_(("queued", "running"))
