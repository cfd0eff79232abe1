"""Which scope of a key each address needs. What is not named here needs `admin`."""

from rag.api_keys import KeyHash, Scope
from rag.errors import ForbiddenError

# They tell nothing of an article: whether the server is alive and ready, the page that asks for a
# key when it needs one, and the description of the API.
_OPEN = {"/", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"}
_OPEN_FOLDERS = ("/page/", "/static-offline-docs/")

READING = ("GET", "HEAD")
"""The methods that change nothing."""

_JOB = "/v1/ingest-jobs/"
_NEEDED: tuple[tuple[str, Scope, Scope], ...] = (  # the address, to read there, to do more there
    ("/v1/ask", "ask", "ask"),
    ("/v1/search", "ask", "ask"),
    ("/v1/timeline", "ask", "ask"),
    ("/v1/chat/completions", "ask", "ask"),
    ("/v1/models", "ask", "ask"),
    ("/v1/citations", "ask", "ask"),
    ("/v1/corpus", "ask", "ask"),
    ("/metrics", "ask", "ask"),
    ("/mcp", "ask", "ask"),
    ("/v1/articles", "ask", "ingest"),
    ("/v1/ingest-jobs", "ingest", "ingest"),
    ("/v1/quarantine", "ingest", "ingest"),
)


def needed_scope(method: str, path: str) -> Scope | None:
    """The scope that a request needs; None if it needs no key."""
    if path in _OPEN or path.startswith(_OPEN_FOLDERS):
        return None
    for address, to_read, to_do in _NEEDED:
        if path == address or path.startswith(address + "/"):
            return to_read if method in READING else to_do
    return "admin"


def is_watching(method: str, path: str) -> bool:
    """Whether a request asks how far a job is, as clients do again and again: it is not counted."""
    return method == "GET" and path.startswith(_JOB)


def may(key: KeyHash | None, scope: Scope) -> bool:
    """Whether a request that was let in may do what a scope allows.

    Args:
        key: None where the server has no keys, and everybody may.
        scope: what is needed.
    """
    return key is None or key.allows(scope)


def demand(key: KeyHash | None, scope: Scope, what: str) -> None:
    """Returns if a key that was let in may do more than its address needs.

    Args:
        key, scope: see `may`.
        what: for which it is.

    Raises:
        ForbiddenError: it has not that scope.
    """
    if key is not None and not may(key, scope):
        raise ForbiddenError(f"the API key {key.name!r} has no scope {scope!r}, which {what} needs")
