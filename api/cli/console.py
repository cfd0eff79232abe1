"""Where the command line prints: results on stdout, everything else on stderr."""

import sys

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


def print_json(document: str) -> None:
    """Exactly one JSON document on stdout, untouched by width or colour."""
    sys.stdout.write(document + "\n")
