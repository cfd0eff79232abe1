"""Gold questions: what to ask, what a right answer is, and which articles hold it.

One JSON object a line. A gold file decides what is called better, so it is read strictly: a wrong
or unknown field is refused with its file and line, never guessed at.
"""

from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from rag.errors import NotFoundError, UsageError
from rag.types import Filters, History, Moment, QuestionText

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Evidence(BaseModel):
    """An article that holds the answer, by its id, url or title, and the words that say so."""

    model_config = ConfigDict(extra="forbid")

    article: _Text
    quote: _Text | None = None


class Nugget(BaseModel):
    """One fact that a good answer states; a vital one must not be missing."""

    model_config = ConfigDict(extra="forbid")

    text: _Text
    vital: StrictBool = True


class GoldQuestion(BaseModel):
    """A question with its known answers, or known to have none in the corpus.

    An answerable question has answers, any of which is right, or else evidence or nuggets alone:
    then what it retrieves and states is measured, and no measure of answers counts it. An
    unanswerable one has no answers, and the right response is to refuse. `as_of`, `filters` and
    `history` are asked with the question; `standalone`, a follow-up as it would be asked alone,
    is not.
    """

    model_config = ConfigDict(extra="forbid")

    id: _Text
    question: QuestionText
    answers: list[_Text] = []
    answerable: StrictBool
    evidence: list[Evidence] = []
    nuggets: list[Nugget] = []
    as_of: Moment | None = None
    filters: Filters = Field(default_factory=Filters)
    history: History = []
    standalone: QuestionText | None = None
    tags: list[_Text] = []

    @model_validator(mode="after")
    def _answers_fit(self) -> "GoldQuestion":
        if self.answerable and not (self.answers or self.evidence or self.nuggets):
            raise ValueError(
                "answers: an answerable question needs at least one answer, "
                "or evidence or nuggets to be judged by"
            )
        if not self.answerable and self.answers:
            raise ValueError("answers: an unanswerable question has none")
        return self


def read_gold(path: Path) -> list[GoldQuestion]:
    """Reads a gold file: JSON Lines in UTF-8; blank lines are skipped.

    Raises:
        NotFoundError: there is no such file.
        UsageError: the path is a folder or cannot be read, a line is not a gold question (the
            message names file, line and field), an id is given twice, or there is no question.
    """
    first_seen: dict[str, int] = {}
    questions: list[GoldQuestion] = []
    for number, line in enumerate(_bytes_of(path).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        question = _question(line, where)
        if question.id in first_seen:
            raise UsageError(
                f"{where}: id: {question.id!r} is already the question of line "
                f"{first_seen[question.id]}; give each question an id of its own"
            )
        first_seen[question.id] = number
        questions.append(question)
    if not questions:
        raise UsageError(f"{path} holds no gold question; write one JSON object a line")
    return questions


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no gold file {path}; check the path") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"the gold file {path} cannot be read: {reason}") from error


def _question(line: bytes, where: str) -> GoldQuestion:
    try:
        return GoldQuestion.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        known = ", ".join(GoldQuestion.model_fields)
        message = f"there is no such field; a gold question has {known}"
    elif problem["type"] == "json_invalid":
        message = f"the line is not JSON: {message.removeprefix('Invalid JSON: ')}"
    raise UsageError(f"{where}: {f'{field}: ' if field else ''}{message}")
