"""Pages of other sites that may use the API (WHATWG Fetch, "CORS protocol"); by default none."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_ASKED_AGAIN_S = 600  # how long a browser remembers what it was told


def sites(origins: Sequence[str]) -> dict[str, Any]:
    """How Starlette's CORSMiddleware is set: a page of these has to bring its key itself."""
    return {
        "allow_origins": list(origins),
        "allow_methods": ["GET", "HEAD", "POST", "DELETE"],
        "allow_headers": [
            "Authorization", "X-API-Key", "Content-Type", "X-Request-ID", "If-None-Match",
            "Idempotency-Key", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name",
        ],
        "expose_headers": [
            "X-Request-ID", "Location", "ETag", "Retry-After", "RateLimit", "RateLimit-Policy",
            "Link", "Idempotency-Replayed",
        ],
        "max_age": _ASKED_AGAIN_S,
    }  # fmt: skip


def another_site(headers: Headers, origins: Sequence[str]) -> str | None:
    """The site whose page sends a request, if it is neither this server's own nor one of these."""
    origin = headers.get("origin")
    if origin is None or origin in origins or urlsplit(origin).netloc == headers.get("host"):
        return None
    return origin
