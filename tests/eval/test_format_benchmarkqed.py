"""BenchmarkQED: assertions become nuggets, the important ones vital."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from eval.formats import read_gold_set
from rag.errors import UsageError

SAMPLES = Path(__file__).parent / "formats"


def test_assertions_become_nuggets_without_their_opening() -> None:
    first, second = read_gold_set(SAMPLES / "benchmarkqed_assertions.json").questions
    assert first.answerable
    assert not first.answers
    assert not first.evidence
    assert [(nugget.text, nugget.vital) for nugget in first.nuggets] == [
        ("The ferry ran aground.", True),
        ("Nobody was hurt.", False),
        ("Holm Lines as the owner.", True),
    ]
    assert [(nugget.text, nugget.vital) for nugget in second.nuggets] == [
        ("Its first keeper.", True)
    ]


def test_a_questions_file_is_read_with_the_assertions_beside_it() -> None:
    questions, articles, notes = read_gold_set(SAMPLES / "benchmarkqed.json")
    assert [(question.id, len(question.nuggets)) for question in questions] == [
        ("b1", 3),
        ("b2", 1),
    ]
    assert questions[1].nuggets[0].text == "The first keeper."
    assert questions[0].tags == ["benchmark-qed", "data_local"]
    assert articles == []
    assert notes == ["questions without assertions, left out: 1"]


def test_assertions_json_in_the_same_folder_will_do(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "benchmarkqed.json", tmp_path / "selected_questions.json")
    shutil.copy(SAMPLES / "benchmarkqed_assertions.json", tmp_path / "assertions.json")
    assert len(read_gold_set(tmp_path / "selected_questions.json").questions) == 2


def test_questions_without_any_assertion_cannot_be_asked(tmp_path: Path) -> None:
    bare = {"id": "b1", "text": "What happened?", "question_type": "data_global"}
    with pytest.raises(UsageError, match="no question to ask; questions without assertions"):
        read_gold_set(written(tmp_path, [bare]))


@pytest.mark.parametrize(
    ("assertions", "said"),
    [
        ([{"score": 1}], r"0\.assertions\.0.*statement: Field required"),
        ([{"statement": "  ", "score": 1}], r"'b1': nuggets\.0\.text"),
        ("none", r"0\.assertions: "),
    ],
)
def test_a_malformed_assertion_is_refused_with_its_place(
    tmp_path: Path, assertions: object, said: str
) -> None:
    entry = {"question_id": "b1", "question_text": "What happened?", "assertions": assertions}
    with pytest.raises(UsageError, match=rf"questions\.json: .*{said}"):
        read_gold_set(written(tmp_path, [entry]))


def written(folder: Path, entries: list[dict[str, Any]]) -> Path:
    path = folder / "questions.json"
    path.write_text(json.dumps(entries))
    return path


@pytest.mark.parametrize(
    ("statement", "nugget"),
    [
        ("The response should state that it rose.", "It rose."),
        ("The answer should also make clear that it rose.", "It rose."),
        ("The response should not claim that it rose.", "The response should not claim that it rose."),
        ("It rose.", "It rose."),
    ],
)  # fmt: skip
def test_only_what_opens_an_assertion_is_taken_away(
    tmp_path: Path, statement: str, nugget: str
) -> None:
    entry = {"question_id": "b1", "question_text": "What happened?", "assertions": [statement]}
    (question,) = read_gold_set(written(tmp_path, [entry])).questions
    assert question.nuggets[0].text == nugget
