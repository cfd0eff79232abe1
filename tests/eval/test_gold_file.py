"""The gold file that is being written: ids that go on, safe lines, undoing, torn ends."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold_file import GoldFile
from eval.questions import GoldQuestion, read_gold
from rag.errors import UsageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storm.jsonl"


def _question(name: str = "storm-001", question: str = "What rose?", **fields: object) -> str:
    return json.dumps(
        {"id": name, "question": question, "answers": ["the river"], "answerable": True} | fields
    )


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=80).filter(str.strip),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_what_is_added_is_read_back_and_undoing_restores_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("gold") / "storm.jsonl"
    path.write_text(_question(), encoding="utf-8")  # without an end of line, as editors leave it
    file = GoldFile(path)
    states = [path.read_bytes()]
    for text in texts:
        file.add(
            GoldQuestion(id=file.next_id(), question=text, answers=texts, answerable=True, tags=[])
        )
        states.append(path.read_bytes())
    assert read_gold(path)[1:] == file.written
    for state in reversed(states[1:-1]):
        assert file.undo()
        assert path.read_bytes() == state
    assert file.undo()
    assert path.read_bytes().rstrip(b"\n") == states[0]
    assert file.undo() is None


@pytest.mark.parametrize(
    ("known", "following"),
    [
        ([], "storm-001"),
        (["x7"], "x8"),
        (["sample-009"], "sample-010"),
        (["a-2", "b-01", "a-99"], "a-100"),
        (["first", "second"], "storm-001"),
        (["storm-003", "first"], "storm-004"),
    ],
)
def test_ids_go_on_from_those_in_the_file(path: Path, known: list[str], following: str) -> None:
    lines = [_question(name, f"What about {name}?") for name in known]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert GoldFile(path).next_id() == following


@pytest.mark.parametrize("lost", [1, 2, 10, 40, 70])
def test_a_torn_last_line_is_named(path: Path, lost: int) -> None:
    path.write_text(_question() + "\n" + _question("storm-002")[:-lost], encoding="utf-8")
    with pytest.raises(UsageError, match=r"storm\.jsonl, line 2: .*cut off"):
        GoldFile(path)


def test_a_line_torn_within_a_character_is_named(path: Path) -> None:
    path.write_bytes(b'{"id": "x", "question": "caf\xc3')
    with pytest.raises(UsageError, match=r"line 1: .*cut off"):
        GoldFile(path)


def test_a_wrong_line_is_refused_as_by_any_reader(path: Path) -> None:
    path.write_text('{"id": "x", "question": "Who?", "answerable": 1}', encoding="utf-8")
    with pytest.raises(UsageError, match="answerable"):
        GoldFile(path)


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.write_text("\n")
    assert GoldFile(path).questions == []


def test_a_folder_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        GoldFile(tmp_path / "nowhere" / "gold.jsonl")


def test_a_file_that_was_edited_meanwhile_is_read_again(path: Path) -> None:
    file = GoldFile(path)
    path.write_text(_question("storm-041") + "\n", encoding="utf-8")
    assert file.next_id() == "storm-042"
    assert file.asking("what ROSE", None) == "storm-041"


def test_undoing_leaves_what_another_hand_added(path: Path) -> None:
    file = GoldFile(path)
    file.add(GoldQuestion.model_validate_json(_question()))
    with path.open("a", encoding="utf-8") as other:
        other.write(_question("storm-002") + "\n")
    with pytest.raises(UsageError, match="no longer ends with storm-001"):
        file.undo()
    assert len(read_gold(path)) == 2


def test_a_full_disk_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(_question() + "\n", encoding="utf-8")
    file = GoldFile(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        file.add(GoldQuestion.model_validate_json(_question("storm-002")))
    assert path.read_text(encoding="utf-8") == _question() + "\n"
