"""What the OpenAPI description says of errors: each status that an operation really answers with.

A route names the errors of its own (`problems`). What comes before any route, by what an operation
is, is added here: a key, a rate, a body, a turn.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api.access.admission import takes_a_turn
from api.access.scopes import needed_scope
from api.idempotency import PATHS as IDEMPOTENT
from api.idempotency import REPLAYED
from api.schemas import Problem
from rag.errors import (
    BusyError,
    ForbiddenError,
    NewsciteError,
    NotAcceptableError,
    StorageError,
    TimedOutError,
    TooLargeError,
    TooManyRequestsError,
    UnauthorizedError,
    UnderWayError,
    UnknownHostError,
    UnsupportedMediaTypeError,
    UsageError,
)

PROBLEM_JSON = "application/problem+json"

_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_READING = {"get", "head"}
_BROKEN = {"description": "The body broke off", "content": {PROBLEM_JSON: {"schema": _SCHEMA}}}


def problems(*kinds: type[NewsciteError]) -> dict[int | str, dict[str, Any]]:
    """A route's `responses` for the errors that it may end with."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        one = told.setdefault(
            kind.status, {"description": "", "content": {PROBLEM_JSON: {"schema": _SCHEMA}}}
        )
        one["description"] = "; ".join(filter(None, (one["description"], kind.title)))
    return told


def describe_problems(app: FastAPI) -> None:
    """Adds what may go wrong to each operation of the application's description."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            api = plain()
            schemas = api.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own
                schemas.pop(unused, None)
            for path, operations in api["paths"].items():
                for method, operation in operations.items():
                    _describe(path, method, operation)
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None)  # FastAPI's own; ours says the same in the form of all the others
    for status, told in problems(*_errors(path, method, operation)).items():
        before = responses.setdefault(str(status), told)
        if before is not told:
            before["description"] += "; " + told["description"]
    if "requestBody" in operation:
        responses.setdefault("400", _BROKEN)
    if method == "post" and path in IDEMPOTENT:
        for done in (told for status, told in responses.items() if status.startswith("2")):
            done["headers"] = done.get("headers", {}) | REPLAYED
    operation["responses"] = dict(sorted(responses.items()))


def _errors(path: str, method: str, operation: dict[str, Any]) -> Iterator[type[NewsciteError]]:
    yield from (UnknownHostError, NotAcceptableError, NewsciteError)
    if needed_scope(method.upper(), path) is not None:
        yield from (UnauthorizedError, ForbiddenError, TooManyRequestsError)
    if "requestBody" in operation or "parameters" in operation:
        yield UsageError
    if "requestBody" in operation:
        yield from (TooLargeError, UnsupportedMediaTypeError)
    if method == "post" and path in IDEMPOTENT:
        yield UnderWayError
    turn = takes_a_turn(method.upper(), path)
    if method not in _READING and turn != "question":
        yield StorageError
    if turn is not None:
        yield BusyError
    if turn == "question":
        yield TimedOutError
