"""Tells in the OpenAPI description how a key is sent, and which scope each operation needs."""

from typing import Any

from fastapi import FastAPI

from api.access.scopes import needed_scope

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, which `newscite keys create` makes. A server that has no key "
        "needs none, and answers on the loopback interface alone.",
    },
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def describe_scopes(app: FastAPI) -> None:
    """Adds the security schemes, and to each operation its scope, as OpenAPI 3.1 names roles."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            api = plain()
            api.setdefault("components", {})["securitySchemes"] = _SCHEMES
            for path, methods in api["paths"].items():
                for method, operation in methods.items():
                    scope = needed_scope(method.upper(), path)
                    if scope is not None:
                        operation["security"] = [{"bearer": [scope]}, {"header": [scope]}, {}]
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]
