"""What is wrong with a field of a request, in words that say what to do."""

from collections.abc import Mapping
from typing import Any

_NO_TIME = "is no time; write one as in 2026-03-04 or 2026-03-04T08:00:00Z"
_PLAIN = {
    "missing": "is missing, and has to be given",
    "extra_forbidden": "there is no such field; /docs lists those there are",
    "model_attributes_type": "has to be a JSON object; send one as Content-Type: application/json",
    "datetime_parsing": _NO_TIME,
    "datetime_from_date_parsing": _NO_TIME,
    "datetime_type": _NO_TIME,
}


def what_is_wrong(error: Mapping[str, Any]) -> str:
    """What is wrong with a field and what to do, where pydantic says it in its own terms.

    Args:
        error: one of a `ValidationError`.
    """
    given, bounds = error.get("input"), error.get("ctx", {})
    match error["type"]:
        case kind if kind in _PLAIN:
            return _PLAIN[kind]
        case "string_too_short" if isinstance(given, str) and not given.strip():
            return "is empty"
        case "string_too_long" if isinstance(given, str):
            most = bounds["max_length"]
            return f"has {len(given.strip()):,} characters; at most {most:,} are possible"
    return str(error["msg"]).removeprefix("Value error, ")
