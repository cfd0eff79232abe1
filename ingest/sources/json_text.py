"""From the bytes of one JSON value to what it says, or what is wrong with it in words."""

import json
from typing import NoReturn

from rag.errors import IngestError


def parse(raw: bytes, where: str, what: str) -> object:
    """The value that the bytes hold.

    Args:
        what: the value's name in an error: "the line", "the item".

    Raises:
        IngestError: it is not UTF-8 or not JSON (RFC 8259), or it names something twice with
            different values, so that nobody can tell which one is meant.
    """
    try:
        return json.loads(
            raw.decode(), parse_constant=_refuse_constant, object_pairs_hook=_unambiguous
        )
    except UnicodeDecodeError as error:
        raise IngestError(f"{what} is not UTF-8 (byte {error.start + 1:,})", where) from None
    except json.JSONDecodeError as error:
        raise IngestError(f"not valid JSON: {error.msg} at {_place(error)}", where) from None
    except RecursionError:
        raise IngestError("not usable JSON: its values are nested too deeply", where) from None
    except ValueError as error:
        raise IngestError(f"not usable JSON: {error}", where) from None


def _place(error: json.JSONDecodeError) -> str:
    if error.lineno == 1:
        return f"character {error.pos + 1:,}"
    return f"character {error.colno:,} of its line {error.lineno:,}"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for name, value in pairs:
            if found[name] != value:
                raise ValueError(f"{name[:80]!r} stands there twice, with different values")
    return found
