"""A run's configuration, which is a tree, as a list of names and values."""

from collections.abc import Iterator, Mapping
from typing import Any


def leaves(values: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no mapping, after the dotted name that leads to it."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{under}{name}.")
        else:
            yield f"{under}{name}", value


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The leaves in words; lists are told in one line."""
    for name, value in leaves(values):
        yield name, _told(value)


def _told(value: Any) -> str:
    if value is None or value in ({}, []):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_told(item) for item in value)
    return str(value)
