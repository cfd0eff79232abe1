"""Gold files are read strictly, and refused with file, line and field."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.questions import GoldQuestion, read_gold
from rag.errors import NotFoundError, UsageError

GOOD: dict[str, Any] = {"id": "a", "question": "Who?", "answers": ["Ann"], "answerable": True}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "gold.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def test_every_field_of_the_contract_is_read(tmp_path: Path) -> None:
    full = GOOD | {
        "evidence": [{"article": "https://example.org/a", "quote": "Ann did"}],
        "nuggets": [{"text": "It was Ann", "vital": False}],
        "as_of": "2024-05-01",
        "filters": {"sources": ["Gazette"], "before": "2024-06-01T00:00:00Z"},
        "tags": ["who"],
    }
    (question,) = read_gold(written(tmp_path, full))
    assert question.evidence[0].quote == "Ann did"
    assert question.nuggets[0].vital is False
    assert question.as_of == datetime(2024, 5, 1, tzinfo=UTC)
    assert question.filters.sources == ["Gazette"]
    assert question.tags == ["who"]


def test_blank_lines_and_a_byte_order_mark_are_no_matter(tmp_path: Path) -> None:
    path = written(tmp_path, "", GOOD, "  ", GOOD | {"id": "b"})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [question.id for question in read_gold(path)] == ["a", "b"]


def test_a_line_separator_within_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    line = json.dumps(GOOD | {"answers": ["Ann\u2028Lee\x85"]}, ensure_ascii=False)
    assert read_gold(written(tmp_path, line))[0].answers == ["Ann\u2028Lee"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "not JSON"),
        ("[1, 2]", "object"),
        ({k: v for k, v in GOOD.items() if k != "question"}, "question: Field required"),
        ({k: v for k, v in GOOD.items() if k != "answerable"}, "answerable: Field required"),
        (GOOD | {"answerable": "yes"}, "answerable:"),
        (GOOD | {"question": "  "}, "question:"),
        (GOOD | {"answers": "Ann"}, "answers:"),
        (GOOD | {"answers": ["Ann", " "]}, "answers.1:"),
        (GOOD | {"answers": []}, "answers: an answerable question needs"),
        (GOOD | {"answerable": False}, "answers: an unanswerable question has none"),
        (GOOD | {"evidence": [{"quote": "x"}]}, "evidence.0.article: Field required"),
        (GOOD | {"filters": {"source": ["x"]}}, "filters.source: there is no such field"),
        (GOOD | {"evidences": []}, "evidences: there is no such field"),
        (GOOD | {"as_of": "last week"}, "as_of:"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_field(
    tmp_path: Path, line: object, said: str
) -> None:
    path = written(tmp_path, GOOD | {"id": "fine"}, "", line)
    with pytest.raises(UsageError) as refused:
        read_gold(path)
    message = str(refused.value)
    assert message.startswith(f"{path}, line 3: ")
    assert said in message
    assert "pydantic" not in message
    assert "\n" not in message


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    path.write_bytes(path.read_bytes() + b'{"id": "\xff"}\n')
    with pytest.raises(UsageError, match=r"line 2: "):
        read_gold(path)


def test_an_id_given_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, GOOD | {"id": "b"}, GOOD)
    with pytest.raises(UsageError, match=r"line 3: id: 'a' .* line 1"):
        read_gold(path)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nowhere\.jsonl"):
        read_gold(tmp_path / "nowhere.jsonl")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_gold(tmp_path)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold question"):
        read_gold(written(tmp_path, "", ""))


def test_an_unanswerable_question_needs_no_answers_or_evidence() -> None:
    question = GoldQuestion(id="a", question="Who?", answerable=False)
    assert question.answers == question.evidence == []


@pytest.mark.parametrize(
    "held", [{"evidence": [{"article": "a"}]}, {"nuggets": [{"text": "It was Ann"}]}]
)
def test_an_answerable_question_may_be_judged_by_evidence_or_nuggets_alone(
    tmp_path: Path, held: dict[str, Any]
) -> None:
    bare = {key: value for key, value in GOOD.items() if key != "answers"}
    (question,) = read_gold(written(tmp_path, bare | held))
    assert question.answerable
    assert question.answers == []


def test_real_gold_is_read_whole() -> None:
    folder = os.environ.get("NEWSCITE_BENCH_DATA")
    if not folder:
        pytest.skip("NEWSCITE_BENCH_DATA is not set: no real gold here")
    path = Path(folder) / "wikinews" / "gold-dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no {path.name} in NEWSCITE_BENCH_DATA")
    questions = read_gold(path)
    assert len(questions) == 124
    assert sum(not question.answerable for question in questions) == 26
