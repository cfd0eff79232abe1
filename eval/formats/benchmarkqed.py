"""BenchmarkQED: questions made from a corpus, with assertions that a good answer fulfils.

Layouts (https://github.com/microsoft/benchmark-qed, benchmark_qed/autoq/io/question.py and
data_model/question.py): a questions file is a list of {"id", "text", "question_type"?,
"references"?, "attributes"?: {"assertions"?}}; an assertions file is a list of {"question_id",
"question_text", "assertions"}. An assertion is {"statement", "score", ...}, or, in older files, the
statement alone. For a questions file, QUESTIONS_assertions.json or assertions.json beside it is
read as well.

Assertions become nuggets, without their opening "The response should state that". The score says
how important an assertion is, from 1 to 10 (essential): from 8 on it is vital, and so it is when no
score was given (0). There are no reference answers, so questions are judged by their nuggets alone;
a question without assertions is left out. References are numbered chunks of text, which name no
article, so there is no evidence.

Reference: BenchmarkQED, https://microsoft.github.io/benchmark-qed/.
"""

import re
from pathlib import Path

from pydantic import TypeAdapter

from eval.formats.base import Format, GoldSet, Published, bytes_of, gold_set, head_of, made, parsed
from eval.questions import GoldQuestion

_VITAL = 8
_OPENING = re.compile(
    r"\AThe (?:response|answer) should (?:also |explicitly |clearly )?"
    r"(?!not |never |avoid )(?:make clear|\w+) (?:that )?",
    re.IGNORECASE,
)


class _Assertion(Published):
    statement: str
    score: float = 0


class _Asserted(Published):
    question_id: str
    question_text: str
    assertions: list[_Assertion | str]


class _Attributes(Published):
    assertions: list[_Assertion | str] | None = None


class _Question(Published):
    id: str
    text: str
    question_type: str | None = None
    attributes: _Attributes | None = None


_QUESTIONS = TypeAdapter(list[_Question])
_ASSERTED = TypeAdapter(list[_Asserted])
_ASSERTION_KEYS = {"question_id", "question_text", "assertions"}


def _recognises(path: Path) -> bool:
    head = head_of(path)
    return head.opens == "[" and (_asserts(path) or {"id", "text", "question_type"} <= head.keys)


def _asserts(path: Path) -> bool:
    return head_of(path).keys >= _ASSERTION_KEYS


def _read(path: Path) -> GoldSet:
    questions: list[GoldQuestion] = []
    left_out = 0
    for question, assertions in _entries(path):
        if not assertions:
            left_out += 1
            continue
        kind = [question.question_type] if question.question_type else []
        questions.append(
            made(
                GoldQuestion,
                f"{path}: question {question.id!r}",
                id=question.id,
                question=question.text,
                answerable=True,
                nuggets=[_nugget(assertion) for assertion in assertions],
                tags=["benchmark-qed", *kind],
            )
        )
    notes = [f"questions without assertions, left out: {left_out}"] if left_out else []
    return gold_set(path, questions, notes=notes)


def _entries(path: Path) -> list[tuple[_Question, list[_Assertion | str]]]:
    if _asserts(path):
        return [
            (_Question(id=entry.question_id, text=entry.question_text), entry.assertions)
            for entry in parsed(_ASSERTED, bytes_of(path), str(path))
        ]
    beside: dict[str, list[_Assertion | str]] = {}
    for name in ("assertions.json", f"{path.stem}_assertions.json"):
        other = path.with_name(name)
        if other.is_file():
            asserted = parsed(_ASSERTED, bytes_of(other), str(other))
            beside.update({entry.question_id: entry.assertions for entry in asserted})
    return [
        (q, (q.attributes and q.attributes.assertions) or beside.get(q.id, []))
        for q in parsed(_QUESTIONS, bytes_of(path), str(path))
    ]


def _nugget(assertion: _Assertion | str) -> dict[str, object]:
    statement = assertion if isinstance(assertion, str) else assertion.statement
    score = 0 if isinstance(assertion, str) else assertion.score
    text = _OPENING.sub("", statement.strip())
    return {"text": text[:1].upper() + text[1:], "vital": score >= _VITAL or not score}


FORMAT = Format(
    name="benchmark-qed",
    about="BenchmarkQED's questions with assertions, or its assertions file (.json)",
    recognises=_recognises,
    read=_read,
)
