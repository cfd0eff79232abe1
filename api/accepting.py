"""What a client takes (RFC 9110, section 12.5.1): an address that has none of it says so."""

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from rag.errors import NotAcceptableError

_JSON = "application/json"


def _acceptable(request: Request) -> None:
    accepted = ",".join(request.headers.getlist("accept"))
    kinds = _kinds(request.scope["route"])
    if accepted.strip() and not any(takes(accepted, kind) for kind in kinds):
        raise NotAcceptableError(
            f"this is answered as {' or '.join(kinds)}, and not as {accepted}; "
            "take that in Accept, or */*"
        )


ACCEPTABLE = Depends(_acceptable)
"""Of a route: refuses whoever takes nothing that the route is described to answer with.

Raises:
    NotAcceptableError: of another kind than all of these is what the client takes.
"""


def takes(accepted: str, kind: str) -> bool:
    """Whether an Accept header takes a media type: what is closest to it decides.

    Args:
        accepted: the header's value.
        kind: the media type in small letters, without parameters.
    """
    weights = dict(_weighed(each) for each in accepted.split(","))
    for name in (kind, kind.partition("/")[0] + "/*", "*/*"):
        if name in weights:
            return weights[name] > 0
    return False


def _weighed(media_range: str) -> tuple[str, float]:
    """A media range and its weight, which is 1 if it cannot be read."""
    name, *parameters = (part.strip().lower() for part in media_range.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                break
    return name, 1.0


def _kinds(route: APIRoute) -> list[str]:
    """The media types that a route is described to answer with when all is well."""
    kinds = [] if route.response_model is None else [_JSON]
    for status, described in route.responses.items():
        if str(status).startswith("2"):
            kinds += [kind for kind in described.get("content", {}) if kind not in kinds]
    return kinds
