"""Where the command line prints: results on stdout, everything else on stderr."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.text import Text

# NO_COLOR (no-color.org) is taken to mean no style either, and no links: no escape sequence at all.
_COLOURS: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"

out = Console(color_system=_COLOURS, highlight=False, soft_wrap=False)
err = Console(color_system=_COLOURS, stderr=True, highlight=False)

UNTITLED = "Untitled"
"""What stands for the title of an article that has none."""


def complain(message: str) -> None:
    """An error, in red where there is colour."""
    err.print(Text(message, style="bold red"), soft_wrap=True)


def remark(message: str) -> None:
    """Something to know that is not the result."""
    err.print(Text(message, style="dim"), soft_wrap=True)


def reply(message: str) -> None:
    """What a line of a conversation is answered with that is no answer of the corpus."""
    out.print(Text(message, style="dim"), soft_wrap=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Shows on standard error, if that is a terminal, that something takes a while."""
    if not sys.stderr.isatty() or err.is_dumb_terminal or _COLOURS is None:
        yield
        return
    with err.status(Text(what, style="dim"), spinner="dots", spinner_style="dim"):
        yield


def print_json(document: str) -> None:
    """Exactly one JSON document on stdout, untouched by width or colour."""
    sys.stdout.write(document + "\n")
