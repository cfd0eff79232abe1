"""A run's configuration as lines of name and value."""

from collections.abc import Iterator, Mapping
from typing import Any


def flat(values: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    """Every value with the dotted name that leads to it; lists are told in one line."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{under}{name}.")
        else:
            yield f"{under}{name}", _told(value)


def _told(value: Any) -> str:
    if value is None or value in ({}, []):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_told(item) for item in value)
    return str(value)
