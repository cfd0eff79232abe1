"""Where a citation comes from: the article's headline, its source and day, and what to mind."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.cli.console import UNTITLED
from api.cli.render.lines import BODY, hanging, linked, shown, wrapped
from api.cli.render.styles import FAINT, MARKER, MIND
from api.dated import dated
from rag.types import Citation, Passage


def heading(console: Console, item: Citation | Passage, number: str) -> Iterator[Text]:
    """The headline, which is a link, beside the number; source and day below it."""
    title = linked(Text(shown(item.title) or UNTITLED, "bold"), item.url)
    yield from hanging(console, Text(number, MARKER), title, BODY)
    day = dated(item.published_at, item.updated_at)
    about = " · ".join(shown(part) for part in (item.source, day) if part)
    if about:
        yield from wrapped(console, Text(about, FAINT), BODY)


def corrections(console: Console, citation: Citation) -> Iterator[Text]:
    """What of the article was corrected, up to the version that is quoted and since."""
    said = {"Correction": citation.correction, "Corrected since": citation.corrected_since}
    for kind, told in said.items():
        if told:
            text = Text.assemble((f"{kind}: ", MIND), shown(told))
            yield from wrapped(console, text, BODY)


def copies(console: Console, citation: Citation) -> Iterator[Text]:
    """Who else carries the quote."""
    others = citation.syndicated_in
    if not others:
        return
    also = f"also in {len(others)} other{'s' if len(others) > 1 else ''}:"
    together = Text(BODY + shown(f"{also} {', '.join(others)}"), FAINT)
    if together.cell_len <= console.width:
        yield together
    else:  # each whole, since it may be an address
        yield from wrapped(console, Text(also, FAINT), BODY)
        yield from (Text(BODY + shown(copy), FAINT) for copy in others)
