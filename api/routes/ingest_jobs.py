"""/v1/ingest-jobs: files in, ingested in the background; how far each job is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api import uploads
from api.deps import JobsDep, SettingsDep
from api.description import problems
from api.idempotency import DESCRIBED
from api.paging import PAGED, link_next
from api.schemas import JOB_EXAMPLE, JobList, example
from ingest.job_records import JobRequest
from ingest.job_told import Job
from ingest.sources import Format
from ingest.sources.tables import naming_of
from rag.errors import ConflictError, NotFoundError, UsageError

PATH = "/v1/ingest-jobs"

router = APIRouter(prefix=PATH, tags=["ingest jobs"])

_FILES = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {
                "file": {
                    "type": "array",
                    "items": {"type": "string", "format": "binary"},
                    "minItems": 1,
                    "description": "One part a file, in any format that newscite reads.",
                }
            },
            "required": ["file"],
        }
    },
    "application/x-ndjson": {
        "schema": {"type": "string", "description": "An article a line."},
        "example": '{"id": "gazette-1", "title": "Harbour reopens", "text": "The harbour ..."}\n',
    },
}
_OPTIONS = ("format", "source", "map")
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The job is queued; its address is in Location",
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"example": JOB_EXAMPLE}},
    }
}


@router.post(
    "",
    status_code=202,
    responses=ACCEPTED,
    openapi_extra=DESCRIBED | {"requestBody": {"required": True, "content": _FILES}},
)
async def create(  # async, since the body arrives on the event loop
    request: Request,
    response: Response,
    jobs: JobsDep,
    settings: SettingsDep,
    format: Annotated[  # noqa: A002  the option's name is the command's
        Format, Query(description="What the files are; auto looks at their content.")
    ] = "auto",
    source: Annotated[
        str | None, Query(max_length=500, description="The publisher where none is named.")
    ] = None,
    map: Annotated[  # noqa: A002
        list[str] | None,
        Query(description="Which column of a table holds what: title=Headline,text=Body."),
    ] = None,
) -> Job:
    """Takes files, or articles line by line, and ingests them in the background.

    Jobs are worked on one at a time, in their order. One that is interrupted, however that comes
    about, goes on when the server is there again. What cannot be ingested is reported under
    `failures` and kept in quarantine. To send the same again changes nothing.
    """
    if unknown := request.query_params.keys() - _OPTIONS:
        raise UsageError(
            f"unknown option {', '.join(sorted(unknown))}; the options are {', '.join(_OPTIONS)}"
        )
    naming = dict(naming_of(map or []))
    with jobs.receive(settings.max_upload_bytes) as incoming:
        wanted = await uploads.receive(request, incoming, format)
        await run_in_threadpool(incoming.finish)
        asked = JobRequest(files=incoming.files, format=wanted, source=source, naming=naming)
        job = await run_in_threadpool(jobs.submit, incoming.job_id, asked)
    return accepted(job, response)


def accepted(job: Job, response: Response) -> Job:
    """A job that was queued, with its address in the response."""
    response.headers["Location"] = f"{PATH}/{job.id}"
    return job


@router.get("", responses=PAGED)
def newest(
    request: Request,
    response: Response,
    jobs: JobsDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobList:
    """The jobs, newest first. Those that are long over are forgotten."""
    page, following = jobs.newest(limit, cursor)
    link_next(request, response, following)
    return JobList(jobs=page, next_cursor=following)


@router.get("/{job_id}", responses=example(JOB_EXAMPLE) | problems(NotFoundError))
def progress(
    job_id: str,
    jobs: JobsDep,
    failures_after: Annotated[
        int, Query(ge=0, le=2**53, description="Give failures of later items only.")
    ] = 0,
) -> Job:
    """How far a job is: counts, rate, time left, and what could not be ingested."""
    return jobs.get(job_id, failures_after)


@router.delete(
    "/{job_id}",
    responses=example(JOB_EXAMPLE | {"state": "canceled"}) | problems(NotFoundError, ConflictError),
)
def cancel(job_id: str, jobs: JobsDep) -> Job:
    """Cancels a job that is queued or running. What it has ingested stays; its upload is deleted.

    One at work stops at its next item; what it has looked at is stored. Canceling it again changes
    nothing; a job that is done or failed is answered with 409.
    """
    return jobs.cancel(job_id)
