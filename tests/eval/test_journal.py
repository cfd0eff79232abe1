"""An interrupted run goes on where it stopped."""

from pathlib import Path
from typing import Any

import pytest
from eval_fakes import ScriptedSystem, SmallCorpus, answer, citation, gold, refusal

from eval.journal import PROGRESS
from eval.results import Run
from eval.runs import run
from eval.support import LexicalSupport
from rag.errors import UsageError

GOLD = [gold("first"), gold("second"), gold("third", answers=())]
RIGHT = answer(citation("strike", "Three ships were hit on Friday."), ranking=["strike"])
SCRIPT = {"first": RIGHT, "second": refusal(), "third": refusal()}


class Interrupted(ScriptedSystem):
    """Is interrupted at one question."""

    def __init__(self, at: str) -> None:
        super().__init__(SCRIPT)
        self._at = at

    def ask(self, question: Any) -> Any:
        if question.id == self._at:
            raise KeyboardInterrupt
        return super().ask(question)


def asked(system: ScriptedSystem, folder: Path, **gold_config: Any) -> Run:
    return run(system, SmallCorpus(), GOLD, LexicalSupport(), folder=folder, gold=gold_config)


def interrupt(folder: Path, at: str = "third") -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(Interrupted(at), folder)


def test_what_is_done_is_not_asked_again(tmp_path: Path) -> None:
    interrupt(tmp_path)
    system = ScriptedSystem(SCRIPT)
    whole = asked(system, tmp_path)
    assert system.asked == ["third"]
    assert [question.id for question in whole.questions] == ["first", "second", "third"]
    assert whole.run.resumed == 1


def test_an_interrupted_run_scores_as_one_that_was_not(tmp_path: Path) -> None:
    (tmp_path / "straight").mkdir()
    interrupt(tmp_path, "second")
    resumed = asked(ScriptedSystem(SCRIPT), tmp_path)
    straight = asked(ScriptedSystem(SCRIPT), tmp_path / "straight")
    for one, other in zip(resumed.questions, straight.questions, strict=True):
        latency = dict.fromkeys(("latency_p50_ms", "latency_p95_ms"), 0.0)
        assert one.model_copy(
            update={"timings_ms": {}, "scores": one.scores | latency}
        ) == other.model_copy(update={"timings_ms": {}, "scores": other.scores | latency})


def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    interrupt(tmp_path)
    journal = tmp_path / PROGRESS
    journal.write_bytes(journal.read_bytes()[:-40])
    system = ScriptedSystem(SCRIPT)
    assert asked(system, tmp_path).counts["questions"] == 3
    assert system.asked == ["second", "third"]


def test_another_run_does_not_go_on_with_it(tmp_path: Path) -> None:
    interrupt(tmp_path)
    with pytest.raises(
        UsageError, match=r"interrupted run of something else \(gold, gold\.sha256\)"
    ):
        asked(ScriptedSystem(SCRIPT), tmp_path, sha256="another")
    assert (tmp_path / PROGRESS).exists()


def test_a_journal_of_which_nothing_can_be_read_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / PROGRESS).write_bytes(b'{"run": {"go')
    whole = asked(ScriptedSystem(SCRIPT), tmp_path)
    assert whole.run.resumed == 0
    assert whole.counts["questions"] == 3
