"""Which scope of a key each address needs. What is not named here needs `admin`."""

from rag.api_keys import Scope

# They tell nothing of an article: whether the server is alive and ready, the page that asks for a
# key when it needs one, and the description of the API.
_OPEN = {"/", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"}
_OPEN_FOLDERS = ("/page/", "/static-offline-docs/")

_READING = ("GET", "HEAD")
_NEEDED: tuple[tuple[str, Scope, Scope], ...] = (  # the address, to read there, to do more there
    ("/v1/ask", "ask", "ask"),
    ("/v1/search", "ask", "ask"),
    ("/v1/chat/completions", "ask", "ask"),
    ("/v1/models", "ask", "ask"),
    ("/v1/citations", "ask", "ask"),
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
            return to_read if method in _READING else to_do
    return "admin"
