"""An article with the quote in it."""

import re
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.cli.console import UNTITLED
from api.cli.render.lines import BLANK, INDENT, linked, print_lines, shown, single_blanks, wrapped
from api.cli.render.quotes import BAR_SIGN, behind_a_bar
from api.cli.render.styles import ANSWERS, FAINT
from api.dated import dated
from rag.types import Citation, StoredArticle

_PARAGRAPH = re.compile(r"\n\s*\n")


def print_article(console: Console, article: StoredArticle, citation: Citation) -> int:
    """The article, a bar beside the paragraph that the quote stands in, and the quote marked.

    Returns:
        The number of the first line with the bar, from 1.
    """
    lines = single_blanks(_lines(console, article, citation))
    print_lines(console, lines)
    return next((n for n, line in enumerate(lines, 1) if BAR_SIGN in line.plain), 1)


def _lines(console: Console, article: StoredArticle, citation: Citation) -> Iterator[Text]:
    title = linked(Text(shown(article.title) or UNTITLED, "bold"), article.url)
    yield from wrapped(console, title)
    day = dated(article.published_at, article.updated_at)
    version = f"version {article.version}" + ("" if article.current else ", since replaced")
    about = " · ".join(shown(part) for part in (article.source, day, version) if part)
    yield from wrapped(console, Text(about, FAINT))
    if article.correction:
        yield from wrapped(console, Text(f"Correction: {shown(article.correction)}"))
    at = 0
    for end in [*(gap.end() for gap in _PARAGRAPH.finditer(article.text)), len(article.text)]:
        yield BLANK
        start, stop = max(at, citation.start), min(end, citation.end)
        paragraph = Text(shown(article.text[at:end]))
        if start < stop:
            paragraph.stylize(ANSWERS, start - at, stop - at)
            paragraph.rstrip()
            yield from behind_a_bar(console, paragraph, "")
        else:
            paragraph.rstrip()
            yield from wrapped(console, paragraph, INDENT)
        at = end
