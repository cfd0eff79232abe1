"""How `newscite eval annotate` shows a question's answer and sentences.

All that comes from articles is printed as plain text: markup, colours and control characters in it
have no effect.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eval.annotate import Candidate, Sheet
from eval.printing import plain
from rag.words import content_words


def show_answer(console: Console, sheet: Sheet) -> None:
    """The question, and our answer with its citations as the first candidates, or our refusal."""
    answer, sure = sheet.answer, f"(confidence {sheet.answer.confidence:.2f})"
    console.rule(style="dim")
    console.print(Text(plain(sheet.question), style="bold"))
    if answer.answerable:
        console.print(Text(f"\nOur answer {sure}", style="bold green"))
        _list(console, sheet, sheet.cited)
    else:
        console.print(Text(f"\nOur answer: the corpus does not say {sure}", style="bold yellow"))
    for note in answer.notes:
        console.print(Padding(Text(plain(note), style="dim"), (0, 0, 0, 2)))


def show_others(console: Console, sheet: Sheet, candidates: Sequence[Candidate]) -> None:
    """Candidates that our answer does not cite, with their headlines."""
    if candidates:
        console.print(Text("\nOther sentences", style="bold"))
        _list(console, sheet, candidates)
    else:
        console.print(Text("No other sentences are found; /word looks for some", style="yellow"))


def _list(console: Console, sheet: Sheet, candidates: Sequence[Candidate]) -> None:
    """Each with its number, the question's words in bold, under its headline."""
    words = "|".join(map(re.escape, content_words(sheet.question))) or "(?!)"
    for _, group in groupby(candidates, key=lambda candidate: candidate.article):
        own = list(group)
        table = Table.grid(padding=(0, 1))
        table.add_column(justify="right", style="bold cyan", width=4)
        table.add_column()
        for candidate in own:
            quote = Text(plain(candidate.quote))
            quote.highlight_regex(rf"(?i)\b(?:{words})\b", "bold")
            table.add_row(str(candidate.number), quote)
        console.print(Padding(Text(_heading(own[0]), style="dim"), (0, 0, 0, 2)), table)


def _heading(candidate: Candidate) -> str:
    found = candidate.found
    day = f"{found.published_at:%d %B %Y}" if found.published_at else None
    return " · ".join(plain(part) for part in (found.title, found.source, day) if part)
