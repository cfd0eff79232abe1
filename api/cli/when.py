"""Times as one types them: a day, or a time of it with or without a zone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import typer


def moment(value: str) -> datetime:
    """The time in UTC; a day alone is its first moment.

    Raises:
        UsageError: it is no time.
    """
    from rag.types import WrittenMoment

    return _read(WrittenMoment, value)


def as_of(value: str) -> datetime:
    """The time in UTC; a day alone is its last moment.

    Raises:
        UsageError: it is no time.
    """
    from rag.types import AsOf

    return _read(AsOf, value)


def option(read: Callable[[str], datetime]) -> Callable[[str], datetime]:
    """`moment` or `as_of` as what reads the value of a command's option."""

    def parse(value: str) -> datetime:
        from rag.errors import UsageError

        try:
            return read(value)
        except UsageError as error:
            raise typer.BadParameter(str(error)) from error

    return parse


def _read(kind: Any, value: str) -> datetime:
    from pydantic import TypeAdapter, ValidationError

    from rag.errors import UsageError

    adapter: TypeAdapter[datetime] = TypeAdapter(kind)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        ours = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(ours, ValueError):  # a rule of our own, and not of how times are written
            raise UsageError(f"{value!r}: {ours}") from error
        raise UsageError(
            f"{value!r} is no date; write one as in 2025-03-04 or 2025-03-04T08:00:00Z"
        ) from error
