"""Where the command line prints: results on stdout, everything else on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

UNTITLED = "Untitled"
"""What stands for the title of an article that has none."""


def complain(message: str) -> None:
    """An error, in red where there is colour."""
    err.print(Text(message, style="bold red"), soft_wrap=True)


def remark(message: str) -> None:
    """Something to know that is not the result."""
    err.print(Text(message, style="dim"), soft_wrap=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Shows on standard error, if that is a terminal, that something takes a while."""
    if not sys.stderr.isatty() or err.is_dumb_terminal:
        yield
        return
    with err.status(Text(what, style="dim"), spinner="dots", spinner_style="dim"):
        yield


def print_json(document: str) -> None:
    """Exactly one JSON document on stdout, untouched by width or colour."""
    sys.stdout.write(document + "\n")
