"""Every error as `application/problem+json` (RFC 9457), and never a traceback."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.field_errors import what_is_wrong
from api.methods import allowed
from rag.errors import PROBLEM, NewsciteError, UnsupportedMediaTypeError, UsageError

log = structlog.get_logger()


_OURS = "this is a fault of newscite's; the server's log has it under this request_id"


def document(request_id: str, *, status: int, code: str, title: str, detail: str) -> dict[str, Any]:
    """A problem document."""
    return {
        "type": PROBLEM + code,
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }


def in_a_stream(error: Exception, request_id: str) -> dict[str, Any]:
    """The problem document of an error that came when a response had begun; logged if ours."""
    if isinstance(error, NewsciteError):
        kind, detail = type(error), str(error)
    else:
        log.error("request failed", request_id=request_id, exc_info=error)
        kind, detail = NewsciteError, _OURS
    return document(request_id, status=kind.status, code=kind.code, title=kind.title, detail=detail)


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    checks: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem document as the response to `request`."""
    body = document(request.state.request_id, status=status, code=code, title=title, detail=detail)
    if errors is not None:
        body["errors"] = errors
    if checks is not None:
        body["checks"] = checks
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def problem_of(
    request: Request, error: NewsciteError, headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error of ours as the response to `request`."""
    return problem(
        request,
        status=error.status,
        code=error.code,
        title=error.title,
        detail=str(error),
        headers=headers,
    )


def _on_newscite_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NewsciteError)  # noqa: S101  registered for this class alone
    return problem_of(request, error)


def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if _is_no_json(request, error):
        kind = request.headers.get("content-type") or "a body without one"
        return problem_of(
            request,
            UnsupportedMediaTypeError(f"send JSON, as Content-Type: application/json, not {kind}"),
        )
    errors = [_in_words(e) for e in error.errors()]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
    return problem(
        request, status=422, code=UsageError.code, title=UsageError.title, detail=detail,
        errors=errors,
    )  # fmt: skip


def _is_no_json(request: Request, error: RequestValidationError) -> bool:
    """Whether a body is there that was not read as JSON, for its type says that it is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return False
    return any(e["loc"][0] == "body" and e["type"] != "missing" for e in error.errors())


def _in_words(error: dict[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":  # whose location is a place in the text, not a field
        place, reason = error["loc"][-1], error["ctx"]["error"]
        return {"field": "body", "message": f"is not valid JSON at character {place}: {reason}"}
    return {"field": _field(error["loc"]), "message": what_is_wrong(error)}


def _field(location: tuple[int | str, ...]) -> str:
    """`("body", "filters", "after")` as `filters.after`; what is wrong as a whole is `body`."""
    return ".".join(str(part) for part in location[1:]) or "body"


def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    title = HTTPStatus(error.status_code).phrase
    details = {
        404: f"there is nothing at {request.url.path}; /docs lists what there is",
        405: f"{request.method} is not possible at {request.url.path}; /docs says what is",
    }
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed(request.scope)  # a route names but its own
    return problem(
        request,
        status=error.status_code,
        code=title.lower().replace(" ", "-"),
        title=title,
        detail=details.get(error.status_code, str(error.detail)),
        headers=headers,
    )


def _on_anything_else(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed", request_id=request.state.request_id, exc_info=error)
    return problem(
        request,
        status=500,
        code=NewsciteError.code,
        title=NewsciteError.title,
        detail=_OURS,
        headers={"X-Request-ID": request.state.request_id},  # this is sent past the middleware
    )


def install(app: FastAPI) -> None:
    """Makes `app` answer every error with a problem document."""
    app.add_exception_handler(NewsciteError, _on_newscite_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_anything_else)
