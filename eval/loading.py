"""Reads a run back from its folder, or says why it cannot."""

from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from eval.folder import RESULTS
from eval.results import Run
from rag.errors import NotFoundError, UsageError


def load_run(path: Path) -> Run:
    """Reads a run.

    Args:
        path: the run's folder, or its results.json.

    Raises:
        NotFoundError: there is nothing at the path, or the folder holds no results.json.
        UsageError: the file cannot be read, is not a run, or was written by another version of
            newscite (the message names the field that does not fit), or has an id twice.
    """
    file = path / RESULTS if path.is_dir() else path
    try:
        text = file.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(_missing(path)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"the run {file} cannot be read: {reason}") from error
    try:
        run = Run.model_validate_json(text)
    except ValidationError as error:
        raise UsageError(_misfit(file, error)) from error
    ids = Counter(question.id for question in run.questions)
    twice = [question for question, times in ids.items() if times > 1]
    if twice:
        raise UsageError(f"{file}: the question {twice[0]!r} is there twice; run the gold again")
    return run


def _missing(path: Path) -> str:
    if path.is_dir():
        return (
            f"{path} holds no {RESULTS}: it is not a run's folder, or the run is not finished; "
            "newscite eval run --out with that folder finishes it"
        )
    return f"there is no run {path}; give a run's folder or its {RESULTS}"


def _misfit(file: Path, error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] == "json_invalid":
        return f"{file} is not a run: it is not JSON: {problem['ctx']['error']}"
    field = ".".join(str(part) for part in problem["loc"]) or "the document"
    return (
        f"{file} is not a run, or was written by another version of newscite: {field}: "
        f"{problem['msg']}; run the gold again with this version"
    )
