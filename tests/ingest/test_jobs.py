"""A job that is interrupted goes on where it was; jobs take turns; one that fails says why."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ingest.jobs import Job, JobRequest, Jobs
from ingest.pipeline import Pipeline
from ingest.spool import Spool
from rag.archive.jobs import begin_job, job
from rag.corpus import Corpus, open_corpus
from rag.doctor import examine
from rag.settings import Settings

PATIENCE_S = 60


def jobs_of(corpus: Corpus, data: Path) -> Jobs:
    return Jobs(corpus, Pipeline(corpus), Spool(data))


def submit(jobs: Jobs, *files: tuple[str, str]) -> Job:
    with jobs.receive(1_000_000) as incoming:
        for name, content in files:
            incoming.begin_file(name)
            incoming.write(content.encode())
        incoming.finish()
    return jobs.submit(incoming.job_id, JobRequest(files=incoming.files))


def finished(jobs: Jobs, job_id: str) -> Job:
    deadline = time.monotonic() + PATIENCE_S
    while (now := jobs.get(job_id)).state not in ("done", "failed"):
        assert time.monotonic() < deadline, now
        time.sleep(0.01)
    return now


def lines(first: int, last: int) -> str:
    return "".join(
        "{broken\n"
        if number % 10 == 3
        else json.dumps({"id": f"a{number}", "text": f"No {number}."}) + "\n"
        for number in range(first, last)
    )


def test_jobs_are_worked_on_in_their_order_and_their_bytes_go(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    first = submit(jobs, ("a.jsonl", '{"id": "a", "text": "11 died."}'))
    second = submit(jobs, ("a.jsonl", '{"id": "a", "text": "17 died."}'))
    with jobs:
        assert finished(jobs, second.id).updated == 1
        assert finished(jobs, first.id).added == 1
    assert mock_corpus.archive.article("a").text == "17 died."
    assert list((mock_settings.data_dir / "jobs").iterdir()) == []


def test_a_job_that_was_interrupted_counts_as_if_it_had_not_been(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    monkeypatch.setattr("ingest.pipeline._LOOKED_AT_TOGETHER", 4)
    with open_corpus(mock_settings, "one") as corpus:
        jobs = jobs_of(corpus, mock_settings.data_dir)
        asked = submit(jobs, ("one.jsonl", lines(0, 40)), ("two.jsonl", lines(40, 100)))
        with jobs:
            while jobs.get(asked.id).seen < 20:
                time.sleep(0.001)
    with open_corpus(mock_settings, "two") as corpus:
        again = jobs_of(corpus, mock_settings.data_dir)
        assert 20 <= again.get(asked.id).seen < 100
        with again:
            done = finished(again, asked.id)
        assert (done.seen, done.added, done.quarantined) == (100, 90, 10)
        assert [failure.item for failure in done.failures] == list(range(4, 100, 10))
        assert examine(corpus).healthy


def test_a_job_that_fails_says_why_and_the_next_one_is_done(
    mock_corpus: Corpus, mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    add = Corpus.add

    def add_or_fail(self: Corpus, batch: Any) -> Any:
        if batch[0].article_id == "bad":
            raise OSError(28, "No space left on device")
        return add(self, batch)

    monkeypatch.setattr(Corpus, "add", add_or_fail)
    failing = submit(jobs, ("a.jsonl", '{"id": "bad", "text": "It rained."}'))
    good = submit(jobs, ("a.jsonl", '{"id": "good", "text": "It rained."}'))
    with jobs:
        assert finished(jobs, good.id).added == 1
        failed = finished(jobs, failing.id)
    assert failed.state == "failed"
    assert "No space left on device" in str(failed.error)


def test_a_job_that_ends_its_process_again_and_again_is_given_up(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    deadly = submit(jobs, ("a.txt", "It rained."))
    for _ in range(5):
        begin_job(mock_corpus.archive.engine, job(mock_corpus.archive.engine, deadly.id).number)
    with jobs:
        assert "ended 5 times" in str(finished(jobs, deadly.id).error)


def test_what_is_left_of_an_upload_that_broke_off_goes(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    left = mock_settings.data_dir / "jobs" / "0123" / "0"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    with jobs_of(mock_corpus, mock_settings.data_dir):
        assert not left.parent.exists()


def test_memory_does_not_grow_with_the_file(
    mock_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what has been read and what has been settled there are never more than a few."""
    from builders import delivery

    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    read = 0
    waiting: list[int] = []

    def items() -> Any:
        nonlocal read
        for read in range(1, 1001):
            yield delivery(f"a{read}", f"Number {read}.")

    Pipeline(mock_corpus).run(items(), settled=lambda now: waiting.append(read - now.seen))
    assert max(waiting) <= 64 + 3 * 5
