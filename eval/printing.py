"""Text that others wrote, made safe to print: on a terminal, and in Markdown for a pull request."""

import re
from collections.abc import Iterable, Sequence


def plain(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def escaped(text: str, at_most: int | None = None) -> str:
    """The text as Markdown shows it letter by letter, in a table cell too.

    It breaks out of nothing: no markup, no HTML, no mention of a person or an issue.

    Args:
        text: any text.
        at_most: characters of it that are kept; None: all.
    """
    folded = plain(text)
    if at_most is not None and len(folded) > at_most:
        folded = folded[: at_most - 1] + "…"
    folded = folded.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    folded = re.sub(r"([\\`*_\[\]~|$])", r"\\\1", folded)
    return re.sub(r"(?<!\w)([@#])(?=\w)", "\\1\u200b", folded)


def grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table of cells that are Markdown already; a heading with ":" is of figures."""
    names = [name.removesuffix(":") for name in head]
    rule = ["---:" if name.endswith(":") else "---" for name in head]
    return "\n".join(f"| {' | '.join(line)} |" for line in (names, rule, *lines))


def listed(names: Iterable[str], at_most: int = 5) -> str:
    """Names for a message: the first few, and how many more there are."""
    every = list(names)
    rest = f" and {len(every) - at_most} more" if len(every) > at_most else ""
    return ", ".join(every[:at_most]) + rest
