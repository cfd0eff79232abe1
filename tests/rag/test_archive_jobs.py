"""Jobs as the archive keeps them: they end once, can be canceled, and old ones go."""

import pytest

from rag.archive import Archive
from rag.archive.jobs import (
    KEPT_JOBS,
    JobFailure,
    add_job,
    begin_job,
    cancel_job,
    end_job,
    failures_of,
    job,
    keep_progress,
    list_jobs,
    next_job,
    unfinished_jobs,
)
from rag.errors import ConflictError, NotFoundError


def over(archive: Archive, job_id: str) -> int:
    """Adds a job that is done and has a failure; its number."""
    number = add_job(archive.engine, job_id, {}, {}).number
    begin_job(archive.engine, number)
    keep_progress(archive.engine, number, {}, [JobFailure(1, "a.txt", "no text")])
    end_job(archive.engine, number, None)
    return number


def test_a_canceled_job_is_not_worked_on_and_stays_canceled(archive: Archive) -> None:
    added = add_job(archive.engine, "a", {}, {})
    assert cancel_job(archive.engine, "a").state == "queued"
    assert not begin_job(archive.engine, added.number)
    end_job(archive.engine, added.number, None)
    end_job(archive.engine, added.number, "failed all the same")
    now = job(archive.engine, "a")
    assert (now.state, now.error) == ("canceled", None)
    assert now.finished is not None
    assert next_job(archive.engine) is None
    assert unfinished_jobs(archive.engine) == set()
    assert cancel_job(archive.engine, "a").state == "canceled"


@pytest.mark.parametrize(("error", "state"), [(None, "done"), ("no room", "failed")])
def test_a_job_that_is_over_cannot_be_canceled(
    archive: Archive, error: str | None, state: str
) -> None:
    number = add_job(archive.engine, "a", {}, {}).number
    end_job(archive.engine, number, error)
    with pytest.raises(ConflictError, match=rf"a is over \({state}\)"):
        cancel_job(archive.engine, "a")
    assert job(archive.engine, "a").state == state
    with pytest.raises(NotFoundError, match="'b'"):
        cancel_job(archive.engine, "b")


def test_of_the_jobs_that_are_over_only_the_newest_are_kept(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEPT_JOBS == 1000
    monkeypatch.setattr("rag.archive.jobs.KEPT_JOBS", 5)
    waiting = add_job(archive.engine, "waiting", {}, {})
    numbers = {job_id: over(archive, job_id) for job_id in "abcdefg"}
    newest = add_job(archive.engine, "newest", {}, {})
    kept = [each.id for each in list_jobs(archive.engine, 100)[0]]
    assert kept == ["newest", "g", "f", "e", "d", "waiting"]
    assert failures_of(archive.engine, numbers["c"], 0, 10) == []
    assert len(failures_of(archive.engine, numbers["d"], 0, 10)) == 1
    assert waiting.number < numbers["a"] < newest.number
