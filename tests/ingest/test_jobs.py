"""Jobs take turns, go on where they were interrupted, can be canceled, and say why they failed."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

import ingest.jobs
from ingest.job_records import JobRequest, told_of
from ingest.job_told import Job
from ingest.jobs import Jobs
from ingest.pipeline import Pipeline
from ingest.progress import Progress
from ingest.retrying import chosen
from ingest.spool import Spool
from ingest.summary import Summary
from rag.archive.jobs import begin_job, end_job, job, keep_progress
from rag.archive.quarantine import NewQuarantined, keep_items, quarantine_page, quarantined
from rag.corpus import Corpus
from rag.doctor import examine
from rag.opening import open_corpus
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
    while (now := jobs.get(job_id)).state not in ("done", "failed", "canceled"):
        assert time.monotonic() < deadline, now
        time.sleep(0.01)
    return now


def line(number: int) -> str:
    return json.dumps({"id": f"a{number}", "text": f"No {number}."}) + "\n"


def lines(first: int, last: int) -> str:
    return "".join(
        "{broken\n" if number % 10 == 3 else line(number) for number in range(first, last)
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


def test_a_job_that_is_over_is_told_alike_while_its_thread_still_holds_it(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    with jobs:
        over = finished(jobs, submit(jobs, ("a.jsonl", line(1))).id)
    database = mock_corpus.archive.engine
    record = job(database, over.id)
    progress = Progress(record.number, over.files, Summary(job_id=over.id))
    progress.starts_here()
    progress.file_done(over.bytes_total)
    held = told_of(database, record, progress, 0)
    assert held == told_of(database, record, None, 0) == jobs.get(over.id)


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


def test_where_not_even_a_failure_can_be_noted_jobs_wait_and_go_on(
    mock_corpus: Corpus, mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = iter([True, True])

    def end(*arguments: Any) -> None:
        if next(full, False):
            raise OSError(28, "No space left on device")
        end_job(*arguments)

    monkeypatch.setattr(ingest.jobs, "_AGAIN_S", 0.05)
    monkeypatch.setattr(ingest.jobs, "end_job", end)
    with jobs_of(mock_corpus, mock_settings.data_dir) as jobs:
        one = submit(jobs, ("a.jsonl", '{"id": "a", "text": "11 died."}'))
        assert finished(jobs, one.id).state == "done"


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


# -- canceling -----------------------------------------------------------------------------


def test_a_job_that_waits_is_canceled_and_its_bytes_go(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    canceled = submit(jobs, ("a.jsonl", '{"id": "a", "text": "It rained."}'))
    other = submit(jobs, ("b.jsonl", '{"id": "b", "text": "It rained."}'))
    assert jobs.cancel(canceled.id).state == "canceled"
    assert [f.name for f in (mock_settings.data_dir / "jobs").iterdir()] == [other.id]
    with jobs:
        assert finished(jobs, other.id).added == 1
    assert jobs.get(canceled.id).seen == 0
    assert mock_corpus.archive.status("a") is None


def test_a_job_at_work_stops_and_what_is_in_stays(
    mock_corpus: Corpus, mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    long = submit(jobs, ("long.jsonl", "".join(map(line, range(4000)))))
    other = submit(jobs, ("b.jsonl", '{"id": "b", "text": "It rained."}'))
    with jobs:
        while jobs.get(long.id).added < 20:
            time.sleep(0.001)
        assert jobs.cancel(long.id).state == "canceled"
        assert finished(jobs, other.id).added == 1, "the next one is worked on"
        over = jobs.get(long.id)
        assert jobs.cancel(long.id) == over, "again it changes nothing"
    assert over.state == "canceled"
    assert 20 <= over.seen < 4000
    assert over.seen == over.added
    assert len(mock_corpus.archive.searchable()) == over.added + 1
    assert list((mock_settings.data_dir / "jobs").iterdir()) == []
    assert examine(mock_corpus).healthy


def test_a_job_that_was_canceled_does_not_go_on_at_the_next_start(
    mock_corpus: Corpus, mock_settings: Settings
) -> None:
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    asked = submit(jobs, ("a.jsonl", '{"id": "a", "text": "It rained."}'))
    begin_job(mock_corpus.archive.engine, job(mock_corpus.archive.engine, asked.id).number)
    jobs.cancel(asked.id)  # at work, as far as the archive knows; and then the power fails
    with jobs_of(mock_corpus, mock_settings.data_dir) as again:
        other = submit(again, ("b.jsonl", '{"id": "b", "text": "It rained."}'))
        assert finished(again, other.id).added == 1
    assert mock_corpus.archive.status("a") is None
    assert list((mock_settings.data_dir / "jobs").iterdir()) == []


# -- trying again what was refused ---------------------------------------------------------


def kept(corpus: Corpus, count: int) -> list[int]:
    """Numbers of new items in quarantine, oldest first; every third is broken for good."""
    items = [
        NewQuarantined(
            f"wire.jsonl:{number}",
            "refused then",
            b"{broken" if number % 3 == 0 else b'{"id": "q%d", "text": "It rained."}' % number,
        )
        for number in range(count)
    ]
    keep_items(corpus.archive.engine, "job", items)
    return chosen(corpus.archive, [], transient=False)


def test_a_retry_is_a_job_among_the_others(mock_corpus: Corpus, mock_settings: Settings) -> None:
    numbers = kept(mock_corpus, 9)
    jobs = jobs_of(mock_corpus, mock_settings.data_dir)
    asked = jobs.submit_retry(numbers)
    assert (asked.state, asked.retried, asked.released, asked.files) == ("queued", 9, None, [])
    with jobs:
        done = finished(jobs, asked.id)
    assert (done.seen, done.added, done.quarantined, done.total) == (9, 6, 3, 9)
    assert done.released == [n for at, n in enumerate(numbers) if at % 3]
    assert [failure.item for failure in done.failures] == [1, 4, 7]
    assert quarantine_page(mock_corpus.archive.engine).total == 3


def test_a_retry_that_was_interrupted_is_done_from_its_start(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    with open_corpus(mock_settings, "one") as corpus:
        numbers = kept(corpus, 300)
        jobs = jobs_of(corpus, mock_settings.data_dir)
        asked = jobs.submit_retry(numbers)
        with jobs:
            while jobs.get(asked.id).added < 20:
                time.sleep(0.001)
    with open_corpus(mock_settings, "two") as corpus:
        with jobs_of(corpus, mock_settings.data_dir) as again:
            done = finished(again, asked.id)
        assert (done.seen, done.added + done.unchanged, done.quarantined) == (300, 200, 100)
        assert done.unchanged >= 20
        assert len(done.released or []) == 200
        assert quarantine_page(corpus.archive.engine).total == 100
        assert examine(corpus).healthy


def test_a_retry_that_is_canceled_releases_what_is_in(
    mock_corpus: Corpus, mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    numbers = kept(mock_corpus, 900)
    with jobs_of(mock_corpus, mock_settings.data_dir) as jobs:
        asked = jobs.submit_retry(numbers)
        while jobs.get(asked.id).added < 20:
            time.sleep(0.001)
        jobs.cancel(asked.id)
    done = jobs.get(asked.id)
    assert done.state == "canceled"
    assert 20 <= done.added < 600
    assert len(done.released or []) == done.added
    assert quarantine_page(mock_corpus.archive.engine).total == 900 - done.added


# -- refusals ------------------------------------------------------------------------------


def test_refusals_that_a_crash_lost_are_met_again(
    mock_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing counts as settled before what was refused until there is kept."""
    monkeypatch.setattr("ingest.pipeline._BATCH_PASSAGES", 5)
    monkeypatch.setattr("ingest.jobs._NOTED_EVERY_S", 0.0)
    settled: list[tuple[int, int]] = []

    def note(engine: Any, number: int, counts: dict[str, Any], failures: Any) -> None:
        settled.append((counts["quarantined"], quarantine_page(engine).total))
        if len(settled) == 10:
            raise KeyboardInterrupt  # the process is gone: nothing more is written down
        keep_progress(engine, number, counts, failures)

    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("threading.excepthook", lambda _: None)
    with open_corpus(mock_settings, "one") as corpus:
        jobs = jobs_of(corpus, mock_settings.data_dir)
        asked = submit(jobs, ("one.jsonl", lines(0, 300)))
        with monkeypatch.context() as patch, jobs:
            patch.setattr("ingest.jobs.keep_progress", note)
            patch.setattr("ingest.batches.Batches.__exit__", gone)
            jobs._thread.join(PATIENCE_S)
    assert all(counted <= in_quarantine for counted, in_quarantine in settled)
    with open_corpus(mock_settings, "two") as corpus:
        assert 0 < quarantine_page(corpus.archive.engine).total < 30
        with jobs_of(corpus, mock_settings.data_dir) as again:
            done = finished(again, asked.id)
        assert (done.seen, done.quarantined) == (300, 30)
        assert quarantine_page(corpus.archive.engine).total == 30
        assert len({item.place for item in quarantined(corpus.archive.engine)}) == 30
