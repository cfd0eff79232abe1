"""`Link: rel="next"` (RFC 8288): a client reads a list to its end and need not know ours."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

NEXT = {
    "Link": {
        "schema": {"type": "string"},
        "description": 'The next page, as `rel="next"`, relative to this address; not on the last.',
    }
}
PAGED: dict[int | str, dict[str, Any]] = {200: {"headers": NEXT}}
"""For the description of a route that gives a list page by page: its responses."""


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Says in `response` where the next page is, which `cursor` begins; None: this is the last."""
    if cursor is not None:
        # The query alone: whatever a proxy calls the path, it is the same one.
        query = request.url.include_query_params(cursor=cursor).query
        response.headers["Link"] = f'<?{query}>; rel="next"'
