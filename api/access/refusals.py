"""Refusals that come before any route: a problem document with the headers that belong to it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from api.errors import problem_of
from rag.errors import NewsciteError


def refusal(request: Request, error: NewsciteError, headers: Mapping[str, str]) -> Response:
    """The response to a request that is refused. Its body is not read, so the connection ends."""
    ends = {"Connection": "close", "Cache-Control": "no-store"}
    return problem_of(request, error, ends | dict(headers))
