"""Halves of characters: what a cut-off stream may leave in a text, and no file can hold."""

from typing import TypeVar

_Values = TypeVar("_Values")


def mended(values: _Values) -> _Values:
    """JSON values in which every lone surrogate of a text has become a question mark."""
    mended_: object = values
    if isinstance(values, str):
        mended_ = values.encode("utf-8", "replace").decode()
    elif isinstance(values, dict):
        mended_ = {mended(name): mended(value) for name, value in values.items()}
    elif isinstance(values, list):
        mended_ = [mended(value) for value in values]
    return mended_  # type: ignore[return-value]
