"""Hands files to the server that holds the corpus, and shows how far it is with them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from api.cli.console import complain, remark
from api.cli.progress import Progress
from api.client import RemoteEngine
from ingest.sources import Format, Naming
from ingest.sources.reading import name_of, open_file
from ingest.summary import Summary
from rag.corpus import open_archive
from rag.errors import NewsciteError
from rag.settings import Settings

_ASKED_EVERY_S = 0.3


def hand_over(
    server: RemoteEngine,
    settings: Settings,
    files: Sequence[Path],
    format: Format,  # noqa: A002
    source: str | None,
    naming: Naming,
    progress: Progress,
    stopping: Callable[[], bool],
) -> Summary:
    """Has a server ingest files, and waits for it.

    A file that cannot be read here is refused and kept in quarantine, as if it had been ingested
    here.

    Args:
        server: holds the corpus.
        settings: of the same corpus.
        files, format, source, naming: see `api.cli.ingest.put`.
        progress: shows how far it is.
        stopping: once it is true nothing more is sent; a job that was sent is left to the server.

    Returns:
        The job's summary; where it was left to the server, as it is by then.

    Raises:
        KeyboardInterrupt: it was stopped before all was sent; nothing is ingested.
        NewsciteError: the server refuses the files, or the job as a whole failed.
    """
    remark(f"The server at {server.url} holds the corpus; it ingests the files.")
    lost = {file: reason for file in files if (reason := _unreadable(file)) is not None}
    sent = [file for file in files if file not in lost]
    summary = Summary(job_id="")
    if sent:
        summary = _wait(server, _send(server, sent, format, source, naming, progress, stopping),
                        progress, stopping)  # fmt: skip
    if lost:
        with open_archive(settings) as archive:
            for file, reason in lost.items():
                complain(f"{name_of(file)}: {reason}")
                archive.quarantine(summary.job_id, name_of(file), reason, b"")
        summary.seen += len(lost)
        summary.quarantined += len(lost)
    return summary


def _unreadable(file: Path) -> str | None:
    try:
        open_file(file).close()
    except OSError as error:
        return f"the file cannot be read: {error.strerror or error}"
    return None


def _send(
    server: RemoteEngine,
    files: Sequence[Path],
    format: Format,  # noqa: A002
    source: str | None,
    naming: Naming,
    progress: Progress,
    stopping: Callable[[], bool],
) -> str:
    def sent(so_far: int) -> None:
        progress.sending(so_far)
        if stopping():
            complain("Interrupted before all was sent; nothing is ingested.")
            raise KeyboardInterrupt

    return server.ingest(files, format, source, naming, sent).id


def _wait(
    server: RemoteEngine, job_id: str, progress: Progress, stopping: Callable[[], bool]
) -> Summary:
    shown = 0
    while True:
        job = server.job(job_id, failures_after=shown)
        progress.job(job)
        shown = max([shown, *(failure.item for failure in job.failures)])
        if job.state == "failed":
            raise NewsciteError(f"the server could not finish the job {job_id}: {job.error}")
        told = not job.failures  # of many, a page at a time
        if (job.state == "done" and told) or stopping():
            return Summary.model_validate(job.model_dump() | {"job_id": job_id})
        if told:
            time.sleep(_ASKED_EVERY_S)
