"""Waiting for the end of an ingest job: when to ask again, and what its end means."""

from api.client import requests
from api.client.exchange import Request
from ingest.job_told import FailedItem, Job
from rag.errors import ConflictError, NewsciteError

ASKED_EVERY_S = 0.3


class Following:
    """What has been told of a job so far.

    Attributes:
        failures: what could not be ingested, as far as it was told.
    """

    def __init__(self, job_id: str) -> None:
        self.failures: list[FailedItem] = []
        self._job_id = job_id

    @property
    def request(self) -> Request[Job]:
        """Asks for the job, with the failures that have not been told."""
        return requests.job(self._job_id, failures_after=self.after)

    @property
    def after(self) -> int:
        """The item after which failures have not been told."""
        return max((failure.item for failure in self.failures), default=0)

    def take(self, job: Job) -> float | None:
        """The seconds after which to ask again; None: the job is done, and all is told.

        Raises:
            NewsciteError: it failed as a whole.
            ConflictError: somebody canceled it.
        """
        self.failures += job.failures
        if job.state == "failed":
            raise NewsciteError(f"the server could not finish the job {self._job_id}: {job.error}")
        if job.state == "canceled":
            raise ConflictError(
                f"the job {self._job_id} was canceled at the server; what it had ingested is in"
            )
        if job.failures:  # of many, a page at a time
            return 0
        return None if job.state == "done" else ASKED_EVERY_S

    def whole(self, job: Job) -> Job:
        """The job with every failure that was told, not the last page alone."""
        return job.model_copy(update={"failures": self.failures})
