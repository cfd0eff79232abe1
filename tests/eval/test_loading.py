"""A run is read back, or it is said why not."""

from pathlib import Path

import pytest
from run_fakes import asked, rights, run_of

from eval.loading import load_run
from rag.errors import NotFoundError, UsageError


def test_a_run_is_its_folder_or_its_file(tmp_path: Path) -> None:
    run = rights("10")
    (tmp_path / "results.json").write_text(run.model_dump_json(), encoding="utf-8")
    assert load_run(tmp_path) == load_run(tmp_path / "results.json") == run


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no run .*nowhere; give a run's folder"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(NotFoundError, match=r"holds no results\.json: it is not a run's folder"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not a run: it is not JSON: EOF"),
        ("[]", r"written by another version of newscite: the document: Input should be"),
        ('{"run": {"id": "r"}}', r"another version of newscite: run\.started_at: Field required"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_run(tmp_path)


def test_a_run_with_a_question_twice_is_refused(tmp_path: Path) -> None:
    run = run_of([asked("a", True), asked("a", False)])
    (tmp_path / "results.json").write_text(run.model_dump_json(), encoding="utf-8")
    with pytest.raises(UsageError, match="the question 'a' is there twice"):
        load_run(tmp_path)
