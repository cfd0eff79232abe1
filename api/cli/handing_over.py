"""Hands files to the server that holds the corpus, and shows how far it is with them."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from api.cli.console import complain, remark
from api.cli.progress import Progress
from api.client import RemoteEngine
from api.client.following import Following
from ingest.job_told import Job
from ingest.sources import Delivered, Format, Naming, Refused
from ingest.sources.items import ReadingOptions
from ingest.sources.reading import name_of, open_file
from ingest.summary import Summary
from rag.archive.quarantine import keep_items
from rag.archive_opening import open_archive
from rag.errors import UnreachableError
from rag.settings import Settings


class Handing:
    """Has a server ingest what is read here, and waits for it.

    What cannot be read here is refused and kept in quarantine, as if it had been ingested here.

    Args:
        server: holds the corpus.
        settings: of the same corpus.
        progress: shows how far it is.
        stopping: once it is true nothing more is sent; a job that was sent is left to the server.

    Attributes:
        summary: of all jobs; where one was left to the server, as it was by then.
    """

    def __init__(
        self,
        server: RemoteEngine,
        settings: Settings,
        progress: Progress,
        stopping: Callable[[], bool],
    ) -> None:
        self.summary = Summary(job_id="")
        self._server = server
        self._settings = settings
        self._progress = progress
        self._stopping = stopping
        remark(f"The server at {server.url} holds the corpus; it ingests what is read here.")

    def files(
        self,
        files: Sequence[Path],
        format: Format,  # noqa: A002
        source: str | None,
        naming: Naming,
    ) -> None:
        """Sends files as they are.

        Args:
            files, format, source, naming: see `api.cli.ingest.put`.

        Raises:
            KeyboardInterrupt: it was stopped before all was sent; nothing is ingested.
            NewsciteError: the server refuses the files, or the job as a whole failed.
        """
        lost = {file: reason for file in files if (reason := _unreadable(file)) is not None}
        sent = [file for file in files if file not in lost]
        if sent:
            self._wait(self._send(sent, format, source, naming).id)
        options = ReadingOptions(format=format, source=source, naming=naming)
        self._quarantine(
            [Refused(name_of(file), why, b"", options=options) for file, why in lost.items()]
        )

    def fetched(self, items: Iterable[Delivered | Refused]) -> None:
        """Sends what was fetched here as JSON, an article a line.

        Raises:
            KeyboardInterrupt, NewsciteError: as for files.
        """
        refused: list[Refused] = []
        with TemporaryDirectory() as folder:
            file = Path(folder, "fetched.jsonl")
            with file.open("w", encoding="utf-8") as lines:
                for item in items:
                    if self._stopping():
                        self._break_off()
                    if isinstance(item, Refused):
                        refused.append(item)
                    else:
                        lines.write(item.article.model_dump_json(exclude_unset=True) + "\n")
            self._quarantine(refused)
            if file.stat().st_size:
                self.files([file], "jsonl", None, {})

    def _send(
        self,
        files: Sequence[Path],
        format: Format,  # noqa: A002
        source: str | None,
        naming: Naming,
    ) -> Job:
        try:
            return self._server.ingest(files, format, source, naming, self._sent)
        except UnreachableError as error:
            raise UnreachableError(
                f"{error}: it went away before it had said that the files are there. Start it "
                "again and run the same command again; what is in by then is skipped"
            ) from error

    def _sent(self, so_far: int) -> None:
        self._progress.sending(so_far)
        if self._stopping():
            self._break_off()

    def _break_off(self) -> None:
        complain("Interrupted before all was sent; nothing of it is ingested.")
        raise KeyboardInterrupt

    def _quarantine(self, refused: Sequence[Refused]) -> None:
        if not refused:
            return
        from ingest.batches import to_keep  # which takes half a second

        for item in refused:
            complain(f"{item.where}: {item.reason}")
        with open_archive(self._settings) as archive:
            keep_items(archive.engine, self.summary.job_id, [to_keep(item) for item in refused])
        self.summary.seen += len(refused)
        self.summary.quarantined += len(refused)

    def _wait(self, job_id: str) -> None:
        job = follow(self._server, job_id, self._progress.job, self._stopping)
        self._add(Summary.model_validate(job.model_dump() | {"job_id": job_id}))

    def _add(self, done: Summary) -> None:
        self.summary.add(done)
        self.summary.seconds += done.seconds
        self.summary.job_id = done.job_id


def follow(
    server: RemoteEngine, job_id: str, show: Callable[[Job], None], stopping: Callable[[], bool]
) -> Job:
    """Waits until a job of a server is over.

    Args:
        show: given the job again and again, with the failures that have come since.
        stopping: once it is true the job is left to the server.

    Returns:
        The job at its end, or as it was when it was left.

    Raises:
        NewsciteError: it failed as a whole.
        ConflictError: somebody canceled it.
        UnreachableError: the server went away.
    """
    following = Following(job_id)
    while True:
        try:
            job = server.job(job_id, failures_after=following.after)
        except UnreachableError as error:
            raise UnreachableError(
                f"the server at {server.url} went away. The job {job_id} is kept and goes on when "
                "the server is started again; to run the same command again changes nothing"
            ) from error
        show(job)
        pause_s = following.take(job)
        if pause_s is None or stopping():
            return job
        time.sleep(pause_s)


def left_to(server: RemoteEngine, job_id: str) -> str:
    """What becomes of a job that is not waited for any longer, and how to end it."""
    return (
        f"The server at {server.url} goes on with the job {job_id} by itself. "
        f"To cancel it: curl -X DELETE {server.url}/v1/ingest-jobs/{job_id}"
    )


def _unreadable(file: Path) -> str | None:
    try:
        open_file(file).close()
    except OSError as error:
        return f"the file cannot be read: {error.strerror or error}"
    return None
