"""A quote as it stands in its article: behind a bar, its answering words marked."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.cli.render.lines import BODY, shown, width
from api.cli.render.styles import ANSWERS, BAR, FAINT
from rag.types import Citation, ShortAnswer

BAR_SIGN = "┃ "
_CONTEXT = 400  # characters of the article that are looked at on either side of a quote


def quoted(
    console: Console, citation: Citation, short: ShortAnswer | None, text: str
) -> Iterator[Text]:
    """The quote between what stands around it in the text of its article."""
    before, after = shown(text[: citation.start]), shown(text[citation.end :])
    room = width(console) - len(BODY) - len(BAR_SIGN)
    if before.strip():
        yield Text(BODY + "  " + _end_of(before, room), FAINT)
    yield from behind_a_bar(console, marked(citation, short), BODY)
    if after.strip():
        yield Text(BODY + "  " + _start_of(after, room), FAINT)


def marked(citation: Citation, short: ShortAnswer | None) -> Text:
    """The quote, its words marked that are the short answer, if they are of it."""
    text = Text(shown(citation.quote))
    if short is not None and short.citation == citation.number:
        start = short.start - citation.start
        text.stylize(ANSWERS, start, start + len(short.text))
    return text


def behind_a_bar(console: Console, text: Text, indent: str) -> Iterator[Text]:
    """The lines of a text, each behind a bar; without colour, carets under what is marked."""
    colourless = console.color_system is None or console.no_color
    for line in text.wrap(console, max(1, width(console) - len(indent) - len(BAR_SIGN))):
        line.rstrip()
        yield Text.assemble(indent, (BAR_SIGN, BAR), line)
        if colourless and (carets := _carets(line)):
            yield Text(indent + BAR_SIGN + carets)


def _carets(line: Text) -> str:
    """A line of carets under the marked words of a line; "" where none is marked."""
    spans = [(s.start, s.end) for s in line.spans if s.style == ANSWERS and s.end > s.start]
    result = ""
    for start, end in spans:
        column = Text(line.plain[:start]).cell_len
        result = result.ljust(column) + "^" * Text(line.plain[start:end].rstrip()).cell_len
    return result


def _end_of(text: str, room: int) -> str:
    """The last whole words of a text that fit, after "… " where something is left out."""
    kept = " ".join(text[-_CONTEXT:].split())
    whole = len(text) <= _CONTEXT and Text(kept).cell_len <= room
    while not whole and Text(kept).cell_len > room - 2 and " " in kept:
        kept = kept.partition(" ")[2]
    return _fitting(kept if whole else f"… {kept}", room)


def _start_of(text: str, room: int) -> str:
    """The first whole words of a text that fit, before " …" where something is left out."""
    kept = " ".join(text[:_CONTEXT].split())
    whole = len(text) <= _CONTEXT and Text(kept).cell_len <= room
    while not whole and Text(kept).cell_len > room - 2 and " " in kept:
        kept = kept.rpartition(" ")[0]
    return _fitting(kept if whole else f"{kept} …", room)


def _fitting(line: str, room: int) -> str:
    """A line without spaces to break at is cut."""
    text = Text(line)
    text.truncate(max(1, room), overflow="ellipsis")
    return text.plain
