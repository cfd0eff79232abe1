"""The question log: off unless it is switched on, and nothing in it outlives its days."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from observing import QUESTION, serving

ON = {"NEWSCITE_QUESTION_LOG": "true", "NEWSCITE_QUESTION_LOG_DAYS": "2"}


def _day(ago: int) -> str:
    return f"{datetime.now(UTC).date() - timedelta(days=ago)}.jsonl"


def test_switched_on_it_keeps_what_the_docs_say_and_no_more(tmp_path: Path) -> None:
    history = [{"question": "Who is Rosa Quill?", "answer": "Rosa Quill is a harbour master."}]
    with serving(tmp_path, ON) as (running, client):
        body = {"question": QUESTION, "history": history}
        answer = client.post("/v1/ask", json=body).json()
        client.post("/v1/search", json={"query": "storm"})
    folder = running.corpus.data / "questions"
    (file,) = folder.iterdir()
    (entry,) = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert set(entry) == {
        "at", "request_id", "question", "standalone_question", "mode", "answerable",
        "confidence", "citations", "ms",
    }  # fmt: skip
    assert entry["question"] == QUESTION
    assert entry["request_id"] == answer["request_id"]
    assert set(entry["citations"][0]) == {"article_id", "version", "start", "end"}
    assert "Quill" not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_over_its_days_is_deleted_also_when_it_is_switched_off(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "questions"
    folder.mkdir(parents=True)
    for name in (_day(0), _day(1), _day(2), _day(400), "notes.jsonl"):
        (folder / name).write_text("{}\n", encoding="utf-8")
    with serving(tmp_path, ON | {"NEWSCITE_QUESTION_LOG": "false"}):
        left = {file.name for file in folder.iterdir()}
    assert left == {_day(0), _day(1), "notes.jsonl"}
