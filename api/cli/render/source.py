"""Where a citation comes from: the article's headline, its source and day, and what to mind."""

from collections.abc import Iterator, Mapping

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


def copies(console: Console, citation: Citation, publishers: Mapping[str, str]) -> Iterator[Text]:
    """Who else carries the quote: the publisher where it is known, and the id."""
    others = citation.syndicated_in
    if not others:
        return
    also = Text(f"also in {len(others)} other{'s' if len(others) > 1 else ''}:", FAINT)
    named = [_copy(copy, publishers.get(copy)) for copy in others]
    together = Text.assemble(BODY, also, " ", Text(", ").join(named))
    if together.cell_len <= console.width:
        yield together
        return
    yield from wrapped(console, also, BODY)
    for copy, one in zip(others, named, strict=True):
        if len(BODY) + one.cell_len <= console.width:
            yield Text.assemble(BODY, one)
            continue
        if copy in publishers:
            yield from wrapped(console, Text(shown(publishers[copy])), BODY)
        yield Text(BODY + shown(copy), FAINT)  # whole, since it may be an address


def _copy(article_id: str, publisher: str | None) -> Text:
    if publisher is None:
        return Text(shown(article_id), FAINT)
    return Text.assemble(shown(publisher), (f" ({shown(article_id)})", FAINT))
