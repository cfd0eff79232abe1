"""A search result."""

from rich.console import Console
from rich.text import Text

from api.cli.render.lines import BLANK, BODY, print_lines, shown, wrapped
from api.cli.render.source import heading
from api.cli.render.styles import FAINT
from rag.types import Passage


def print_passage(console: Console, found: Passage, rank: int) -> None:
    """A search result, with its number among them."""
    paragraphs = found.text.split("\n\n")
    lines = [
        *heading(console, found, f"{rank}.".ljust(len(BODY))),
        *(line for text in paragraphs for line in wrapped(console, Text(shown(text)), BODY)),
        *wrapped(console, Text(f"characters {found.start}-{found.end}", FAINT), BODY),
        Text(BODY + shown(found.article_id), FAINT),
        BLANK,
    ]
    print_lines(console, lines)
